"""What the caller hears in each stage: one file a step, registered here and nowhere else."""

from collections.abc import Callable, Mapping

from agi.call import CallScript
from agi.steps.arriving import arrive
from agi.steps.choosing import choose
from agi.steps.connecting import connect
from agi.steps.greeting import greet
from agi.steps.rating import ask_rating
from agi.steps.talking import close_talk
from agi.steps.waiting import wait
from hotline.calls.machine import CallMove, Stage

#: A step talks to the caller and returns what happened; the call's table says what follows.
Step = Callable[[CallScript], CallMove]

STEPS: Mapping[Stage, Step] = {
    Stage.ARRIVED: arrive,
    Stage.GREETING: greet,
    Stage.MENU: choose,
    Stage.WAITING: wait,
    Stage.OFFERED: connect,
    Stage.TALKING: close_talk,
    Stage.RATING: ask_rating,
}

"""Where a live call stands with the waiting line. moves.lua is given this very table.

This is about who holds whom; what the caller hears meanwhile is `hotline.calls.machine.Stage`
(a caller waits in the line already while the greeting plays).
"""

from enum import StrEnum

from hotline.states import Machine


class LineState(StrEnum):
    """How a call and the line hold each other."""

    OUT = "out"
    WAITING = "waiting"
    OFFERED = "offered"  # an agent is held for the call by a lease, the seat is not dialled yet
    RINGING = "ringing"  # the seat is dialled: its channel owns the offer
    TALKING = "talking"
    SERVED = "served"  # the agent is released, the caller is still there (rating)


class LineMove(StrEnum):
    """What can happen to a call in the line. Leaving is possible from everywhere."""

    ENTER = "enter"
    OFFER = "offer"
    DIAL = "dial"
    ANSWER = "answer"
    GO_BACK = "go_back"
    FINISH = "finish"
    RESERVE = "reserve"


#: Out → ringing: a call of ours, for which one agent was taken without any waiting.
#: Ringing → served: the answer was never told (Redis was away), the end of the talk was.
LINE = Machine(
    name="call in the line",
    start=LineState.OUT,
    table={
        (LineState.OUT, LineMove.ENTER): LineState.WAITING,
        (LineState.OUT, LineMove.RESERVE): LineState.RINGING,
        (LineState.WAITING, LineMove.OFFER): LineState.OFFERED,
        (LineState.OFFERED, LineMove.DIAL): LineState.RINGING,
        (LineState.OFFERED, LineMove.ANSWER): LineState.TALKING,
        (LineState.OFFERED, LineMove.GO_BACK): LineState.WAITING,
        (LineState.RINGING, LineMove.ANSWER): LineState.TALKING,
        (LineState.RINGING, LineMove.GO_BACK): LineState.WAITING,
        (LineState.RINGING, LineMove.FINISH): LineState.SERVED,
        (LineState.TALKING, LineMove.FINISH): LineState.SERVED,
    },
)

#: States in which an agent is held for the call.
HOLDING = frozenset({LineState.OFFERED, LineState.RINGING, LineState.TALKING})

"""A caller whose script died elsewhere: go on from what the channel itself remembers."""

from agi.call import Answer, CallScript
from agi.script import run
from agi.services import Services
from agi.session import Session
from agi.start import caller_of
from agi.steps.arriving import tell_arrival
from agi.steps.dialled import learn_answer
from hotline import channel_variables as variables
from hotline.calls.machine import Stage
from hotline.site import MenuChoice
from routing.offers import Offer


def resume_call(session: Session, services: Services) -> None:
    """Route ``resume``. A caller nobody served yet waits again at the old place; one whose talk
    is over goes on to the rating; a channel that remembers nothing starts anew.
    """
    call = caller_of(session, services)
    stage = session.get(variables.STAGE)
    entered = session.get(variables.ENTERED_AT)
    if entered:
        call.entered_at = float(entered)
        call.city = session.get(variables.CITY) or None
        call.choice = _choice(call, session.get(variables.WANTS))
    else:
        tell_arrival(call)
    call.stage = _stage_now(call, stage)
    run(call)


def _choice(call: CallScript, key: str) -> MenuChoice | None:
    """What was pressed in the menu, if the site still has that key."""
    menu = call.services.settings.site.menu
    choices = menu.choices if menu else ()
    return next((choice for choice in choices if choice.key == key), None)


def _stage_now(call: CallScript, stage: str) -> Stage:
    """Where to go on. Dial's own variable tells whether a seat had answered meanwhile."""
    if stage == Stage.OFFERED and call.session.get("DIALSTATUS") == "ANSWER":
        stage = Stage.TALKING
    if stage == Stage.RATING:
        call.answer = Answer(*_leg_and_seat(call), at=call.services.clock())
        return Stage.RATING
    if stage == Stage.TALKING:
        _take_over_talk(call)
        return Stage.TALKING
    passed = {Stage.MENU, Stage.WAITING, Stage.OFFERED}
    return Stage.WAITING if stage in passed else Stage.ARRIVED


def _take_over_talk(call: CallScript) -> None:
    """The talk went on without a script and is over now; its answer may not be told yet."""
    leg, seat = _leg_and_seat(call)
    agent = call.session.get(variables.AGENT)
    call.ringing = {seat: leg}
    call.offer = Offer(leg, call.id, agent, seat, call.city or "", call.entered_at)
    learn_answer(call)
    call.answer = call.answer or Answer(leg, seat, call.services.clock())


def _leg_and_seat(call: CallScript) -> tuple[str, str]:
    return call.session.get(variables.LEG), call.session.get(variables.SEAT)

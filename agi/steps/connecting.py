"""Offered: the seat rings; once it answered, the caller hears whose 工号 serves them.

The caller hears music meanwhile, or the greeting when there was no time for it. Redis away:
the city's seats ring together, then the province's (`agi.steps.direct`).
"""

from agi.announcement import announcement_for
from agi.call import CallScript
from agi.errors import CallerGoneError
from agi.steps.dialled import learn_answer, leg_result
from agi.steps.direct import ring_directly
from hotline import channel_variables as variables
from hotline.calls.machine import CallMove
from routing.offers import Offer


def connect(call: CallScript) -> CallMove:
    """Ring the offered seat and, if it answers, let them talk until the seat's side hangs up."""
    offer = call.offer
    if offer is None:
        return ring_directly(call)
    if not call.live(call.services.line.dialled, offer):
        return CallMove.SEAT_FAILED  # taken back meanwhile, or live state is away: look again
    call.leg_started(offer.leg, offer.seat, offer.city, offer.agent)
    for variable, value in (
        (variables.LEG, offer.leg),
        (variables.AGENT, offer.agent),
        (variables.SEAT, offer.seat),
    ):
        call.mirror(variable, value)
    _ring(call, offer)
    if call.answer:
        return CallMove.ANSWER
    result = leg_result(call)
    call.legs_ended(result, "system")
    call.offer = call.live(call.services.line.seat_failed, offer, result)
    return CallMove.SEAT_FAILED


def _ring(call: CallScript, offer: Offer) -> None:
    limits = call.services.settings.site.limits
    music = "default" if call.notice_heard else "greeting"
    spoken = announcement_for(call.services, offer.agent, with_notice=not call.notice_heard)
    options = f"gm({music})" + (f"A(:{spoken})" if spoken else "")
    try:
        call.session.dial(f"PJSIP/{offer.seat}", limits.ring_seconds, options)
    except CallerGoneError:
        learn_answer(call)
        raise
    learn_answer(call)

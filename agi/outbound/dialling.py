"""The second phone: rung from the first one's channel, and what came of it."""

from agi.announcement import announcement_for
from agi.errors import AgiError, CommandFailedError
from agi.outbound.call import OutboundScript
from agi.steps.dialled import result_of
from hotline.calls.events import EventKind, LegRole
from hotline.calls.machine import LegResult
from hotline.calls.outbound import OutboundMove
from routing.outbound import CALLER_FIRST, outgoing

_GREETING = "callback-greeting"
_SORRY = "callback-sorry"


def dial_second(call: OutboundScript) -> None:
    """Ring the other side and let both talk until one hangs up.

    Raises:
        CallerGoneError: the side that was rung first hung up.
    """
    if call.first == CALLER_FIRST:
        _dial_agent(call)
    else:
        _dial_caller(call)


def close_legs(call: OutboundScript, ended_by: str) -> str:
    """Tell how both legs ended, from Dial's own variables; returns who ended the call."""
    answered = call.session.get("DIALSTATUS") == "ANSWER"
    result = LegResult.ANSWERED if answered else result_of(call.session)
    first, second = call.legs
    if answered:
        talked = float(call.session.get("ANSWEREDTIME_MS") or "0") / 1000
        at = call.services.clock() - talked
        call.tell(EventKind.LEG_ANSWERED, at=at, leg=second)
        call.move(OutboundMove.SECOND_ANSWERED, at=at)
    elif ended_by == call.second:
        ended_by = "system"  # nobody was there to hang up
    if call.first == CALLER_FIRST:
        _settle_agent(call, result)
    for leg, ending in ((second, result), (first, LegResult.ANSWERED)):
        call.tell(EventKind.LEG_ENDED, leg=leg, result=ending.value, ended_by=ended_by)
    return ended_by


def _dial_caller(call: OutboundScript) -> None:
    services = call.services
    site = services.settings.site
    call.tell(EventKind.LEG_STARTED, leg=call.legs[1], role=LegRole.CALLER.value)
    call.session.put("CALLERID(num)", site.hotline.number)
    greeting = f"A({services.prompt(_GREETING)})" if services.has_prompt(_GREETING) else ""
    target = outgoing(services.settings, call.number)
    call.session.dial(target, site.callback.ring_seconds, f"g{greeting}")


def _dial_agent(call: OutboundScript) -> None:
    """The caller hears who calls, music, and the agent's 工号 once the agent is there."""
    services, offer = call.services, call.offer
    _say(call, _GREETING)
    seats = services.settings.site.seats
    call.tell(
        EventKind.LEG_STARTED,
        leg=offer.leg,
        role=LegRole.SEAT.value,
        agent=offer.agent,
        seat=offer.seat,
        city=next((seat.city for seat in seats if seat.name == offer.seat), None),
    )
    call.session.put("CALLERID(num)", call.number)
    spoken = announcement_for(services, offer.agent, with_notice=False)
    options = "gm(default)" + (f"A(:{spoken})" if spoken else "")
    call.session.dial(f"PJSIP/{offer.seat}", services.settings.site.limits.ring_seconds, options)


def _settle_agent(call: OutboundScript, result: LegResult) -> None:
    """Rung second, the agent has talked, is set aside (RONA), or never had the time to answer."""
    line, offer = call.services.line, call.offer
    if result is LegResult.ANSWERED:
        call.live(lambda: line.answered(offer, call.session.get("DIALEDPEERNAME")))
    elif result is not LegResult.CALLER_GONE:
        call.live(lambda: line.seat_unanswered(offer, result))
        try:
            _say(call, _SORRY)
        except AgiError:
            return  # the caller did not wait for it


def _say(call: OutboundScript, prompt: str) -> None:
    try:
        call.session.play(call.services.prompt(prompt))
    except CommandFailedError:
        call.services.prompt_failed(prompt)

"""The caller's phone: rung over the outgoing trunk, told who calls, and what came of it."""

from agi.outbound.call import OutboundScript
from agi.steps.dialled import result_of
from hotline.calls.events import EventKind, LegRole
from hotline.calls.machine import LegResult
from hotline.calls.outbound import OutboundMove
from routing.outbound import outgoing_trunk

_GREETING = "callback-greeting"


def dial_caller(call: OutboundScript) -> None:
    """Ring the caller and let both talk until one hangs up.

    Raises:
        CallerGoneError: the agent hung up.
    """
    site = call.services.settings.site
    call.tell(EventKind.LEG_STARTED, leg=call.caller_leg, role=LegRole.CALLER.value)
    call.session.put("CALLERID(num)", site.hotline.number)
    greeting = (
        f"A({call.services.prompt(_GREETING)})" if call.services.has_prompt(_GREETING) else ""
    )
    call.session.dial(_target(call), site.callback.ring_seconds, f"g{greeting}")


def close_legs(call: OutboundScript, ended_by: str) -> str:
    """Tell how both legs ended, from Dial's own variables; returns who ended the call."""
    answered = call.session.get("DIALSTATUS") == "ANSWER"
    result = LegResult.ANSWERED if answered else result_of(call.session)
    if answered:
        talked = float(call.session.get("ANSWEREDTIME_MS") or "0") / 1000
        at = call.services.clock() - talked
        call.tell(EventKind.LEG_ANSWERED, at=at, leg=call.caller_leg)
        call.move(OutboundMove.SECOND_ANSWERED, at=at)
    elif ended_by == "caller":
        ended_by = "system"  # nobody was there to hang up
    for leg, ending in ((call.caller_leg, result), (call.offer.leg, LegResult.ANSWERED)):
        call.tell(EventKind.LEG_ENDED, leg=leg, result=ending.value, ended_by=ended_by)
    return ended_by


def _target(call: OutboundScript) -> str:
    trunk = outgoing_trunk(call.services.settings)
    return f"PJSIP/{trunk.name}/sip:{call.number}@{trunk.dial}"

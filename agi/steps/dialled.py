"""What Dial left behind: who answered, when, or why nobody did."""

from agi.call import CallScript
from agi.session import Session
from hotline.calls.machine import LegResult

#: Q.850 cause 21, "call rejected": the person pressed no, the phone was not busy.
_REJECTED = "21"

_RESULTS = {
    "BUSY": LegResult.BUSY,
    "NOANSWER": LegResult.NO_ANSWER,
    "CHANUNAVAIL": LegResult.UNREACHABLE,
    "CANCEL": LegResult.CALLER_GONE,
}


def learn_answer(call: CallScript) -> None:
    """Note the answer from Dial's own variables, in case nobody told it while it happened."""
    if call.answer or call.session.get("DIALSTATUS") != "ANSWER":
        return
    talked_ms = call.session.get("ANSWEREDTIME_MS") or "0"
    at = call.services.clock() - float(talked_ms) / 1000
    call.note_answer(call.session.get("DIALEDPEERNAME"), at)


def leg_result(call: CallScript) -> LegResult:
    """Why nobody answered."""
    return result_of(call.session)


def result_of(session: Session) -> LegResult:
    """Why nobody answered the channel's last Dial."""
    if session.get("HANGUPCAUSE") == _REJECTED:
        return LegResult.REJECTED
    return _RESULTS.get(session.get("DIALSTATUS"), LegResult.FAILED)

"""One simulated caller: dial, say something, press keys, hang up, tell how it went."""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hotline.phones import tones
from hotline.phones.call import Call
from hotline.phones.config import PhoneSettings
from hotline.phones.errors import CallEndedError, PhoneTimeoutError
from hotline.phones.softphone import Softphone

#: Address callers send from, so that Asterisk tells the trunk from the seats.
TRUNK_HOST = "127.0.0.2"
#: What a caller says who has no file to say, Hz.
VOICE_HZ = 440


@dataclass(frozen=True)
class CallPlan:
    """Who calls whom, and what they do."""

    from_number: str
    server: str
    port: int
    name: str = ""
    to: str = "12348"
    #: Keys pressed as soon as the call is answered.
    digits: str = ""
    #: WAV to say from the answer on; without one the caller hums at VOICE_HZ.
    say: Path | None = None
    #: Seconds from the answer to hanging up; None: stay until the other side ends it.
    hang_up_after: float | None = None
    #: Seconds without an answer after which the caller gives up.
    patience: float = 60.0
    #: Longest call of a caller who never hangs up, seconds.
    longest: float = 600.0
    local_host: str = TRUNK_HOST
    #: Digest login of the trunk, where Asterisk asks for one.
    trunk_user: str = ""
    trunk_password: str = ""


@dataclass(frozen=True)
class CallReport:
    """How a call went, as the caller's phone knows it.

    ``answered`` is SIP's: a greeting answers too. Whether a person spoke is in
    the hotline's own call record.
    """

    from_number: str
    to: str
    answered: bool
    ms_to_ringing: int | None
    ms_to_answer: int | None
    #: Connected time.
    seconds: float
    ended_by: Literal["caller", "hotline"]
    #: ``486 Busy Here`` and the like, or the phone's words for how it ended.
    reason: str
    sip_status: int | None
    #: Root mean square of what was heard; some 10000 for a loud tone, under 50 for silence.
    heard_rms: float
    heard_seconds: float
    #: None when nobody asked to keep it.
    heard_file: str | None


def place_call(plan: CallPlan, folder: Path | None = None) -> CallReport:
    """Place one real SIP call, see it through and report.

    ``folder`` keeps the phone's log and what it heard. Raises PhoneError when
    the phone itself fails; a refused or unanswered call is a report, not an error.
    """
    with Softphone(caller_settings(plan), folder) as phone:
        call = phone.dial(plan.to)
        see_through(call, plan)
        return _report(plan, call, phone.heard, keep=folder is not None)


def see_through(call: Call, plan: CallPlan) -> None:
    """Do in the call what the plan says, until the call is over."""
    try:
        call.wait_established(plan.patience)
        if plan.digits:
            call.send_digits(plan.digits)
        call.wait_closed(_time_to_stay(call, plan))
    except CallEndedError:
        return
    except PhoneTimeoutError:
        call.hangup()
    call.wait_closed(10)


def _time_to_stay(call: Call, plan: CallPlan) -> float:
    """Seconds from now to hanging up."""
    stay = plan.longest if plan.hang_up_after is None else plan.hang_up_after
    answered = call.established_at or time.monotonic()
    return max(0.0, answered + stay - time.monotonic())


def caller_settings(plan: CallPlan) -> PhoneSettings:
    """The phone of such a caller: not registered, told as the trunk's by its address."""
    return PhoneSettings(
        user=plan.from_number,
        server=plan.server,
        port=plan.port,
        display_name=plan.name,
        auth_user=plan.trunk_user,
        password=plan.trunk_password,
        register=False,
        tone_hz=None if plan.say else VOICE_HZ,
        say=plan.say,
        quiet_after=plan.longest if plan.hang_up_after is None else plan.hang_up_after + 1,
        local_host=plan.local_host,
    )


def _report(plan: CallPlan, call: Call, heard: Path, keep: bool) -> CallReport:
    there = heard.exists()
    return CallReport(
        from_number=plan.from_number,
        to=plan.to,
        answered=call.established_at is not None,
        ms_to_ringing=_milliseconds(call.started_at, call.ringing_at),
        ms_to_answer=_milliseconds(call.started_at, call.established_at),
        seconds=round(call.seconds, 3),
        ended_by="hotline" if call.ended_by == "them" else "caller",
        reason=call.reason,
        sip_status=call.sip_status,
        heard_rms=round(tones.loudness(heard), 1) if there else 0.0,
        heard_seconds=round(tones.seconds(heard), 3) if there else 0.0,
        heard_file=str(heard.resolve()) if keep and there else None,
    )


def _milliseconds(start: float, end: float | None) -> int | None:
    return None if end is None else math.ceil((end - start) * 1000)

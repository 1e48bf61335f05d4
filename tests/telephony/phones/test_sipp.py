"""SIPp's scenarios on a real Asterisk."""

from pathlib import Path

import pytest

from hotline.phones.sipp import Sipp, SippPlan, run_sipp, sipp_seat
from hotline.phones.softphone import Softphone
from hotline.phones.tones import has_tone
from tests.eventually import eventually
from tests.telephony.phones.asterisk import PASSWORD, SEAT, SmallAsterisk


def plan(scenario: str, service: str, port: int, pause: float = 0.5, name: str = "") -> SippPlan:
    """One call, not patiently."""
    return SippPlan(
        scenario, "127.0.0.1", port, service=service, pause=pause, name=name, timeout=20
    )


def seat_plan(scenario: str, port: int, pause: float = 0.2) -> SippPlan:
    """A seat as SIPp plays it."""
    return SippPlan(
        scenario,
        "127.0.0.1",
        port,
        local_host="127.0.0.1",
        user=SEAT,
        password=PASSWORD,
        pause=pause,
    )


def test_a_sipp_caller_is_heard(
    small_asterisk: SmallAsterisk, seat: Softphone, tmp_path: Path
) -> None:
    run = Sipp(plan("caller_stays", SEAT, small_asterisk.port), tmp_path / "run")
    run.start()
    call = seat.answer()
    call.wait_sound(10)
    eventually(lambda: has_tone(seat.heard, run.plan.tone_hz), "the caller's voice")
    call.hangup()
    assert run.wait().ok


def test_several_callers_talk_and_hang_up(small_asterisk: SmallAsterisk, tmp_path: Path) -> None:
    numbers = [f"1390431{n:04}" for n in range(5)]
    many = SippPlan("caller_talks", "127.0.0.1", small_asterisk.port, "echo", numbers, pause=0.5)
    result = run_sipp(many, tmp_path)
    assert result.ok, result.errors
    assert result.successful == len(result.answer_ms) == 5
    heard = {small_asterisk.next_event("Newchannel")["CallerIDNum"] for _ in numbers}
    assert heard == set(numbers)


@pytest.mark.parametrize("scenario", ["caller_stays", "caller_talks"])
def test_the_right_side_must_hang_up(
    small_asterisk: SmallAsterisk, tmp_path: Path, scenario: str
) -> None:
    result = run_sipp(plan(scenario, "bye", small_asterisk.port, pause=5), tmp_path)
    assert result.ok is (scenario == "caller_stays")


def test_a_hostile_name_arrives_as_it_is(small_asterisk: SmallAsterisk, tmp_path: Path) -> None:
    name = """<script>'; DROP TABLE calls;-- ${SHELL(id)} [call_id] \\" EXEC System"""
    result = run_sipp(plan("caller_talks", "echo", small_asterisk.port, name=name), tmp_path)
    assert result.ok, result.errors
    told = small_asterisk.next_event("Newchannel")["CallerIDName"]
    assert told.replace("\\", "") == name.replace("\\", "")


@pytest.mark.parametrize(
    ("seat_does", "caller_does", "status"),
    [
        ("seat_busy", "caller_talks", "486"),
        ("seat_declines", "caller_talks", "403"),
        ("seat_rings", "caller_cancels", ""),
        ("seat_answers", "caller_talks", ""),
    ],
)
def test_seats_that_sipp_plays(
    small_asterisk: SmallAsterisk, tmp_path: Path, seat_does: str, caller_does: str, status: str
) -> None:
    port = small_asterisk.port
    with sipp_seat(seat_plan(seat_does, port), tmp_path / "seat"):
        result = run_sipp(plan(caller_does, SEAT, port), tmp_path / "caller")
    assert result.ok is not bool(status), result.errors
    assert f"received 'SIP/2.0 {status}" in result.errors or not status

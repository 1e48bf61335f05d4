"""A simulated call from plan to report."""

import json
from dataclasses import asdict
from pathlib import Path

from hotline.phones.caller import CallPlan, CallReport, place_call
from hotline.phones.seats import DemoSeats, SeatPhone
from hotline.phones.tones import has_tone, write_tone
from tests.telephony.phones.asterisk import PASSWORD, SEAT, SmallAsterisk

WHO = "13904310000"


def test_a_call_to_a_demo_seat(small_asterisk: SmallAsterisk, tmp_path: Path) -> None:
    seats = [SeatPhone("长春1号", SEAT, PASSWORD, 700)]
    folder, port = tmp_path / "seats", small_asterisk.port
    with DemoSeats(seats, "127.0.0.1", port, folder, answer_after_ms=200) as phones:
        phones.wait_registered()
        plan = CallPlan(WHO, "127.0.0.1", port, to=SEAT, hang_up_after=1.0)
        report = place_call(plan, tmp_path / "caller")
    assert report.answered
    assert report.ended_by == "caller"
    assert report.heard_rms > 1000
    assert has_tone(Path(report.heard_file or ""), 700)
    assert CallReport(**json.loads(json.dumps(asdict(report)))) == report


def test_a_file_is_said(small_asterisk: SmallAsterisk, tmp_path: Path) -> None:
    said = write_tone(tmp_path / "said.wav", 900, 1.0)
    plan = CallPlan(
        WHO, "127.0.0.1", small_asterisk.port, to="echo", say=said, hang_up_after=1.5, digits="5"
    )
    report = place_call(plan, tmp_path / "caller")
    assert has_tone(Path(report.heard_file or ""), 900)
    assert small_asterisk.next_event("DTMFEnd")["Digit"] == "5"


def test_a_number_that_is_not_there(small_asterisk: SmallAsterisk) -> None:
    report = place_call(CallPlan(WHO, "127.0.0.1", small_asterisk.port, to="nobody"))
    assert not report.answered
    assert report.sip_status == 404
    assert report.ended_by == "hotline"
    assert report.heard_file is None


def test_a_caller_without_patience(small_asterisk: SmallAsterisk, tmp_path: Path) -> None:
    seats = [SeatPhone("长春1号", SEAT, PASSWORD, 700)]
    port = small_asterisk.port
    with DemoSeats(seats, "127.0.0.1", port, tmp_path, answer_after_ms=20_000) as phones:
        phones.wait_registered()
        report = place_call(CallPlan(WHO, "127.0.0.1", port, to=SEAT, patience=0.5))
    assert not report.answered
    assert report.ended_by == "caller"
    assert report.ms_to_ringing is not None

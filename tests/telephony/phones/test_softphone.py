"""A softphone on a real Asterisk: registers, talks, presses keys, refuses, is called off."""

import os
import signal
from dataclasses import replace

import pytest

from hotline.phones.config import PhoneSettings
from hotline.phones.errors import CallEndedError, PhoneGoneError, PhoneTimeoutError
from hotline.phones.softphone import Softphone
from hotline.phones.tones import has_tone, seconds, seconds_with_tone
from tests.eventually import eventually
from tests.telephony.phones.asterisk import SmallAsterisk
from tests.telephony.phones.conftest import CALLER_HZ, SEAT_HZ


def test_both_sides_hear_each_other(seat: Softphone, caller: Softphone) -> None:
    call = caller.dial("seat")
    answered = seat.answer()
    for phone, hz in ((caller, SEAT_HZ), (seat, CALLER_HZ)):
        eventually(lambda p=phone, h=hz: p.heard.exists() and has_tone(p.heard, h), f"{hz} Hz")  # type: ignore[misc]
    call.hangup()
    call.wait_closed(5)
    answered.wait_closed(5)
    assert (call.ended_by, answered.ended_by) == ("us", "them")
    assert not has_tone(seat.heard, SEAT_HZ, at_least=0.1)
    assert not has_tone(caller.heard, CALLER_HZ, at_least=0.1)
    assert seconds_with_tone(caller.heard, SEAT_HZ) >= seconds(caller.heard) - 0.3


def test_a_seat_answers_by_itself_after_its_delay(
    seat_settings: PhoneSettings, caller: Softphone
) -> None:
    settings = replace(seat_settings, auto_answer=True, answer_after_ms=400)
    with Softphone(settings) as seat:
        seat.wait_registered()
        call = caller.dial("seat")
        call.wait_established(10)
        assert call.ringing_at is not None
        assert call.seconds_to_answer == pytest.approx(0.4, abs=0.3)


def test_asterisk_is_told_number_name_and_trunk(
    caller: Softphone, small_asterisk: SmallAsterisk
) -> None:
    caller.dial("echo").wait_established(10)
    channel = small_asterisk.next_event("Newchannel")
    assert channel["Channel"].startswith("PJSIP/trunk-")
    assert channel["CallerIDNum"] == "13904310000"
    # The manager interface escapes once more what arrived escaped.
    assert channel["CallerIDName"].replace("\\", "") == '张"三"'


def test_keys_reach_asterisk_in_order(caller: Softphone, small_asterisk: SmallAsterisk) -> None:
    caller.dial("keys").wait_established(10)
    caller.send_digits("58*#")
    assert [small_asterisk.next_event("DTMFEnd")["Digit"] for _ in range(4)] == list("58*#")


def test_a_refused_call_is_busy(seat: Softphone, caller: Softphone) -> None:
    call = caller.dial("seat")
    seat.reject()
    with pytest.raises(CallEndedError, match="486"):
        call.wait_established(10)
    assert (call.sip_status, call.ended_by) == (486, "them")


def test_a_seat_not_to_be_disturbed_does_not_ring(seat: Softphone, caller: Softphone) -> None:
    seat.do_not_disturb(True)
    call = caller.dial("seat")
    call.wait_closed(10)
    assert call.ringing_at is None
    assert call.sip_status is not None


def test_a_caller_may_give_up_while_it_rings(seat: Softphone, caller: Softphone) -> None:
    call = caller.dial("seat")
    at_seat = seat.wait_call(10)
    call.wait_ringing(10)
    call.hangup()
    at_seat.wait_closed(10)
    assert at_seat.established_at is None


def test_the_other_side_may_end_it(caller: Softphone) -> None:
    call = caller.dial("bye")
    call.wait_closed(10)
    assert call.ended_by == "them"
    assert call.seconds == pytest.approx(0.5, abs=0.4)


def test_a_wrong_password_is_told(seat_settings: PhoneSettings) -> None:
    with (
        Softphone(replace(seat_settings, password="wrong")) as phone,
        pytest.raises(PhoneTimeoutError, match=r"refused|401"),
    ):
        phone.wait_registered(0.5)


def test_a_killed_phone_is_noticed(caller: Softphone) -> None:
    call = caller.dial("echo")
    call.wait_sound(10)
    os.kill(caller.pid, signal.SIGKILL)
    with pytest.raises(PhoneGoneError):
        call.wait_closed(10)


def test_what_was_heard_is_that_of_the_last_call(caller: Softphone) -> None:
    caller.dial("bye").wait_closed(10)
    assert caller.heard.exists()
    caller.dial("nobody").wait_closed(10)
    assert not caller.heard.exists()

"""The main job: a caller dials 12348, a municipal seat answers, both hear each other."""

import hashlib
import itertools

import pytest

from hotline.calls.history import CallWithFacts
from hotline.calls.machine import LegResult, Outcome, Stage
from hotline.phones.tones import has_tone, longest_gap, seconds
from routing.agent_machine import AgentState
from tests.telephony.eventually import LIMIT, eventually
from tests.telephony.house import TestHouse

CALLER_TONE, SEAT_TONE = 440, 620
_numbers = itertools.count(1)


def talk_and_rate(house: TestHouse, number: str) -> CallWithFacts:
    """One call through the main job; what each side heard is checked on the way."""
    seat = house.seat_phone("cc01", tone=SEAT_TONE)
    house.agent("1023", "cc01")
    caller = house.caller(number, name="张三", tone=CALLER_TONE)
    call = caller.dial("12348")
    house.wait_agent("1023", AgentState.TALKING)
    live = house.live_call(number)
    assert live
    assert (live.name, live.city, live.stage) == ("张三", "changchun", Stage.TALKING)
    eventually(lambda: has_tone(seat.heard, CALLER_TONE, 1.0), "the seat hears the caller")
    eventually(lambda: has_tone(caller.heard, SEAT_TONE, 1.0), "the caller hears the seat")

    seat.hangup()
    house.wait_stage(number, Stage.RATING)
    assert house.agents.get("1023").state in {AgentState.WRAP_UP, AgentState.READY}
    caller.send_digits("5")
    call.wait_closed(LIMIT)
    return house.record(number)


def test_a_caller_talks_with_their_own_citys_seat_and_rates(house: TestHouse) -> None:
    house.seat_phone("jl01")
    house.agent("2001", "jl01")
    record = talk_and_rate(house, "043112340001")
    call = record.call
    assert (call.outcome, call.rating) == (Outcome.ANSWERED, 5)
    assert (call.agent, call.seat, call.serving_city) == ("1023", "cc01", "changchun")
    assert call.wait_seconds is not None
    assert call.talk_seconds is not None
    assert call.talk_seconds >= 1
    [leg] = record.legs
    assert (leg.result, leg.ended_by) == (LegResult.ANSWERED, "agent")


def test_the_recording_holds_both_voices_from_first_to_last_second(house: TestHouse) -> None:
    number = "043112340002"
    talk_and_rate(house, number)
    tracks = house.sealed_recordings(number)
    folder = house.settings.recordings_dir
    mixed, caller, line = (folder / tracks[name].path for name in ("mixed", "caller", "line"))
    assert has_tone(mixed, CALLER_TONE)
    assert has_tone(caller, CALLER_TONE)
    assert not has_tone(caller, SEAT_TONE)
    assert has_tone(line, SEAT_TONE)
    assert not has_tone(line, CALLER_TONE)
    record = house.record(number).call
    assert record.ended_at
    whole = (record.ended_at - record.started_at).total_seconds()
    assert seconds(mixed) == pytest.approx(whole, abs=1.5)
    assert longest_gap(caller, CALLER_TONE, start=1.0, end=whole - 1.0) < 0.5
    for track in tracks.values():
        content = (folder / track.path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == track.sha256


def test_the_greeting_plays_while_a_free_seat_rings(house: TestHouse) -> None:
    """Nothing is said in a 工号's name before that seat has answered."""
    seat = house.seat_phone("cc01", answers=False)
    house.agent("1023", "cc01")
    caller = house.caller("043112340003")
    call = caller.dial("12348")
    seat.wait_call(LIMIT).wait_ringing(LIMIT)
    call.wait_sound(LIMIT)
    answered = seat.answer(LIMIT)
    house.wait_agent("1023", AgentState.TALKING)
    answered.hangup()
    call.hangup()
    assert house.record("043112340003").call.outcome == Outcome.ANSWERED


def test_another_citys_seat_answers_when_the_own_has_none(house: TestHouse) -> None:
    house.seat_phone("yb01")
    house.agent("3001", "yb01")
    caller = house.caller("043112340004")
    call = caller.dial("12348")
    house.wait_agent("3001", AgentState.TALKING)
    call.hangup()
    record = house.record("043112340004").call
    assert (record.origin_city, record.serving_city) == ("changchun", "yanbian")
    assert record.ended_by == "caller"


def test_an_agent_who_becomes_ready_is_heard_at_once_by_a_waiting_caller(house: TestHouse) -> None:
    """The offer ends the caller's music without waiting for the next look."""
    house.seat_phone("cc01")
    house.agents.sign_in("1023", "坐席1023", "changchun", "cc01")
    caller = house.caller("043112340005")
    call = caller.dial("12348")
    house.wait_stage("043112340005", Stage.WAITING)
    house.agents.ready("1023")
    house.wait_agent("1023", AgentState.TALKING)
    call.hangup()
    assert house.record("043112340005").call.outcome == Outcome.ANSWERED

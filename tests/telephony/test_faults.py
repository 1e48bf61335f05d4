"""A part of ours dies while a caller is there: they still get a person, the record is whole."""

import signal

import pytest

from hotline.calls.machine import Outcome, Stage
from hotline.phones.tones import has_tone
from routing.agent_machine import AgentState
from tests.eventually import LIMIT, eventually
from tests.telephony.house import TestHouse


def test_without_any_fastagi_the_dialplan_rings_the_citys_seats(house: TestHouse) -> None:
    number = "043115000001"
    seat = house.seat_phone("cc01", tone=620)
    house.seat_phone("yb01")
    with house.without("agi-1", "agi-2"):
        caller = house.dial(number)
        seat.wait_call(LIMIT).wait_established(LIMIT)
        eventually(lambda: has_tone(caller.heard, 620, 1.0), "the caller hears the seat")
        seat.hangup()
        assert caller.calls
        caller.calls[-1].wait_closed(LIMIT)
        record = house.record(number)
    assert record.call.fallback
    assert record.call.outcome == Outcome.ANSWERED
    assert record.call.seat == "cc01"
    tracks = house.sealed_recordings(number)
    assert has_tone(house.settings.recordings_dir / tracks["line"].path, 620)


@pytest.mark.parametrize("stage", [Stage.GREETING, Stage.WAITING])
def test_a_script_killed_before_anybody_is_rung(house: TestHouse, stage: Stage) -> None:
    """The next server takes the caller over at the old place."""
    number = f"0431151{list(Stage).index(stage):05}"
    house.seat_phone("cc01")
    house.agents.sign_in("1023", "坐席1023", "changchun", "cc01")
    house.dial(number)
    before = house.wait_stage(number, stage)
    house.kill_script(before)
    after = house.wait_other_owner(before)
    assert after.entered_at == pytest.approx(before.entered_at, abs=0.01)
    house.agents.ready("1023")
    house.wait_agent("1023", AgentState.TALKING)
    house.caller_hangs_up(number)
    record = house.record(number).call
    assert (record.outcome, record.agent) == (Outcome.ANSWERED, "1023")


@pytest.mark.parametrize("stage", [Stage.OFFERED, Stage.TALKING])
def test_a_script_killed_while_the_seat_rings_or_talks(house: TestHouse, stage: Stage) -> None:
    """The seat rings on, they talk on; afterwards the rating is asked as ever."""
    number = f"0431152{list(Stage).index(stage):05}"
    seat = house.seat_phone("cc01", answers=False)
    house.agent("1023", "cc01")
    caller = house.dial(number)
    seat.wait_call(LIMIT).wait_ringing(LIMIT)
    ringing = house.wait_stage(number, Stage.OFFERED)
    if stage is Stage.OFFERED:
        house.kill_script(ringing)
    seat.answer(LIMIT)
    if stage is Stage.TALKING:
        house.wait_agent("1023", AgentState.TALKING)
        house.kill_script(ringing)
    eventually(lambda: has_tone(seat.heard, 440, 1.0), "the seat hears the caller")
    seat.hangup()
    house.wait_stage(number, Stage.RATING)
    caller.send_digits("4")
    record = house.record(number).call
    assert (record.outcome, record.rating, record.agent) == (Outcome.ANSWERED, 4, "1023")
    house.wait_agent("1023", AgentState.WRAP_UP, AgentState.READY)


def test_a_script_killed_during_the_rating_asks_again(house: TestHouse) -> None:
    number = "043115300001"
    seat = house.seat_phone("cc01")
    house.agent("1023", "cc01")
    caller = house.dial(number)
    house.wait_agent("1023", AgentState.TALKING)
    seat.hangup()
    before = house.wait_stage(number, Stage.RATING)
    house.kill_script(before)
    eventually(lambda: house.asks_instead_of(before), "the second server asks")
    caller.send_digits("3")
    record = house.record(number).call
    assert (record.outcome, record.rating) == (Outcome.ANSWERED, 3)


def test_a_frozen_server_is_killed_and_its_caller_goes_on(house: TestHouse) -> None:
    number = "043115300002"
    house.seat_phone("cc01")
    house.agents.sign_in("1023", "坐席1023", "changchun", "cc01")
    house.dial(number)
    before = house.wait_stage(number, Stage.WAITING)
    house.kill_script(before, signal.SIGSTOP)
    house.wait_other_owner(before)
    house.agents.ready("1023")
    house.wait_agent("1023", AgentState.TALKING)
    house.caller_hangs_up(number)
    assert house.record(number).call.outcome == Outcome.ANSWERED


def test_without_redis_the_citys_seats_ring_directly(house: TestHouse) -> None:
    number = "043115300003"
    seat = house.seat_phone("cc01", tone=620)
    with house.without("redis"):
        caller = house.dial(number)
        seat.wait_call(LIMIT).wait_established(LIMIT)
        eventually(lambda: has_tone(caller.heard, 620, 1.0), "the caller hears the seat")
        house.caller_hangs_up(number)
        record = house.record(number).call
    assert (record.outcome, record.seat, record.fallback) == (Outcome.ANSWERED, "cc01", True)


def test_a_redis_that_dies_under_a_waiting_caller(house: TestHouse) -> None:
    """It is started again, and neither the caller's place nor the agent's sign-in is lost."""
    number = "043115300004"
    house.agents.sign_in("1023", "坐席1023", "changchun", "cc01")
    house.dial(number)
    before = house.wait_stage(number, Stage.WAITING)
    house.kill("redis")
    house.wait_redis()
    after = eventually(lambda: house.live_call(number), "the caller is in the line")
    assert after.entered_at == pytest.approx(before.entered_at, abs=0.01)
    house.seat_phone("cc01")
    house.agents.ready("1023")
    house.wait_agent("1023", AgentState.TALKING)
    house.caller_hangs_up(number)
    assert house.record(number).call.outcome == Outcome.ANSWERED


def test_the_watch_and_the_worker_die_and_nothing_is_lost(house: TestHouse) -> None:
    number = "043115300005"
    house.seat_phone("cc01")
    house.agent("1023", "cc01")
    house.dial(number)
    house.kill("worker")
    house.kill("watch")
    house.wait_agent("1023", AgentState.TALKING)
    house.caller_hangs_up(number)
    assert house.record(number).call.outcome == Outcome.ANSWERED

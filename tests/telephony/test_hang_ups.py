"""A caller hangs up, in every stage: the outcome is right, the seat is free again at once."""

import time

import pytest

from hotline.calls.machine import LegResult, Outcome, Stage
from routing.agent_machine import AgentState
from tests.eventually import LIMIT, eventually
from tests.telephony.house import TestHouse

#: Seconds from the caller's hang-up to a free seat.
AT_ONCE = 1.0


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [
        (Stage.GREETING, Outcome.ABANDONED_GREETING),
        (Stage.WAITING, Outcome.ABANDONED_QUEUE),
    ],
)
def test_before_anybody_is_rung(house: TestHouse, stage: Stage, outcome: Outcome) -> None:
    number = f"04311235{list(Stage).index(stage):04}"
    call = house.caller(number).dial("12348")
    house.wait_stage(number, stage)
    call.hangup()
    record = house.record(number)
    assert (record.call.outcome, record.call.ended_by) == (outcome, "caller")
    assert record.legs == []


def test_while_the_seat_rings(house: TestHouse) -> None:
    seat = house.seat_phone("cc01", answers=False)
    house.agent("1023", "cc01")
    call = house.caller("043112360001").dial("12348")
    ringing = seat.wait_call(LIMIT)
    ringing.wait_ringing(LIMIT)
    gone_at = time.time()
    call.hangup()
    ringing.wait_closed(LIMIT)
    agent = house.wait_agent("1023", AgentState.READY)
    assert agent.since
    assert agent.since - gone_at < AT_ONCE
    record = house.record("043112360001")
    assert record.call.outcome == Outcome.ABANDONED_RINGING
    assert [leg.result for leg in record.legs] == [LegResult.CALLER_GONE]


def test_while_talking(house: TestHouse) -> None:
    house.seat_phone("cc01")
    house.agent("1023", "cc01")
    call = house.caller("043112360002").dial("12348")
    house.wait_agent("1023", AgentState.TALKING)
    gone_at = time.time()
    call.hangup()
    agent = house.wait_agent("1023", AgentState.WRAP_UP, AgentState.READY)
    assert agent.since
    assert agent.since - gone_at < AT_ONCE + house.settings.site.limits.wrap_up_seconds
    record = house.record("043112360002")
    assert (record.call.outcome, record.call.ended_by) == (Outcome.ANSWERED, "caller")
    assert record.legs[0].ended_by == "caller"


def test_while_rating(house: TestHouse) -> None:
    seat = house.seat_phone("cc01")
    house.agent("1023", "cc01")
    call = house.caller("043112360003").dial("12348")
    house.wait_agent("1023", AgentState.TALKING)
    seat.hangup()
    house.wait_stage("043112360003", Stage.RATING)
    call.hangup()
    record = house.record("043112360003").call
    assert (record.outcome, record.ended_by, record.rating) == (Outcome.ANSWERED, "caller", None)


def test_a_silent_rating_ends_politely(house: TestHouse) -> None:
    seat = house.seat_phone("cc01")
    house.agent("1023", "cc01")
    call = house.caller("043112360004").dial("12348")
    house.wait_agent("1023", AgentState.TALKING)
    seat.hangup()
    call.wait_closed(60)
    record = house.record("043112360004").call
    assert (record.outcome, record.rating) == (Outcome.ANSWERED, None)
    eventually(lambda: not house.line.live_calls(), "the line is empty")

"""Seats that are busy, refuse, do not answer or are not there: the caller goes to the next."""

import pytest

from hotline.calls.machine import LegResult, Outcome, Stage
from hotline.phones.softphone import Softphone
from routing.agent_machine import AgentState
from routing.seat_machine import SeatState
from tests.eventually import LIMIT, eventually
from tests.telephony.house import TestHouse


def next_seat_takes_it(house: TestHouse, number: str, result: LegResult) -> None:
    """cc01 failed with ``result``; cc02 answers the same caller, who kept the place."""
    house.wait_agent("1024", AgentState.TALKING)
    first = house.agents.get("1023")
    assert (first.state, first.failure) == (AgentState.NOT_ANSWERING, result)
    house.caller_hangs_up(number)
    record = house.record(number)
    assert [leg.result for leg in record.legs] == [result, LegResult.ANSWERED]
    assert record.call.outcome == Outcome.ANSWERED


@pytest.fixture
def second_seat(house: TestHouse) -> Softphone:
    """cc02 answers, but 1023 at cc01 has been idle for longer."""
    phone = house.seat_phone("cc02")
    house.agent("1023", "cc01")
    house.agent("1024", "cc02")
    return phone


@pytest.mark.usefixtures("second_seat")
def test_a_seat_that_does_not_answer(house: TestHouse) -> None:
    house.seat_phone("cc01", answers=False)
    house.dial("043112370001")
    next_seat_takes_it(house, "043112370001", LegResult.NO_ANSWER)


@pytest.mark.usefixtures("second_seat")
def test_a_seat_that_refuses(house: TestHouse) -> None:
    seat = house.seat_phone("cc01", answers=False)
    house.dial("043112370002")
    seat.reject(LIMIT)
    next_seat_takes_it(house, "043112370002", LegResult.BUSY)


@pytest.mark.usefixtures("second_seat")
def test_a_seat_that_is_busy(house: TestHouse) -> None:
    """Its phone is in another call that is none of ours."""
    seat = house.seat_phone("cc01")
    seat.dial("99")
    house.dial("043112370003")
    next_seat_takes_it(house, "043112370003", LegResult.BUSY)


def test_a_seat_that_is_not_registered_is_not_offered(house: TestHouse) -> None:
    """The watch knows from Asterisk that no phone is there."""
    house.seat_phone("cc02")
    house.wait_seat("cc01", SeatState.UNREGISTERED)
    house.agent("1023", "cc01")
    house.agent("1024", "cc02")
    house.dial("043112370004")
    house.wait_agent("1024", AgentState.TALKING)
    assert house.agents.get("1023").state is AgentState.READY
    house.caller_hangs_up("043112370004")
    assert len(house.record("043112370004").legs) == 1


def test_no_seat_at_all(house: TestHouse) -> None:
    """The caller hears greeting and music for as long as they like."""
    caller = house.dial("043112370005")
    house.wait_stage("043112370005", Stage.WAITING)
    eventually(lambda: house.hears_something(caller), "the caller hears something")
    house.caller_hangs_up("043112370005")
    assert house.record("043112370005").call.outcome == Outcome.ABANDONED_QUEUE


def test_two_callers_and_one_seat(house: TestHouse) -> None:
    """Never two callers with one agent: Asterisk's channels say so too."""
    house.seat_phone("cc01")
    house.agent("1023", "cc01")
    first, second = "043112370006", "043112370007"
    house.dial(first)
    house.wait_agent("1023", AgentState.TALKING)
    house.dial(second)
    house.wait_stage(second, Stage.WAITING)
    assert len(house.channels("PJSIP/cc01-")) == 1
    house.caller_hangs_up(first)
    eventually(
        lambda: (c := house.live_call(second)) and c.stage is Stage.TALKING, "the second talks"
    )
    assert len(house.channels("PJSIP/cc01-")) == 1
    house.caller_hangs_up(second)
    assert house.record(second).call.agent == "1023"

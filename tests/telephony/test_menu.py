"""One optional menu level: a key changes the city, silence goes to a person."""

from hotline.calls.machine import Outcome, Stage
from routing.agent_machine import AgentState
from tests.eventually import LIMIT
from tests.telephony.house import TestHouse


def test_a_key_asks_for_another_city(house: TestHouse) -> None:
    number = "043117000001"
    house.seat_phone("yb01")
    caller = house.dial(number)
    before = house.wait_stage(number, Stage.MENU)
    caller.send_digits("3")
    after = house.wait_stage(number, Stage.WAITING)
    assert after.city == "yanbian"
    assert after.entered_at == before.entered_at
    house.agent("3001", "yb01")
    house.wait_agent("3001", AgentState.TALKING)
    house.caller_hangs_up(number)
    assert house.record(number).call.serving_city == "yanbian"


def test_a_seat_that_becomes_free_ends_the_menu(house: TestHouse) -> None:
    number = "043117000002"
    house.seat_phone("cc01")
    caller = house.dial(number)
    house.wait_stage(number, Stage.MENU)
    house.agent("1023", "cc01")
    house.wait_agent("1023", AgentState.TALKING)
    house.caller_hangs_up(number)
    caller.calls[-1].wait_closed(LIMIT)
    assert house.record(number).call.outcome == Outcome.ANSWERED


def test_hanging_up_in_the_menu(house: TestHouse) -> None:
    number = "043117000003"
    house.dial(number)
    house.wait_stage(number, Stage.MENU)
    house.caller_hangs_up(number)
    assert house.record(number).call.outcome == Outcome.ABANDONED_MENU

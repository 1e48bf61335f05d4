"""A menu key asks for a skill: only who has it is rung, until the wish is relaxed."""

from hotline.calls.machine import Outcome, Stage
from routing.agent_machine import AgentState
from tests.telephony.house import TestHouse


def ask_for_labour_law(house: TestHouse, number: str) -> None:
    """A caller who presses 1 while nobody is ready."""
    caller = house.dial(number)
    house.wait_stage(number, Stage.MENU)
    caller.send_digits("1")
    assert house.wait_stage(number, Stage.WAITING).wants == {"labour": 2}


def test_only_the_agent_with_the_skill_gets_the_call(house: TestHouse) -> None:
    number = "043118000001"
    house.seat_phone("cc01")
    house.seat_phone("cc02")
    ask_for_labour_law(house, number)
    house.agent("1023", "cc01", labour=1)
    assert house.agents.get("1023").state is AgentState.READY, "ready, and passed over"
    house.agent("1024", "cc02", labour=2)
    house.wait_agent("1024", AgentState.TALKING)
    assert house.agents.get("1023").state is AgentState.READY
    house.caller_hangs_up(number)
    record = house.record(number).call
    assert (record.outcome, record.agent) == (Outcome.ANSWERED, "1024")
    assert (record.city, record.serving_city) == ("changchun", "changchun")


def test_later_anybody_will_do(house: TestHouse) -> None:
    number = "043118000002"
    house.seat_phone("cc01")
    ask_for_labour_law(house, number)
    house.agent("1023", "cc01")
    assert house.agents.get("1023").state is AgentState.READY
    house.wait_agent("1023", AgentState.TALKING)
    house.caller_hangs_up(number)
    call = house.record(number).call
    assert call.wait_seconds is not None
    assert call.wait_seconds >= 15

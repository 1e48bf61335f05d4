"""Who is matched with whom: nearest first, longest idle, oldest caller, seats that can ring."""

from hotline.clock import ManualClock
from hotline.site import Limits
from routing.agent_machine import AgentState
from routing.agents import Agents
from routing.line import Line
from routing.seats import Seats
from tests.routing.conftest import MakeCall, held

LIMITS = Limits()


def test_own_city_first_then_the_province(
    line: Line, agents: Agents, caller: MakeCall, clock: ManualClock
) -> None:
    agents.sign_in("2001", "王五", "jilin", "jl01")
    agents.ready("2001")
    assert line.enter(caller("c1", "changchun")) is None
    clock.advance(LIMITS.own_city_seconds - 0.1)
    line.tick()
    assert line.offer_for("c1") is None
    clock.advance(0.1)
    line.tick()
    assert held(line, "c1").agent == "2001"


def test_the_nearest_agent_before_the_longest_idle(
    line: Line, agents: Agents, caller: MakeCall, clock: ManualClock
) -> None:
    agents.sign_in("2001", "王五", "jilin", "jl01")
    agents.ready("2001")
    clock.advance(100)
    agents.sign_in("1023", "张三", "changchun", "cc01")
    agents.ready("1023")
    own = line.enter(caller("c1", "changchun", entered_at=clock() - 60))
    other = line.enter(caller("c2", None))
    assert own is not None
    assert own.agent == "1023"
    assert other is not None
    assert other.agent == "2001", "an unknown city is the whole province at once"


def test_a_ready_agent_takes_the_oldest_of_city_and_province(
    line: Line, agents: Agents, caller: MakeCall, clock: ManualClock
) -> None:
    line.enter(caller("pool", None))
    clock.advance(1)
    line.enter(caller("own", "changchun"))
    clock.advance(1)
    line.enter(caller("far", "siping", entered_at=clock() - 9))
    agents.sign_in("1023", "张三", "changchun", "cc01")
    agents.ready("1023")
    assert held(line, "pool").agent == "1023"
    line.leave("pool")
    assert held(line, "own").agent == "1023", "an older caller still waits for the own city"
    clock.advance(2)
    line.tick()
    line.leave("own")
    assert held(line, "far").agent == "1023"


def test_an_unregistered_seat_is_offered_nothing(
    line: Line, agents: Agents, seats: Seats, zhang: str, caller: MakeCall
) -> None:
    seats.registered("cc01", can_ring=False)
    assert line.enter(caller("c1")) is None
    assert agents.get(zhang).state is AgentState.READY
    seats.registered("cc01", can_ring=True)
    assert held(line, "c1").agent == zhang

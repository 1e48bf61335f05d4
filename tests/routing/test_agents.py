"""What an agent may do when, and that the table is the same in Python and in Redis."""

import pytest
import redis

from hotline.calls.machine import LegResult
from hotline.clock import ManualClock
from hotline.errors import IllegalTransitionError
from hotline.site import Limits
from routing.agent_machine import AGENT, AgentMove, AgentState
from routing.agents import Agents
from routing.errors import SeatTakenError
from routing.line import Line
from routing.seat_machine import SeatState
from routing.seats import Seats
from tests.routing.conftest import MakeCall


@pytest.fixture
def zhang(agents: Agents) -> str:
    """An agent at a seat in 长春, not ready yet."""
    agents.sign_in("1023", "张三", "changchun", "cc01")
    return "1023"


def bring(agents: Agents, line: Line, caller: MakeCall, state: AgentState) -> None:
    """Bring agent 1023 into a state, the way it comes about."""
    if state is AgentState.OFFLINE:
        return
    agents.sign_in("1023", "张三", "changchun", "cc01")
    if state is AgentState.PAUSED:
        return
    agents.ready("1023")
    if state is AgentState.READY:
        return
    offer = line.enter(caller("c1"))
    assert offer is not None
    line.dialled(offer)
    if state is AgentState.NOT_ANSWERING:
        line.seat_failed(offer, LegResult.NO_ANSWER)
    if state in (AgentState.TALKING, AgentState.WRAP_UP):
        line.answered(offer, "PJSIP/cc01-1")
    if state is AgentState.WRAP_UP:
        line.finish_talk("c1")


ASKED = {
    AgentMove.SIGN_IN: lambda agents: agents.sign_in("1023", "张三", "changchun", "cc02"),
    AgentMove.READY: lambda agents: agents.ready("1023"),
    AgentMove.PAUSE: lambda agents: agents.pause("1023", "lunch"),
    AgentMove.END_WRAP_UP: lambda agents: agents.end_wrap_up("1023"),
}


@pytest.mark.parametrize("move", ASKED)
@pytest.mark.parametrize("state", AgentState)
def test_redis_obeys_the_table(
    agents: Agents, line: Line, caller: MakeCall, state: AgentState, move: AgentMove
) -> None:
    bring(agents, line, caller, state)
    assert agents.get("1023").state is state
    line.leave("c1") if state is AgentState.NOT_ANSWERING else None
    if AGENT.allows(state, move):
        ASKED[move](agents)
        assert agents.get("1023").state is AGENT.step(state, move)
    else:
        with pytest.raises(IllegalTransitionError, match=f"1023: {move} .* while {state}"):
            ASKED[move](agents)
        assert agents.get("1023").state is state


@pytest.mark.parametrize("state", AgentState)
def test_signing_out(agents: Agents, line: Line, caller: MakeCall, state: AgentState) -> None:
    bring(agents, line, caller, state)
    if state in (AgentState.OFFERED, AgentState.TALKING):
        with pytest.raises(IllegalTransitionError):
            agents.sign_out("1023")
    else:
        agents.sign_out("1023")
        assert agents.all() == []
        agents.sign_in("1024", "李四", "changchun", "cc01")


@pytest.mark.parametrize("state", [s for s in AgentState if s is not AgentState.OFFLINE])
def test_a_page_reload_changes_nothing(
    agents: Agents, line: Line, caller: MakeCall, state: AgentState
) -> None:
    bring(agents, line, caller, state)
    before = agents.get("1023")
    agents.sign_in("1023", "张三", "changchun", "cc01")
    assert agents.get("1023") == before


def test_a_seat_is_one_agent_s(agents: Agents, zhang: str) -> None:
    with pytest.raises(SeatTakenError, match="cc01: agent 1023"):
        agents.sign_in("1024", "李四", "changchun", "cc01")
    assert agents.get("1024").state is AgentState.OFFLINE
    agents.sign_in(zhang, "张三", "changchun", "cc02")
    agents.sign_in("1024", "李四", "changchun", "cc01")


def test_moving_to_another_city(agents: Agents, line: Line, zhang: str, caller: MakeCall) -> None:
    agents.ready(zhang)
    agents.sign_in(zhang, "张三", "jilin", "jl01")
    agents.ready(zhang)
    assert line.enter(caller("c1", "changchun")) is None
    assert line.enter(caller("c2", "jilin")) is not None


def test_a_pause_tells_why_and_since_when(agents: Agents, zhang: str, clock: ManualClock) -> None:
    agents.ready(zhang)
    clock.advance(5)
    agents.pause(zhang, "lunch")
    clock.advance(5)
    agents.pause(zhang, "training")
    agent = agents.get(zhang)
    assert (agent.pause_reason, agent.since) == ("training", clock() - 5)
    agents.ready(zhang)
    assert agents.get(zhang).pause_reason == ""


def test_ready_twice_keeps_the_idle_time(agents: Agents, zhang: str, clock: ManualClock) -> None:
    agents.ready(zhang)
    since = clock()
    clock.advance(60)
    agents.ready(zhang)
    assert agents.get(zhang).idle_since == since


def test_agents_outlive_our_processes(
    live_redis: redis.Redis, agents: Agents, zhang: str, clock: ManualClock, limits: Limits
) -> None:
    agents.ready(zhang)
    again = Agents(live_redis, clock, limits)
    assert again.all() == agents.all()
    assert again.get(zhang).state is AgentState.READY


def test_seats_tell_phone_and_agent(agents: Agents, seats: Seats, zhang: str) -> None:
    seats.registered("cc01", can_ring=True)
    seats.registered("cc02", can_ring=False)
    found = {view.name: (view.state, view.agent) for view in seats.views(["cc01", "cc02", "jl01"])}
    assert found == {
        "cc01": (SeatState.REGISTERED, zhang),
        "cc02": (SeatState.UNREGISTERED, None),
        "jl01": (SeatState.UNKNOWN, None),
    }

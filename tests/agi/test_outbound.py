"""A call of ours against a scripted channel: the agent is there, the caller is rung."""

from collections.abc import Callable
from typing import Any

import pytest

from agi.outbound.route import serve_outbound
from agi.services import Services
from hotline.calls.events import CallEvent, EventKind
from hotline.calls.fold import fold
from hotline.calls.machine import LegResult
from hotline.calls.outbound import OutboundOutcome, OutboundStage
from hotline.settings import Settings
from hotline.site import Site, Trunk
from routing.agent_machine import AgentState
from routing.agents import Agents
from routing.outbound import Called
from tests.agi.asterisk import Dialled, FakeAsterisk
from tests.agi.facts import stages

Facts = Callable[[], list[CallEvent]]
Ready = Callable[[str, str, str], Agents]

OUT = "jl1-out-7.1"
CHANNEL = {
    "HOTLINE_CALL_ID": OUT,
    "HOTLINE_NUMBER": "13904310000",
    "HOTLINE_LEG": f"{OUT}/1",
    "HOTLINE_AGENT": "1023",
    "HOTLINE_SEAT": "cc01",
    "HOTLINE_RECORDING": "2026/11/23/x",
}


@pytest.fixture
def jilin(jilin: Site) -> Site:
    """The example site, dialling out over its trunk."""
    trunk = Trunk(name="operator", match=("192.0.2.10",), dial="192.0.2.10:5060")
    return jilin.model_copy(update={"trunks": (trunk,)})


@pytest.fixture
def agents(services: Services, ready: Ready) -> Agents:
    """Agent 1023 is reserved for the call, and the seat's phone was picked up."""
    agents = ready("1023", "cc01", "changchun")
    called = Called(OUT, "13904310000", "", "changchun", services.clock())
    services.line.reserve(called.waiting(), "1023")
    services.journal.append(OUT, EventKind.ARRIVED, {"direction": "outbound"})
    seat = {"leg": f"{OUT}/1", "role": "seat", "agent": "1023", "seat": "cc01"}
    services.journal.append(OUT, EventKind.LEG_STARTED, seat)
    return agents


def test_both_talk_and_the_agent_wraps_up(
    services: Services, agents: Agents, facts: Facts, settings: Settings
) -> None:
    asterisk = FakeAsterisk(variables=dict(CHANNEL), dials=[Dialled("ANSWER", answered_ms=4000)])
    serve_outbound(asterisk.connect(), services)
    assert asterisk.dialled() == ["PJSIP/operator/sip:13904310000@192.0.2.10:5060,40,g"]
    assert asterisk.variables["CALLERID(num)"] == "12348"
    assert asterisk.variables["HOTLINE_DONE"] == "1"
    assert stages(facts()) == [OutboundStage.SECOND_RINGING, OutboundStage.TALKING]
    call = fold(facts())
    assert (call.direction, call.outcome) == ("outbound", OutboundOutcome.REACHED)
    assert (call.agent, call.seat, call.ended_by) == ("1023", "cc01", "caller")
    assert call.recordings[0].path == "2026/11/23/x.wav"
    assert agents.get("1023").state is AgentState.WRAP_UP


@pytest.mark.usefixtures("agents")
def test_the_caller_hears_who_calls(services: Services, settings: Settings) -> None:
    settings.prompts_dir.mkdir()
    (settings.prompts_dir / "callback-greeting.wav").touch()
    asterisk = FakeAsterisk(variables=dict(CHANNEL), dials=[Dialled("ANSWER")])
    serve_outbound(asterisk.connect(), services)
    assert asterisk.dialled()[0].endswith(f",gA({settings.prompts_dir}/callback-greeting)")


@pytest.mark.parametrize(
    ("dialled", "came_of_it"),
    [
        (Dialled("BUSY", "17"), (OutboundOutcome.BUSY, LegResult.BUSY)),
        (Dialled("BUSY", "21"), (OutboundOutcome.REFUSED, LegResult.REJECTED)),
        (Dialled("NOANSWER"), (OutboundOutcome.NO_ANSWER, LegResult.NO_ANSWER)),
        (Dialled("CHANUNAVAIL", "20"), (OutboundOutcome.FAILED, LegResult.UNREACHABLE)),
        (
            Dialled("CANCEL", caller_gone=True),
            (OutboundOutcome.FAILED, LegResult.CALLER_GONE),
        ),
    ],
)
def test_why_the_caller_was_not_reached(
    services: Services,
    agents: Agents,
    facts: Facts,
    dialled: Dialled,
    came_of_it: tuple[OutboundOutcome, LegResult],
) -> None:
    serve_outbound(FakeAsterisk(variables=dict(CHANNEL), dials=[dialled]).connect(), services)
    call = fold(facts())
    assert (call.outcome, call.legs[-1].result) == came_of_it
    assert call.legs[-1].role == "caller"
    assert call.answered_at is None
    assert agents.get("1023").state is AgentState.WRAP_UP


def test_the_agent_hangs_up(services: Services, agents: Agents, facts: Facts) -> None:
    gone = Dialled("ANSWER", answered_ms=3000, caller_gone=True)
    serve_outbound(FakeAsterisk(variables=dict(CHANNEL), dials=[gone]).connect(), services)
    call = fold(facts())
    assert (call.outcome, call.ended_by) == (OutboundOutcome.REACHED, "agent")
    assert agents.get("1023").state is AgentState.WRAP_UP


@pytest.mark.usefixtures("agents")
def test_a_second_server_closes_what_the_first_began(services: Services, facts: Facts) -> None:
    """The first died while they talked: Dial's own variables tell the rest."""
    left = {"HOTLINE_STAGE": "second_ringing", "DIALSTATUS": "ANSWER", "ANSWEREDTIME_MS": "2500"}
    asterisk = FakeAsterisk(variables=CHANNEL | left)
    serve_outbound(asterisk.connect(), services)
    assert asterisk.dialled() == []
    answered = [f for f in facts() if f.kind is EventKind.LEG_ANSWERED]
    assert [fact.data["leg"] for fact in answered] == [f"{OUT}/caller"]
    assert facts()[-1].kind is EventKind.ENDED


def test_redis_away_the_two_talk_all_the_same(away: Services, facts: Facts) -> None:
    asterisk = FakeAsterisk(variables=dict(CHANNEL), dials=[Dialled("ANSWER", answered_ms=1000)])
    serve_outbound(asterisk.connect(), away)
    assert len(asterisk.dialled()) == 1
    assert facts()[-1].kind is EventKind.ENDED


# ------------------------------------------------------------------------------- caller first


def caller_first(**changes: Any) -> FakeAsterisk:
    """The caller has picked up, the agent is rung now."""
    return FakeAsterisk(variables=dict(CHANNEL), extension="caller", **changes)


def test_the_caller_first_then_the_agent(services: Services, agents: Agents, facts: Facts) -> None:
    rung = {"leg": f"{OUT}/caller", "role": "caller"}
    services.journal.append(OUT, EventKind.LEG_STARTED, rung)
    asterisk = caller_first(dials=[Dialled("ANSWER", peer="PJSIP/cc01-1", answered_ms=2000)])
    serve_outbound(asterisk.connect(), services)
    [dialled] = asterisk.dialled()
    assert dialled.startswith("PJSIP/cc01,20,gm(default)")
    assert asterisk.said("callback-greeting")
    assert asterisk.variables["CALLERID(num)"] == "13904310000"
    call = fold(facts())
    assert (call.outcome, call.agent, call.ended_by) == (OutboundOutcome.REACHED, "1023", "agent")
    assert call.serving_city == "changchun"
    assert agents.get("1023").state is AgentState.WRAP_UP


def test_the_agent_does_not_answer_and_the_caller_is_told(
    services: Services, agents: Agents, facts: Facts
) -> None:
    asterisk = caller_first(dials=[Dialled("NOANSWER")])
    serve_outbound(asterisk.connect(), services)
    assert asterisk.said("callback-sorry")
    assert agents.get("1023").state is AgentState.NOT_ANSWERING
    assert services.line.live_calls() == []
    assert fold(facts()).outcome == OutboundOutcome.FAILED


def test_a_caller_who_hangs_up_while_the_agent_rings(
    services: Services, agents: Agents, facts: Facts
) -> None:
    asterisk = caller_first(dials=[Dialled("CANCEL", caller_gone=True)])
    serve_outbound(asterisk.connect(), services)
    assert agents.get("1023").state is AgentState.READY
    assert (fold(facts()).outcome, fold(facts()).ended_by) == (OutboundOutcome.FAILED, "caller")

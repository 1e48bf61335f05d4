"""A second server takes over a caller whose script died, from the channel's own memory."""

from collections.abc import Callable

import pytest

from agi.resume import resume_call
from agi.services import Services
from hotline.calls.events import CallEvent, EventKind
from hotline.calls.machine import LegResult
from routing.agent_machine import AgentState
from routing.agents import Agents
from routing.offers import WaitingCall
from tests.agi.asterisk import Dialled, FakeAsterisk
from tests.agi.facts import kinds, stages

Facts = Callable[[], list[CallEvent]]
Ready = Callable[[str, str, str], Agents]


def remembered(services: Services, stage: str, **more: str) -> dict[str, str]:
    """Channel variables of a caller who entered a minute ago."""
    entered = services.clock() - 60
    return {"HOTLINE_STAGE": stage, "HOTLINE_ENTERED_AT": f"{entered:.3f}", **more}


@pytest.mark.parametrize("stage", ["waiting", "offered"])
def test_a_waiting_caller_keeps_the_place(services: Services, ready: Ready, stage: str) -> None:
    others = WaitingCall("t-2.1", "", "", None, services.clock() - 30, "agi-test", "PJSIP/x")
    services.line.enter(others)
    asterisk = FakeAsterisk(variables=remembered(services, stage), hang_up_on="WAIT FOR DIGIT")
    entered: list[float] = []
    original = services.line.enter

    def spy(call: WaitingCall) -> object:
        entered.append(call.entered_at)
        return original(call)

    services.line.enter = spy  # type: ignore[method-assign,assignment]
    resume_call(asterisk.connect(), services)
    assert entered[0] == pytest.approx(services.clock() - 60)
    assert not asterisk.said("greeting")


def test_a_talk_that_ended_meanwhile_goes_on_to_the_rating(
    services: Services, ready: Ready, facts: Facts
) -> None:
    agents = ready("1023", "cc01", "changchun")
    offer = services.line.enter(
        WaitingCall("t-1.1", "", "", None, services.clock(), "agi-dead", "PJSIP/trunk-1")
    )
    assert offer
    services.line.dialled(offer)
    asterisk = FakeAsterisk(
        variables=remembered(
            services,
            "offered",
            HOTLINE_LEG=offer.leg,
            HOTLINE_SEAT="cc01",
            HOTLINE_AGENT="1023",
            DIALSTATUS="ANSWER",
            DIALEDPEERNAME="PJSIP/cc01-00000001",
            ANSWEREDTIME_MS="9000",
        ),
        keys=["4"],
    )
    resume_call(asterisk.connect(), services)
    told = {fact.kind: fact for fact in facts()}
    assert told[EventKind.LEG_ANSWERED].at == pytest.approx(services.clock() - 9)
    assert told[EventKind.LEG_ENDED].data == {
        "leg": offer.leg,
        "result": LegResult.ANSWERED,
        "ended_by": "agent",
    }
    assert told[EventKind.RATED].data["score"] == 4
    assert agents.get("1023").state is AgentState.WRAP_UP


def test_a_rating_is_asked_again(services: Services, facts: Facts) -> None:
    asterisk = FakeAsterisk(
        variables=remembered(services, "rating", HOTLINE_LEG="t-1.1/1", HOTLINE_SEAT="cc01"),
        keys=["3"],
    )
    resume_call(asterisk.connect(), services)
    rated = [fact.data for fact in facts() if fact.kind is EventKind.RATED]
    assert rated == [{"score": 3, "leg": "t-1.1/1"}]


def test_a_channel_that_remembers_nothing_starts_anew(services: Services, facts: Facts) -> None:
    asterisk = FakeAsterisk(dials=[Dialled("NOANSWER")], hang_up_on="WAIT FOR DIGIT")
    resume_call(asterisk.connect(), services)
    assert EventKind.ARRIVED in kinds(facts())
    assert asterisk.said("greeting")
    assert stages(facts())[0] == "greeting"

"""A whole script against a scripted channel: what the caller hears, what the record is told."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis

from agi.services import Services
from agi.start import start_call
from hotline.calls.events import CallEvent, EventKind
from hotline.calls.journal import Journal
from hotline.calls.machine import LegResult
from hotline.errors import JournalError
from routing.agent_machine import AgentState
from routing.agents import Agents
from routing.errors import LiveStateAwayError
from routing.line import Line
from routing.offers import Offer, WaitingCall
from tests.agi.asterisk import Dialled, FakeAsterisk
from tests.agi.facts import kinds, stages

Facts = Callable[[], list[CallEvent]]
Ready = Callable[[str, str, str], Agents]

CHANGCHUN = {"CALLERID(num)": "043112345678", "CALLERID(name)": "张三"}


@pytest.mark.usefixtures("prompts")
def test_a_seat_answers_and_the_caller_rates(
    services: Services, ready: Ready, facts: Facts
) -> None:
    agents = ready("1023", "cc01", "changchun")
    asterisk = FakeAsterisk(
        variables=dict(CHANGCHUN),
        dials=[Dialled("ANSWER", peer="PJSIP/cc01-00000001", answered_ms=4000)],
        keys=["5"],
    )
    start_call(asterisk.connect(), services)

    [dialled] = asterisk.dialled()
    assert dialled.startswith("PJSIP/cc01,20,gm(greeting)A(:")
    assert dialled.endswith("agents/1023-notice)")
    assert stages(facts()) == ["offered", "talking", "rating"]
    told = {fact.kind: fact.data for fact in facts()}
    assert told[EventKind.ARRIVED]["origin_city"] == "changchun"
    assert told[EventKind.LEG_ENDED]["result"] == LegResult.ANSWERED
    assert told[EventKind.LEG_ENDED]["ended_by"] == "agent"
    assert told[EventKind.RATED]["score"] == 5
    assert asterisk.variables["HOTLINE_DONE"] == "1"
    assert agents.get("1023").state is AgentState.WRAP_UP


def test_a_silent_caller_is_asked_twice_and_let_go(
    services: Services, ready: Ready, facts: Facts
) -> None:
    ready("1023", "cc01", "changchun")
    asterisk = FakeAsterisk(dials=[Dialled("ANSWER", peer="PJSIP/cc01-00000001")])
    start_call(asterisk.connect(), services)
    assert asterisk.said("rating")
    assert asterisk.said("rating-again")
    assert asterisk.said("goodbye")
    assert EventKind.RATED not in kinds(facts())


def test_a_seat_that_does_not_answer_is_set_aside_and_the_next_rings(
    services: Services, ready: Ready, facts: Facts
) -> None:
    agents = ready("1023", "cc01", "changchun")
    ready("1024", "cc02", "changchun")
    asterisk = FakeAsterisk(
        variables=dict(CHANGCHUN),
        dials=[Dialled("NOANSWER"), Dialled("ANSWER", peer="PJSIP/cc02-00000002")],
    )
    start_call(asterisk.connect(), services)
    assert [d.partition(",")[0] for d in asterisk.dialled()] == ["PJSIP/cc01", "PJSIP/cc02"]
    results = [f.data["result"] for f in facts() if f.kind is EventKind.LEG_ENDED]
    assert results == [LegResult.NO_ANSWER, LegResult.ANSWERED]
    assert agents.get("1023").state is AgentState.NOT_ANSWERING


@pytest.mark.parametrize(
    ("dialled", "result"),
    [
        (Dialled("BUSY", "17"), LegResult.BUSY),
        (Dialled("BUSY", "21"), LegResult.REJECTED),
        (Dialled("CHANUNAVAIL", "20"), LegResult.UNREACHABLE),
        (Dialled("CONGESTION", "34"), LegResult.FAILED),
    ],
)
def test_why_a_seat_failed_is_kept(
    services: Services, ready: Ready, facts: Facts, dialled: Dialled, result: LegResult
) -> None:
    ready("1023", "cc01", "changchun")
    asterisk = FakeAsterisk(dials=[dialled], hang_up_on="WAIT FOR DIGIT")
    start_call(asterisk.connect(), services)
    [ended] = [fact for fact in facts() if fact.kind is EventKind.LEG_ENDED]
    assert ended.data["result"] == result


def test_a_caller_who_hangs_up_while_it_rings_frees_the_seat(
    services: Services, ready: Ready, facts: Facts
) -> None:
    agents = ready("1023", "cc01", "changchun")
    asterisk = FakeAsterisk(dials=[Dialled("CANCEL", caller_gone=True)])
    start_call(asterisk.connect(), services)
    assert agents.get("1023").state is AgentState.READY
    last, end = facts()[-2:]
    assert last.data["result"] == LegResult.CALLER_GONE
    assert end.data["ended_by"] == "caller"


def test_a_caller_who_hangs_up_while_talking_sends_the_agent_to_wrap_up(
    services: Services, ready: Ready, facts: Facts
) -> None:
    agents = ready("1023", "cc01", "changchun")
    gone = Dialled("ANSWER", peer="PJSIP/cc01-00000001", answered_ms=100, caller_gone=True)
    start_call(FakeAsterisk(dials=[gone]).connect(), services)
    assert agents.get("1023").state is AgentState.WRAP_UP
    [ended] = [fact for fact in facts() if fact.kind is EventKind.LEG_ENDED]
    assert (ended.data["result"], ended.data["ended_by"]) == (LegResult.ANSWERED, "caller")


def test_without_anybody_the_caller_is_greeted_and_hears_music(services: Services) -> None:
    asterisk = FakeAsterisk(hang_up_on="WAIT FOR DIGIT")
    start_call(asterisk.connect(), services)
    assert asterisk.said("greeting")
    assert asterisk.said("notice")
    assert "SET MUSIC ON default" in asterisk.commands
    assert services.line.live_calls() == []


def test_prompts_missing_the_caller_still_gets_a_person(
    services: Services, ready: Ready, facts: Facts
) -> None:
    """No announcement can be made, no prompt be played: the seat rings all the same."""
    ready("1023", "cc01", "changchun")
    asterisk = FakeAsterisk(
        dials=[Dialled("ANSWER", peer="PJSIP/cc01-00000001")], missing_prompts=True
    )
    start_call(asterisk.connect(), services)
    assert asterisk.dialled() == ["PJSIP/cc01,20,gm(greeting)"]
    assert stages(facts())[-1] == "rating"


def test_redis_away_the_citys_free_seats_ring_then_the_provinces(
    away: Services, facts: Facts
) -> None:
    free = {"DEVICE_STATE(PJSIP/cc02)": "NOT_INUSE", "DEVICE_STATE(PJSIP/jl01)": "NOT_INUSE"}
    asterisk = FakeAsterisk(
        variables=CHANGCHUN | free,
        dials=[Dialled("NOANSWER"), Dialled("ANSWER", peer="PJSIP/jl01-00000003")],
    )
    start_call(asterisk.connect(), away)
    targets = [d.partition(",")[0] for d in asterisk.dialled()]
    assert targets == ["PJSIP/cc02", "PJSIP/cc02&PJSIP/jl01"]
    assert EventKind.FALLBACK in kinds(facts())
    answered = [f.data["leg"] for f in facts() if f.kind is EventKind.LEG_ANSWERED]
    assert len(answered) == 1
    assert answered[0].endswith("jl01")


class ReturningLine(Line):
    """A line whose Redis is away for the first two looks."""

    looks = 0

    def enter(self, call: WaitingCall) -> Offer | None:
        self.looks += 1
        if self.looks <= 2:
            raise LiveStateAwayError("away")
        return super().enter(call)


def test_redis_back_the_line_is_used_again(
    services: Services, live_redis: redis.Redis, ready: Ready
) -> None:
    ready("1023", "cc01", "changchun")
    line = ReturningLine(live_redis, services.clock, services.settings.site.limits)
    asterisk = FakeAsterisk(
        variables=dict(CHANGCHUN), dials=[Dialled("ANSWER", peer="PJSIP/cc01-00000001")]
    )
    start_call(asterisk.connect(), replace(services, line=line))
    assert [d.partition(",")[0] for d in asterisk.dialled()] == ["PJSIP/cc01"]
    assert line.looks == 3


class RefusingJournal(Journal):
    """A journal whose disk is full."""

    def append(self, *_: Any, **__: Any) -> CallEvent:
        raise JournalError("no space left on device")


def test_the_record_away_the_caller_still_gets_a_person(
    services: Services, ready: Ready, tmp_path: Path
) -> None:
    """A disk that refuses costs no call: the seat rings, the rating is asked."""
    ready("1023", "cc01", "changchun")
    asterisk = FakeAsterisk(dials=[Dialled("ANSWER", peer="PJSIP/cc01-00000001")])
    with RefusingJournal(tmp_path / "full", "agi", services.clock) as full:
        start_call(asterisk.connect(), replace(services, journal=full))
    assert len(asterisk.dialled()) == 1
    assert asterisk.said("goodbye")

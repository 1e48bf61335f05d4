"""Each move of the line once, as a caller and an agent would live it."""

import json
import time
from pathlib import Path

import pytest
import redis

from hotline import redis_keys
from hotline.calls.machine import LegResult, Stage
from hotline.clock import ManualClock
from hotline.errors import IllegalTransitionError
from hotline.redis_client import connect
from hotline.settings import Settings
from hotline.site import Limits, Site
from routing.agent_machine import AgentState
from routing.agents import Agents
from routing.errors import LiveStateAwayError
from routing.line import Line
from routing.line_machine import LineState
from routing.offers import Offer
from tests.routing.conftest import MakeCall, held

LIMITS = Limits()


def talk(line: Line, call_id: str) -> Offer:
    offer = held(line, call_id)
    assert line.dialled(offer)
    assert line.answered(offer, f"PJSIP/{offer.seat}-0001")
    return offer


def test_a_caller_is_offered_at_once(
    line: Line, agents: Agents, zhang: str, caller: MakeCall, clock: ManualClock
) -> None:
    offer = line.enter(caller("c1"))
    assert offer == Offer("c1/1", "c1", zhang, "cc01", "changchun", clock())
    assert line.offer_for("c1") == offer
    assert agents.get(zhang).state is AgentState.OFFERED
    assert agents.get(zhang).call_id == "c1"
    assert line.waiting_count() == 0


def test_with_nobody_ready_the_caller_waits(line: Line, caller: MakeCall) -> None:
    assert line.enter(caller("c1")) is None
    assert line.waiting_count() == 1
    assert line.offer_for("c1") is None


def test_entering_again_keeps_place_and_offer(
    line: Line, zhang: str, caller: MakeCall, clock: ManualClock
) -> None:
    offer = line.enter(caller("c1"))
    line.enter(caller("c2"))
    clock.advance(3)
    assert line.enter(caller("c1", owner="agi-2", entered_at=clock())) == offer
    assert line.enter(caller("c2", owner="agi-2", entered_at=clock())) is None
    calls = line.live_calls()
    assert [(c.call_id, c.owner, c.entered_at) for c in calls] == [
        ("c1", "agi-2", clock() - 3),
        ("c2", "agi-2", clock() - 3),
    ]


def test_a_talk_and_its_rating(
    line: Line, agents: Agents, zhang: str, caller: MakeCall, clock: ManualClock
) -> None:
    line.enter(caller("c1"))
    talk(line, "c1")
    assert agents.get(zhang).state is AgentState.TALKING
    call = line.live_call("c1")
    assert call is not None
    assert (call.stage, call.seat_channel) == (Stage.TALKING, "PJSIP/cc01-0001")
    line.finish_talk("c1")
    agent = agents.get(zhang)
    assert agent.state is AgentState.WRAP_UP
    assert agent.wrap_up_until == clock() + LIMITS.wrap_up_seconds
    assert agent.call_id == "c1"
    line.set_stage("c1", Stage.RATING)
    call = line.live_call("c1")
    assert call is not None
    assert (call.stage, call.line, call.offer) == (Stage.RATING, LineState.SERVED, None)
    line.leave("c1")
    assert line.live_calls() == []
    assert agents.get(zhang).state is AgentState.WRAP_UP


def test_wrap_up_ends_by_itself_and_takes_the_next_caller(
    line: Line, agents: Agents, zhang: str, caller: MakeCall, clock: ManualClock
) -> None:
    line.enter(caller("c1"))
    talk(line, "c1")
    line.leave("c1")
    line.enter(caller("c2"))
    clock.advance(LIMITS.wrap_up_seconds - 0.001)
    line.tick()
    assert agents.get(zhang).state is AgentState.WRAP_UP
    clock.advance(0.001)
    line.tick()
    assert held(line, "c2").agent == zhang


def test_without_wrap_up_the_agent_is_ready_at_once(
    live_redis: redis.Redis, agents: Agents, zhang: str, caller: MakeCall, clock: ManualClock
) -> None:
    line = Line(live_redis, clock, Limits(wrap_up_seconds=0))
    line.enter(caller("c1"))
    talk(line, "c1")
    line.finish_talk("c1")
    assert agents.get(zhang).state is AgentState.READY


@pytest.mark.parametrize(
    "result",
    [LegResult.NO_ANSWER, LegResult.BUSY, LegResult.REJECTED, LegResult.UNREACHABLE],
)
def test_a_seat_that_does_not_answer(
    line: Line, agents: Agents, zhang: str, caller: MakeCall, result: LegResult
) -> None:
    offer = line.enter(caller("c1"))
    assert offer is not None
    line.enter(caller("c0", entered_at=offer.made_at + 1))
    assert line.dialled(offer)
    assert line.seat_failed(offer, result) is None
    agent = agents.get(zhang)
    assert (agent.state, agent.failure) == (AgentState.NOT_ANSWERING, result)
    assert [c.call_id for c in line.live_calls()] == ["c1", "c0"]
    agents.ready(zhang)
    assert held(line, "c1").leg == "c1/2", "the old place: before the one who came later"


def test_a_failed_seat_s_caller_goes_to_the_next_seat(
    line: Line, agents: Agents, zhang: str, caller: MakeCall
) -> None:
    offer = line.enter(caller("c1"))
    agents.sign_in("1024", "李四", "changchun", "cc02")
    agents.ready("1024")
    assert offer is not None
    second = line.seat_failed(offer, LegResult.BUSY)
    assert second is not None
    assert (second.agent, second.leg) == ("1024", "c1/2")


def test_a_withdrawn_offer_is_no_fault_of_the_agent(
    line: Line, agents: Agents, zhang: str, caller: MakeCall, clock: ManualClock
) -> None:
    clock.advance(60)
    offer = line.enter(caller("c1"))
    assert offer is not None
    line.leave("c1")
    agents.sign_in("1024", "李四", "changchun", "cc02")
    agents.ready("1024")
    assert agents.get(zhang).state is AgentState.READY
    second = line.enter(caller("c2"))
    assert second is not None
    assert second.agent == zhang, "longest idle still"


def test_a_withdrawn_agent_goes_to_another_caller_first(
    line: Line, zhang: str, caller: MakeCall
) -> None:
    offer = line.enter(caller("c1"))
    line.enter(caller("c2"))
    assert offer is not None
    assert line.withdraw(offer) is None
    assert held(line, "c2").agent == zhang


def test_a_lease_that_nobody_dialled_ends(
    line: Line, agents: Agents, zhang: str, caller: MakeCall, clock: ManualClock
) -> None:
    offer = line.enter(caller("c1"))
    assert offer is not None
    clock.advance(LIMITS.lease_seconds)
    line.tick()
    assert held(line, "c1").leg == "c1/2"
    assert not line.dialled(offer), "word of the old offer comes late"
    assert not line.answered(offer, "PJSIP/cc01-1")
    assert held(line, "c1").leg == "c1/2"
    assert agents.get(zhang).leg == "c1/2"


def test_a_dialled_seat_owns_its_offer_for_ever(
    line: Line, zhang: str, caller: MakeCall, clock: ManualClock
) -> None:
    offer = line.enter(caller("c1"))
    assert offer is not None
    assert line.dialled(offer)
    clock.advance(86_400)
    line.tick()
    assert line.offer_for("c1") == offer
    assert line.dialled(offer), "asked again, the answer is the same"


@pytest.mark.parametrize("stage", ["offered", "ringing"])
def test_a_caller_who_leaves_frees_the_agent(
    line: Line, agents: Agents, zhang: str, caller: MakeCall, stage: str
) -> None:
    offer = line.enter(caller("c1"))
    assert offer is not None
    if stage == "ringing":
        line.dialled(offer)
    line.leave("c1")
    assert agents.get(zhang).state is AgentState.READY
    assert agents.get(zhang).call_id is None
    line.leave("c1")
    assert line.live_call("c1") is None


def test_a_lost_answer_does_not_wedge_the_agent(
    line: Line, agents: Agents, zhang: str, caller: MakeCall
) -> None:
    offer = line.enter(caller("c1"))
    assert offer is not None
    line.dialled(offer)
    line.finish_talk("c1")
    assert agents.get(zhang).state is AgentState.WRAP_UP


def test_what_cannot_be_is_refused_by_name(line: Line, zhang: str, caller: MakeCall) -> None:
    offer = line.enter(caller("c1"))
    assert offer is not None
    with pytest.raises(IllegalTransitionError, match="c1: finish is not possible while offered"):
        line.finish_talk("c1")
    talk(line, "c1")
    with pytest.raises(IllegalTransitionError, match="c1: go_back is not possible while talking"):
        line.seat_failed(offer, LegResult.BUSY)
    assert line.offer_for("c1") == offer
    assert not line.dialled(offer), "nobody dials a seat that talks"


def test_a_call_unknown_to_redis_is_no_error(line: Line, caller: MakeCall) -> None:
    gone = Offer("c9/1", "c9", "1023", "cc01", "changchun", 0.0)
    assert not line.dialled(gone)
    assert not line.answered(gone, "PJSIP/cc01-1")
    assert line.seat_failed(gone, LegResult.BUSY) is None
    assert line.withdraw(gone) is None
    line.finish_talk("c9")
    line.leave("c9")
    line.set_stage("c9", Stage.RATING)
    assert line.live_calls() == []


def test_legs_go_on_when_the_line_was_lost(line: Line, zhang: str, caller: MakeCall) -> None:
    offer = line.enter(caller("c1", legs=2))
    assert offer is not None
    assert offer.leg == "c1/3"


def test_stages_on_screens(line: Line, agents: Agents, caller: MakeCall, zhang: str) -> None:
    agents.pause(zhang, "lunch")
    line.enter(caller("c1"))

    def stage() -> Stage:
        call = line.live_call("c1")
        assert call is not None
        return call.stage

    assert stage() is Stage.ARRIVED
    line.set_stage("c1", Stage.GREETING)
    assert stage() is Stage.GREETING
    agents.ready(zhang)
    assert stage() is Stage.OFFERED
    line.set_stage("c1", Stage.OFFERED)
    line.withdraw(held(line, "c1"))
    agents.get(zhang)
    line.seat_failed(held(line, "c1"), LegResult.BUSY)
    assert stage() is Stage.GREETING


def test_who_is_told(
    live_redis: redis.Redis, line: Line, agents: Agents, caller: MakeCall, zhang: str
) -> None:
    with live_redis.pubsub(ignore_subscribe_messages=True) as ear:  # type: ignore[no-untyped-call]
        ear.subscribe(redis_keys.CHANGES, redis_keys.WAKE.format(owner="agi-7"))
        ear.get_message(timeout=1)
        ear.get_message(timeout=1)
        line.enter(caller("c1", owner="agi-7"))
        heard = []
        while message := ear.get_message(timeout=0.05):
            heard.append((message["channel"], message["data"]))
    assert (redis_keys.WAKE.format(owner="agi-7"), "c1") in heard
    changes = [json.loads(data) for channel, data in heard if channel == redis_keys.CHANGES]
    assert {"agent": zhang} in changes
    assert {"call": "c1"} in changes


def test_names_are_data(line: Line, caller: MakeCall) -> None:
    name = "'); redis.call('FLUSHALL') --\"\\\n${SYSTEM()}<b>张"
    line.enter(caller("c1", name=name, number="0431'\"\n"))
    call = line.live_call("c1")
    assert call is not None
    assert (call.name, call.number) == (name, "0431'\"\n")


def test_the_script_is_loaded_again_after_a_restart(
    live_redis: redis.Redis, line: Line, caller: MakeCall
) -> None:
    line.enter(caller("c1"))
    live_redis.script_flush()
    line.enter(caller("c2"))
    assert line.waiting_count() == 2


def test_redis_away_is_one_error(
    jilin: Site, tmp_path: Path, clock: ManualClock, caller: MakeCall
) -> None:
    settings = Settings(tmp_path, jilin, tmp_path, "", f"unix://{tmp_path}/redis.sock")
    client = connect(settings)
    line, agents = Line(client, clock, LIMITS), Agents(client, clock, LIMITS)
    for ask in (
        lambda: line.enter(caller("c1")),
        lambda: line.offer_for("c1"),
        line.live_calls,
        line.waiting_count,
        agents.all,
    ):
        begun = time.monotonic()
        with pytest.raises(LiveStateAwayError):
            ask()
        assert time.monotonic() - begun < 0.5, "a caller is on the line meanwhile"


def test_a_redis_that_refuses_writes_counts_as_away(
    live_redis: redis.Redis, line: Line, caller: MakeCall
) -> None:
    live_redis.config_set("maxmemory", 1)
    try:
        with pytest.raises(LiveStateAwayError, match="OOM"):
            line.enter(caller("c1"))
    finally:
        live_redis.config_set("maxmemory", 0)

"""Thousands of histories of the line, on a real Redis, broken off and repeated anywhere.

Every rule is one script call, so hypothesis interleaves processes at exactly the points where a
real one can die or stall. A process that died is one whose next rule never comes; word of one
that stalled comes later with an old offer, or with an old clock; a client that lost the reply
says the same again. What hypothesis chose is told in plain calls of the public interface.
"""

from collections.abc import Callable
from functools import partial

import pytest
import redis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hotline.calls.machine import LegResult, Stage
from hotline.clock import ManualClock
from hotline.errors import IllegalTransitionError
from hotline.site import Limits
from routing.agents import Agents
from routing.errors import SeatTakenError
from routing.line import Line
from routing.offers import Offer, WaitingCall
from routing.seats import Seats
from tests.routing.dump import Dump

#: More agents than seats, two cities and callers of neither.
AGENTS = ["0", "1", "2", "3"]
FIRST_SEATS = {"0": "cc01", "1": "cc02", "2": "jl01"}
SEATS = {"cc01": "changchun", "cc02": "changchun", "jl01": "jilin"}
CALLS = [f"c{i}" for i in range(6)]
FAILURES = [LegResult.NO_ANSWER, LegResult.BUSY, LegResult.REJECTED, LegResult.UNREACHABLE]

codes = st.sampled_from(AGENTS)
calls = st.sampled_from(CALLS)
picks = st.integers(0, 1_000_000)


class Histories(RuleBasedStateMachine):
    """A line with six callers, four agents, three seats and processes one cannot rely on.

    Rules aim mostly at calls and agents for which they mean something, else histories are shallow.
    """

    def __init__(self, client: redis.Redis) -> None:
        super().__init__()
        client.flushall()
        self.redis = client
        self.clock = ManualClock()
        limits = Limits(own_city_seconds=10, lease_seconds=5, wrap_up_seconds=8)
        self.line = Line(client, self.clock, limits)
        self.agents = Agents(client, self.clock, limits)
        self.seats = Seats(client, self.clock, limits)
        self.places: dict[str, float] = {}
        self.offers: list[Offer] = []
        self.before = Dump(client)

    @initialize(working=st.integers(0, 15))
    def some_work_already(self, working: int) -> None:
        for code, seat in FIRST_SEATS.items():
            if working & (1 << int(code)):
                self.agents.sign_in(code, "", SEATS[seat], seat)
                self.agents.ready(code)
        self.before = Dump(self.redis)

    # ------------------------------------------------------------------------------- callers

    @rule(call_id=calls, city=st.sampled_from(["changchun", "jilin", None]), owner=picks)
    def enter(self, call_id: str, city: str | None, owner: int) -> None:
        # Who resumes a call says what its channel remembers; an odd owner is wrong about the time.
        told = self.clock() if owner % 2 else self.places.get(call_id, self.clock() - owner % 7)
        if call_id not in self.before.calls:
            self.places[call_id] = told
        call = WaitingCall(call_id, "13904310000", "", city, told, f"agi-{owner}", "PJSIP/x")
        self.said(lambda: self.hear(self.line.enter(call)))

    @precondition(lambda self: self.offers)
    @rule(pick=picks)
    def dialled(self, pick: int) -> None:
        offer = self.some_offer(pick)
        self.said(lambda: self.line.dialled(offer))

    @precondition(lambda self: self.offers)
    @rule(pick=picks)
    def dialled_and_answered(self, pick: int) -> None:
        self.dialled(pick)
        self.answered(pick)

    @precondition(lambda self: self.offers)
    @rule(pick=picks)
    def answered(self, pick: int) -> None:
        offer = self.some_offer(pick)
        self.said(lambda: self.line.answered(offer, "PJSIP/seat"))

    @precondition(lambda self: self.offers)
    @rule(pick=picks, result=st.sampled_from(FAILURES))
    def seat_failed(self, pick: int, result: LegResult) -> None:
        offer = self.some_offer(pick)
        self.said(lambda: self.hear(self.line.seat_failed(offer, result)))

    @precondition(lambda self: self.offers)
    @rule(pick=picks)
    def withdraw(self, pick: int) -> None:
        offer = self.some_offer(pick)
        self.said(lambda: self.hear(self.line.withdraw(offer)))

    @precondition(lambda self: self.before.calls)
    @rule(pick=picks)
    def finish_talk(self, pick: int) -> None:
        call_id = self.some_call(pick, "talking")
        self.said(lambda: self.line.finish_talk(call_id))

    @precondition(lambda self: self.before.calls)
    @rule(pick=picks)
    def leave(self, pick: int) -> None:
        call_id = self.some_call(pick, "offered", "ringing", "talking", "served")
        self.said(lambda: self.line.leave(call_id))
        self.places.pop(call_id, None)

    @precondition(lambda self: self.before.calls)
    @rule(pick=picks, stage=st.sampled_from([Stage.GREETING, Stage.WAITING, Stage.RATING]))
    def set_stage(self, pick: int, stage: Stage) -> None:
        call_id = self.some_call(pick)
        self.said(lambda: self.line.set_stage(call_id, stage))

    # -------------------------------------------------------------------------------- agents

    @rule(code=codes, seat=st.sampled_from(sorted(SEATS)))
    def sign_in(self, code: str, seat: str) -> None:
        self.said(lambda: self.agents.sign_in(code, "", SEATS[seat], seat))

    @rule(code=codes)
    def sign_out(self, code: str) -> None:
        self.said(lambda: self.agents.sign_out(code))

    @precondition(lambda self: self.before.agents)
    @rule(pick=picks)
    def ready(self, pick: int) -> None:
        code = self.some_agent(pick, "paused", "not_answering", "wrap_up")
        self.said(lambda: self.agents.ready(code))

    @precondition(lambda self: self.before.agents)
    @rule(pick=picks)
    def pause(self, pick: int) -> None:
        code = self.some_agent(pick)
        self.said(lambda: self.agents.pause(code, "lunch"))

    @precondition(lambda self: self.before.agents)
    @rule(pick=picks)
    def end_wrap_up(self, pick: int) -> None:
        code = self.some_agent(pick, "wrap_up")
        self.said(lambda: self.agents.end_wrap_up(code))

    @rule(seat=st.sampled_from(sorted(SEATS)), can_ring=st.booleans())
    def registration(self, seat: str, can_ring: bool) -> None:
        self.said(lambda: self.seats.registered(seat, can_ring))

    # ----------------------------------------------------------------------- time and faults

    @rule(seconds=st.sampled_from([0.5, 3, 5, 11]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.said(self.line.tick, ordered=False)
        late = {i for i, at in self.before.scores("hl:thresholds").items() if at <= self.clock()}
        assert not late, "a circle should have widened"
        assert all(end > self.clock() for end in self.before.scores("hl:leases").values())
        assert all(end > self.clock() for end in self.before.scores("hl:wrapups").values())

    @rule(lag=st.sampled_from([1, 6]))
    def a_stalled_process_ticks_with_an_old_now(self, lag: float) -> None:
        self.clock.advance(-lag)
        self.said(self.line.tick, ordered=False)
        self.clock.advance(lag)

    # ------------------------------------------------------------------------------ the parts

    def said(self, move: Callable[[], object], *, ordered: bool = True) -> None:
        """Carry out one move, check the state, say it again: that must change nothing."""
        self.refusable(move)
        after = Dump(self.redis)
        after.check()
        self.check_places(after)
        check_idle(self.before, after)
        if ordered:
            check_order(self.before, after)
        self.refusable(move)
        assert Dump(self.redis).all == after.all, "saying it twice is not like saying it once"
        self.before = after
        for call_id in after.waiting.keys() | after.scores("hl:leases").keys():
            self.hear(self.line.offer_for(call_id))

    def refusable(self, move: Callable[[], object]) -> None:
        """A refused move changes nothing."""
        before = Dump(self.redis).all
        try:
            move()
        except (IllegalTransitionError, SeatTakenError):
            assert Dump(self.redis).all == before, "a refused move left traces"

    def hear(self, offer: Offer | None) -> None:
        if offer and offer not in self.offers:
            self.offers.append(offer)

    def some_offer(self, pick: int) -> Offer:
        """Mostly one of the latest; sometimes one long over."""
        latest = self.offers[-3:] if pick % 5 != 4 else self.offers
        return latest[-1 - pick // 5 % len(latest)]

    def some_call(self, pick: int, *lines: str) -> str:
        """Mostly a call in one of those states of the line, if there is one."""
        calls = self.before.calls
        fitting = sorted(i for i, call in calls.items() if call["line"] in lines)
        return choose(pick, fitting if fitting and pick % 5 != 4 else sorted(calls))

    def some_agent(self, pick: int, *states: str) -> str:
        """Mostly an agent in one of those states, if there is one."""
        agents = self.before.agents
        fitting = sorted(i for i, agent in agents.items() if agent["state"] in states)
        return choose(pick, fitting if fitting and pick % 5 != 4 else sorted(agents))

    def check_places(self, after: Dump) -> None:
        """Nobody is lost and nobody's place moves."""
        assert after.calls.keys() <= self.places.keys()
        for call_id, call in after.calls.items():
            assert float(call["place"]) == pytest.approx(self.places[call_id], abs=1e-5)


def choose(pick: int, among: list[str]) -> str:
    return among[-1 - pick // 5 % len(among)]


def check_idle(before: Dump, after: Dump) -> None:
    """An offer taken back does not cost the agent the idle time."""
    for code, agent in after.ready.items():
        if before.agents.get(code, {}).get("state") == "offered":
            assert agent["idle_since"] == before.agents[code]["idle_since"]


def check_order(before: Dump, after: Dump) -> None:
    """A new offer went to the oldest caller and to the nearest, longest idle agent."""
    gone_back = {call_id for call_id, _ in before.pairs().values()}
    for leg in after.pairs().keys() - before.pairs().keys():
        call_id, code = after.pairs()[leg]
        call, agent = after.calls[call_id], after.agents[code]
        for rival in after.waiting.keys() - gone_back:
            overtaken = float(after.calls[rival]["place"]) < float(call["place"])
            assert not (overtaken and after.eligible(rival, code)), "a later caller went first"
        own = {a["code"] for a in after.ready.values() if a["city"] == call["city"]}
        near = agent["city"] == call["city"]
        assert near or not own, "own city's agent was free"
        idler = own if near else after.ready.keys()
        assert all(after.ready[c]["idle_since"] >= agent["idle_since"] for c in idler)


def run(client: redis.Redis, histories: int) -> None:
    """So many histories of up to 30 moves."""
    chosen = settings(
        max_examples=histories,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(partial(Histories, client), settings=chosen)  # type: ignore[arg-type]


def test_nobody_gets_two_calls_and_nobody_is_forgotten(live_redis: redis.Redis) -> None:
    run(live_redis, 60)


@pytest.mark.long
def test_a_thousand_histories(live_redis: redis.Redis) -> None:
    run(live_redis, 1_000)

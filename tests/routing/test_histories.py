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
from hotline.site_matching import Priority, Relaxation, Want
from routing.agents import Agents
from routing.asks import Ask, skills_from, steps_for
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

#: What agents can: nothing, a little, a lot; so that levels and relaxing matter.
SKILLS: list[dict[str, int]] = [{}, {"labour": 1}, {"labour": 3, "korean": 1}, {"korean": 2}]
NEIGHBOURS: dict[str | None, tuple[str, ...]] = {"changchun": ("jilin",), "jilin": (), None: ()}
RELAXATIONS = (
    Relaxation(after_seconds=6, level=1),
    Relaxation(after_seconds=12, level=0, skills=("labour",)),
    Relaxation(after_seconds=25, level=0),
)
LABOUR, KOREAN = Want(skill="labour", level=2), Want(skill="korean")
WANTS = [(), (LABOUR,), (KOREAN, LABOUR), (Want(skill="labour", required=False), KOREAN)]
RETURNED_MOST = 30.0
HEAD_STARTS: dict[Priority | None, float] = {
    None: 0.0,
    Priority.ELDERLY: 5.0,
    Priority.DANGER_TO_LIFE: 100.0,
}

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
        self.limits = limits = Limits(
            own_city_seconds=4,
            neighbours_seconds=6,
            lease_seconds=5,
            wrap_up_seconds=8,
            same_agent_seconds=3,
            returned_within_seconds=20,
            returned_most_seconds=RETURNED_MOST,
        )
        self.line = Line(client, self.clock, limits)
        self.agents = Agents(client, self.clock, limits)
        self.seats = Seats(client, self.clock, limits)
        self.places: dict[str, float] = {}
        self.entries: dict[str, float] = {}
        self.latest = self.clock()
        self.asks: dict[str, Ask] = {}
        self.offers: list[Offer] = []
        self.before = Dump(client)

    @initialize(working=st.integers(0, 15))
    def some_work_already(self, working: int) -> None:
        for code, seat in FIRST_SEATS.items():
            if working & (1 << int(code)):
                self.agents.sign_in(code, "", SEATS[seat], seat, SKILLS[int(code)])
                self.agents.ready(code)
        self.before = Dump(self.redis)

    # ------------------------------------------------------------------------------- callers

    @rule(
        call_id=calls,
        city=st.sampled_from(["changchun", "jilin", None]),
        owner=picks,
        wants=st.sampled_from(WANTS),
        priority=st.sampled_from(sorted(HEAD_STARTS, key=str)),
        prefers=st.sampled_from([None, *AGENTS]),
    )
    def enter(
        self,
        *,
        call_id: str,
        city: str | None,
        owner: int,
        wants: tuple[Want, ...] = (),
        priority: Priority | None = None,
        prefers: str | None = None,
    ) -> None:
        # Who resumes a call says what its channel remembers; an odd owner is wrong about the time.
        told = self.clock() if owner % 2 else self.entries.get(call_id, self.clock() - owner % 7)
        head_start = HEAD_STARTS[priority]
        if call_id not in self.before.calls:
            self.entries[call_id], self.asks[call_id] = told, Ask(city, wants, prefers)
            self.places[call_id] = self.place_back(call_id, told, told - head_start)
        asked = Ask(city, wants, prefers)
        steps = steps_for(asked, self.limits, NEIGHBOURS[city], RELAXATIONS)
        call = WaitingCall(
            call_id,
            number_of(call_id),
            "",
            city,
            told,
            f"agi-{owner}",
            "PJSIP/x",
            steps=steps,
            priority=priority,
            head_start=head_start,
            prefers=prefers,
        )
        self.said(lambda: self.hear(self.line.enter(call)))

    def place_back(self, call_id: str, entered: float, place: float) -> float:
        """The old place of one who was cut off not long ago, worth so much at most."""
        left = self.before.left.get(number_of(call_id))
        if not left or self.clock() - float(left["at"]) > self.limits.returned_within_seconds:
            return place
        worth = entered - self.limits.returned_most_seconds
        return min(place, max(float(left["place"]), worth))

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
    @rule(pick=picks, cut_off=st.booleans())
    def leave(self, pick: int, *, cut_off: bool) -> None:
        call_id = self.some_call(pick, "waiting", "offered", "ringing", "talking", "served")
        self.said(lambda: self.line.leave(call_id, cut_off=cut_off))
        self.places.pop(call_id, None)
        self.entries.pop(call_id, None)

    @precondition(lambda self: self.before.calls)
    @rule(pick=picks, stage=st.sampled_from([Stage.GREETING, Stage.WAITING, Stage.RATING]))
    def set_stage(self, pick: int, stage: Stage) -> None:
        call_id = self.some_call(pick)
        self.said(lambda: self.line.set_stage(call_id, stage))

    # -------------------------------------------------------------------------------- agents

    @rule(code=codes, seat=st.sampled_from(sorted(SEATS)), skills=st.sampled_from(SKILLS))
    def sign_in(self, code: str, seat: str, skills: dict[str, int]) -> None:
        self.said(lambda: self.agents.sign_in(code, "", SEATS[seat], seat, skills))

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
        assert not late, "a step should have begun"
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
        self.check_eligible(after)
        if ordered:
            check_order(self.before, after)
            self.check_choice(after)
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

    def check_eligible(self, after: Dump) -> None:
        """Whoever was just held for a caller may take that caller, however it came about."""
        self.latest = max(self.latest, self.clock())
        for leg in after.pairs().keys() - self.before.pairs().keys():
            call_id, code = after.pairs()[leg]
            waited = self.latest - float(after.calls[call_id]["since"])
            ask = self.asks[call_id]
            assert waiting_asks(ask, waited, after.agents[code]), "an agent nobody asked for"

    def check_choice(self, after: Dump) -> None:
        """A caller who was just matched got the best of the agents who were free."""
        for call_id, code in after.pairs().values():
            if call_id in self.before.calls:
                continue
            ask, waited = self.asks[call_id], self.clock() - float(after.calls[call_id]["since"])
            free = [a for a in after.ready.values() if waiting_asks(ask, waited, a)]
            best = min((rank(ask, agent) for agent in free), default=None)
            assert best is None or rank(ask, after.agents[code]) <= best, "a better one was free"

    def check_places(self, after: Dump) -> None:
        """Nobody is lost and nobody's place moves."""
        assert after.calls.keys() <= self.places.keys()
        for call_id, call in after.calls.items():
            assert float(call["place"]) == pytest.approx(self.places[call_id], abs=1e-5)


def number_of(call_id: str) -> str:
    """Two calls each have one number."""
    return f"1390431000{int(call_id[1:]) % 3}"


def choose(pick: int, among: list[str]) -> str:
    return among[-1 - pick // 5 % len(among)]


def check_idle(before: Dump, after: Dump) -> None:
    """An offer taken back does not cost the agent the idle time."""
    for code, agent in after.ready.items():
        if before.agents.get(code, {}).get("state") == "offered":
            assert agent["idle_since"] == before.agents[code]["idle_since"]


def check_order(before: Dump, after: Dump) -> None:
    """A new offer went to the first in line, who overtook others by a head start at most."""
    gone_back = {call_id for call_id, _ in before.pairs().values()}
    for leg in after.pairs().keys() - before.pairs().keys():
        call_id, code = after.pairs()[leg]
        call = after.calls[call_id]
        for rival in after.waiting.keys() - gone_back:
            if after.eligible(rival, code):
                other = after.calls[rival]
                assert float(call["place"]) <= float(other["place"]), "a later caller went first"
                check_overtaking(call, other)


def check_overtaking(call: dict[str, str], rival: dict[str, str]) -> None:
    """Who came later goes first by their head start at most, and never without a reason."""
    later_by = float(call["entered_at"]) - float(rival["entered_at"])
    if later_by > 1e-5:
        assert call["priority"], "a caller without a reason went first"
        given = 0.0 if call["priority"] == "returned" else HEAD_STARTS[Priority(call["priority"])]
        assert later_by <= max(given, RETURNED_MOST) + 1e-5


def waiting_asks(ask: Ask, waited: float, agent: dict[str, str]) -> bool:
    """Whether an agent may take a caller: the rules told once more, the plain way."""
    near = [ask.city, *(NEIGHBOURS[ask.city] if waited >= 4 else ())]
    province_at = 0 if ask.city is None else 10 if NEIGHBOURS[ask.city] else 4
    if waited < province_at and agent["city"] not in near:
        return agent["code"] == ask.prefers
    least = {want.skill: want.level for want in ask.wants if want.required}
    for step in RELAXATIONS:
        for skill in step.skills or tuple(least):
            if waited >= step.after_seconds and skill in least:
                least[skill] = min(step.level, least[skill])
    held = skills_from(agent["skills"])
    skilled = all(held.get(skill, 0) >= level for skill, level in least.items())
    return skilled or agent["code"] == ask.prefers


def rank(ask: Ask, agent: dict[str, str]) -> tuple[int, int, float]:
    """Smaller is better: how far, how skilled at what is wanted first, how long idle."""
    near = NEIGHBOURS[ask.city]
    far = 0 if agent["city"] == ask.city else 1 if agent["city"] in near else 2
    if agent["code"] == ask.prefers:
        far = -1
    held = skills_from(agent["skills"])
    level = held.get(ask.wants[0].skill, 0) if ask.wants else 0
    return 0 if ask.city is None and far >= 0 else far, -level, float(agent["idle_since"])


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

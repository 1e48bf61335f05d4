"""A simulated day: everybody is accounted for, chance comes from the seed, the site matters."""

import math

import pytest
import redis

from hotline.site import Limits
from routing.agents import Agents
from routing.line import Line
from routing.simulation.caller import SimulatedCall
from routing.simulation.errors import SimulationError
from routing.simulation.profile import Profile, default_profile
from routing.simulation.run import Happened, Plan, seats_of, simulate
from routing.simulation.theory import Pool, plan_of
from tests.routing.simulation.conftest import MakePlan


def waits(happened: Happened) -> list[float]:
    return [call.wait for call in happened.calls]


def test_everybody_is_served_or_gives_up_and_nothing_is_left(
    plan: MakePlan, live_redis: redis.Redis
) -> None:
    happened = simulate(plan(seats=2), live_redis)
    assert len(happened.calls) > 30
    for call in happened.calls:
        assert call.served_by or call.wait == pytest.approx(call.patience)
    assert any(call.served_by is None for call in happened.calls), "two seats are not enough"
    assert Line(live_redis, float, Limits()).live_calls() == []


def test_the_same_seed_is_the_same_day(plan: MakePlan, live_redis: redis.Redis) -> None:
    first = simulate(plan(), live_redis)
    again = simulate(plan(), live_redis)
    other = simulate(plan(seed=2), live_redis)
    assert again.calls == first.calls
    assert waits(other) != waits(first)


def test_the_same_seed_brings_the_same_callers_to_another_floor(
    plan: MakePlan, live_redis: redis.Redis
) -> None:
    def who(happened: Happened) -> list[tuple[float, str, float, float]]:
        return [(c.arrived_at, c.city, c.talk, c.patience) for c in happened.calls]

    assert who(simulate(plan(seats=3), live_redis)) == who(simulate(plan(seats=9), live_redis))


def test_no_agent_has_two_calls_at_once_nor_more_than_their_time(
    plan: MakePlan, live_redis: redis.Redis
) -> None:
    happened = simulate(plan(calls_per_day=300), live_redis)
    for worker in happened.workers:
        assert worker.busy_seconds <= worker.staffed_seconds * 1.02 + 120, worker


def test_one_agent_serves_in_the_order_of_arrival(live_redis: redis.Redis) -> None:
    quick = Pool(calls_per_hour=3, handling=1500, agents=1)
    happened = simulate(plan_of(quick, days=1, seed=3), live_redis)
    answered = [call.ended_wait_at for call in happened.calls]
    assert answered == sorted(answered)
    for before, after in zip(happened.calls, happened.calls[1:], strict=False):
        start = max(after.arrived_at, before.ended_wait_at + before.talk)
        assert after.ended_wait_at == pytest.approx(start, abs=1e-6)


def test_a_lonely_city_is_served_by_others_after_its_time(
    jilin_profile: Profile, plan: MakePlan, live_redis: redis.Redis
) -> None:
    """One seat, in 长春: the others' callers come to it when their circle widens, not before."""
    sole = plan(profile=jilin_profile, seats=1, calls_per_day=24)
    happened = simulate(sole, live_redis)
    away = [call for call in happened.calls if call.served_by and call.served_by != call.city]
    assert away
    assert min(call.wait for call in away) >= sole.site.limits.own_city_seconds


@pytest.fixture
def jilin_profile() -> Profile:
    """Nobody absent, nobody pausing, everybody at once at the phone."""
    changes = {"absent_share": 0, "pauses_per_hour": 0, "unanswered_share": 0, "pickup_mean": 0}
    return Profile.model_validate({**default_profile().model_dump(), **changes})


def test_an_unanswered_offer_goes_to_the_next_agent(
    jilin_profile: Profile, plan: MakePlan, live_redis: redis.Redis
) -> None:
    careless = jilin_profile.model_copy(update={"unanswered_share": 0.5, "patience_mean": math.inf})
    happened = simulate(plan(profile=careless), live_redis)
    refused = [call for call in happened.calls if call.refused]
    assert refused
    assert all(call.served_by for call in happened.calls)
    rings = happened.plan.site.limits.ring_seconds
    assert all(call.wait >= rings * call.refused for call in refused)


def test_observers_see_those_who_wait_and_all_who_end(
    plan: MakePlan, live_redis: redis.Redis
) -> None:
    class Counts:
        def __init__(self) -> None:
            self.waiting: list[SimulatedCall] = []
            self.over: set[str] = set()

        def waits(self, call: SimulatedCall) -> None:
            self.waiting.append(call)

        def ended(self, call: SimulatedCall) -> None:
            self.over.add(call.call_id)

    counts = Counts()
    happened = simulate(plan(seats=2), live_redis, lambda _: counts)
    assert len(counts.over) == len(happened.calls)
    assert 0 < len(counts.waiting) < len(happened.calls)


def test_agents_go_home_when_the_floor_empties(plan: MakePlan, live_redis: redis.Redis) -> None:
    simulate(plan(), live_redis)
    at_work = Agents(live_redis, float, Limits()).all()
    assert len(at_work) <= 1, "14 % of six seats are occupied at midnight"


def test_seats_are_shared_out_by_calls(plan: MakePlan) -> None:
    seats = seats_of(plan(seats=30))
    of = {city.code: 0 for city in plan().site.cities}
    for seat in seats:
        of[seat.city] += 1
    assert sum(of.values()) == 30
    assert min(of.values()) == 1
    assert max(of, key=lambda code: of[code]) == "changchun"
    assert len({seat.name for seat in seats}) == 30


def test_without_seats_there_is_nothing_to_simulate(plan: MakePlan) -> None:
    empty: Plan = plan()
    site = empty.site.model_copy(update={"seats": ()})
    with pytest.raises(SimulationError, match="--seats"):
        seats_of(plan(site=site, seats=None))

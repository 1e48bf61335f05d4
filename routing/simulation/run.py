"""One simulated run, from a site, a profile and a seed to what happened."""

from collections.abc import Callable
from dataclasses import dataclass, field

import redis

from hotline.site import Seat, Site
from routing.simulation.caller import Calls, Observer, SimulatedCall
from routing.simulation.draws import Draws
from routing.simulation.errors import SimulationError
from routing.simulation.floor import HOUR, Floor, Worker
from routing.simulation.profile import HOURS, Profile
from routing.simulation.world import Life, World


@dataclass(frozen=True)
class Plan:
    """What is to be simulated. ``patient_share`` of the callers never give up: they measure."""

    site: Site
    profile: Profile
    calls_per_day: float
    days: int = 1
    seats: int | None = None
    seed: int = 1
    patient_share: float = 0.0


@dataclass(frozen=True)
class Happened:
    """Everything that happened, call by call and agent by agent."""

    plan: Plan
    calls: list[SimulatedCall] = field(repr=False)
    workers: list[Worker] = field(repr=False)


#: Told of the world before it begins to move, so that somebody may watch.
Watcher = Callable[[World], Observer]


def simulate(plan: Plan, client: redis.Redis, watcher: Watcher | None = None) -> Happened:
    """Run the plan on an empty Redis of its own, see `private_redis`.

    Raises:
        SimulationError: the site has no seats and none were asked for.
    """
    client.flushall()
    draws = Draws(plan.profile, plan.seed)
    world = World(client, plan.site.limits)
    floor = Floor(world, seats_of(plan), plan.profile, draws)
    calls = Calls(world, floor, draws, watcher(world) if watcher else None)
    arrivals = Arrivals(plan, world, calls, draws)
    floor.start(plan.days)
    world.start(arrivals.life())
    world.run(lambda: arrivals.over and not calls.active)
    floor.finish()
    return Happened(plan, arrivals.calls, floor.workers)


class Arrivals:
    """Calls come as a Poisson stream whose rate changes by the hour."""

    def __init__(self, plan: Plan, world: World, calls: Calls, draws: Draws) -> None:
        self._plan = plan
        self._world = world
        self._lives = calls
        self._draws = draws
        self._codes = [city.code for city in plan.site.cities]
        self.calls: list[SimulatedCall] = []
        self.over = False

    def life(self) -> Life:
        """Hour by hour; a stream without memory may be begun anew at each."""
        env, plan = self._world.env, self._plan
        for hour in range(plan.days * HOURS):
            rate = plan.profile.arrivals_per_second(hour % HOURS, plan.calls_per_day)
            ends = (hour + 1) * HOUR
            gap = self._draws.gap(rate) if rate else HOUR
            while env.now + gap < ends:
                yield env.timeout(gap)
                self._begin()
                gap = self._draws.gap(rate)
            yield env.timeout(ends - env.now)
        self.over = True

    def _begin(self) -> None:
        draws = self._draws
        call = SimulatedCall(
            call_id=f"sim-{len(self.calls) + 1}",
            city=draws.city(self._codes),
            arrived_at=self._world.env.now,
            talk=draws.talk(),
            patience=draws.patience(),
        )
        if draws.stays(self._plan.patient_share):
            call.patience = float("inf")
        self.calls.append(call)
        self._world.start(self._lives.life(call))


def seats_of(plan: Plan) -> list[Seat]:
    """The seats of the plan: the site's own, or as many as were asked for.

    Asked for, they are shared out among the cities by their calls, at least
    one to each while there are enough. Ordered so that any first part of them is spread over the
    cities, because that part works when the floor is not full.

    Raises:
        SimulationError: there would be none.
    """
    count = len(plan.site.seats) if plan.seats is None else plan.seats
    if count < 1:
        raise SimulationError("there is no seat to simulate: name some with --seats")
    if plan.seats is None:
        cities = [seat.city for seat in plan.site.seats]
    else:
        cities = _shared_out(plan, count)
    seen: dict[str, int] = {}
    ordered = []
    for city in cities:
        seen[city] = seen.get(city, 0) + 1
        ordered.append((seen[city] / cities.count(city), seen[city], city))
    ordered.sort(key=lambda row: (row[0], -plan.profile.weight(row[2])))
    return [Seat(name=f"{city}-{n}"[:32], city=city) for _, n, city in ordered]


def _shared_out(plan: Plan, count: int) -> list[str]:
    codes = [city.code for city in plan.site.cities]
    codes.sort(key=plan.profile.weight, reverse=True)
    each = dict.fromkeys(codes[:count], 1)
    while sum(each.values()) < count:
        # Webster's rule: the next seat to where a seat has the most calls.
        neediest = max(codes, key=lambda code: plan.profile.weight(code) / (each[code] + 0.5))
        each[neediest] += 1
    return [code for code, seats in each.items() for _ in range(seats)]

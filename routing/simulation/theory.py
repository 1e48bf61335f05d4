"""The simulation beside Erlang's formulas, where those hold: one pool, exponential times.

Many seeds are simulated, each for days without any change of rate. A run's figures are set beside
the formula at that run's own rate of calls and mean handling time: chance in those two moves the
waiting far more than 2 %, and would hide an error of ours. What is compared is the mean over the
seeds, with the standard error that the seeds themselves show.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev

import redis

from hotline import erlang
from hotline.site import City, Limits, Site
from routing.simulation.profile import Profile
from routing.simulation.run import Happened, Plan, simulate

#: Seconds at the beginning of each run that are not looked at: the pool starts empty.
_WARM_UP = 4 * 3600.0
_FLAT = (1.0,) * 24


@dataclass(frozen=True)
class Pool:
    """One pool in Erlang's sense. ``patience`` in seconds; infinite: nobody gives up."""

    calls_per_hour: float = 158.0
    handling: float = 495.0
    agents: int = 27
    patience: float = math.inf


#: One run: calls looked at, theory's figures, the simulated ones.
Run = tuple[int, dict[str, float], dict[str, float]]


@dataclass(frozen=True)
class Comparison:
    """One figure: what theory says, what was simulated, and how sure that is."""

    figure: str
    theory: float
    simulated: float
    standard_error: float

    @property
    def deviation(self) -> float:
        """Simulated against theory, as a share."""
        return self.simulated / self.theory - 1


def plan_of(pool: Pool, days: int, seed: int) -> Plan:
    """A site of one city in which seats neither ring nor wrap up, and a profile without shape."""
    limits = Limits(own_city_seconds=0, wrap_up_seconds=0)
    profile = Profile(
        arrivals=_FLAT,
        staffed=_FLAT,
        talk_mean=pool.handling,
        talk_shape="exponential",
        patience_mean=pool.patience,
    )
    site = Site(city=(City(code="pool", name="pool"),), limits=limits)
    return Plan(site, profile, pool.calls_per_hour * 24, days, pool.agents, seed)


def compare(
    pool: Pool, days: int, seeds: Sequence[int], client: redis.Redis
) -> tuple[int, list[Comparison]]:
    """How many calls were looked at, and each figure beside theory's."""
    runs = [_figures(simulate(plan_of(pool, days, seed), client), pool) for seed in seeds]
    calls = sum(count for count, *_ in runs)
    return calls, [_comparison(figure, runs) for figure in runs[0][1]]


def _comparison(figure: str, runs: list[Run]) -> Comparison:
    theory = fmean(expected[figure] for _, expected, _ in runs)
    values = [seen[figure] for *_, seen in runs]
    errors = [seen[figure] - expected[figure] for _, expected, seen in runs]
    standard_error = stdev(errors) / math.sqrt(len(runs)) if len(runs) > 1 else math.nan
    return Comparison(figure, theory, fmean(values), standard_error)


def _expected(pool: Pool) -> dict[str, float]:
    if math.isinf(pool.patience):
        waiting = erlang.erlang_c(erlang.load(pool.calls_per_hour, pool.handling), pool.agents)
        within = erlang.served_within(20, pool.calls_per_hour, pool.handling, pool.agents)
        wait = erlang.mean_wait(pool.calls_per_hour, pool.handling, pool.agents)
        return {"waiting_share": waiting, "within_20_s": within, "mean_wait_seconds": wait}
    known = erlang.erlang_a(pool.calls_per_hour, pool.handling, pool.agents, pool.patience)
    return {
        "waiting_share": known.waiting_share,
        "abandoned_share": known.abandoned_share,
        "mean_wait_seconds": known.mean_wait_seconds,
    }


def _figures(happened: Happened, pool: Pool) -> Run:
    calls = [call for call in happened.calls if call.arrived_at >= _WARM_UP]
    seconds = happened.plan.days * 24 * 3600 - _WARM_UP
    drawn = replace(
        pool,
        calls_per_hour=len(calls) / seconds * 3600,
        handling=fmean(call.talk for call in calls),
    )
    seen = {
        "waiting_share": fmean(call.wait > 0 for call in calls),
        "within_20_s": fmean(call.wait <= 20 for call in calls),
        "mean_wait_seconds": fmean(call.wait for call in calls),
        "abandoned_share": fmean(call.served_by is None for call in calls),
    }
    return len(calls), _expected(drawn), seen

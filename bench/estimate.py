"""The estimated wait beside the usual rule, over 100,000 simulated calls of unseen seeds.

Days of Jilin's size on too few seats, so that there is something to wait for; pauses, absences,
shifts and seats that do not answer included. Some callers never give up: they alone are measured,
since those who stay in line by chance would flatter any estimate. Each is asked when the wait
begins and every 30 s after it, as announcements do. While an agent of another city is ready the
wait is known, so those moments are left out of the first figures. Takes minutes.
"""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any

import redis
from rich.table import Table

from hotline.site import Site, load_site
from routing.agent_machine import AgentState
from routing.agents import Agents
from routing.estimate import Conditions, Estimator, Talks, remaining_wait, rule_of_thumb
from routing.simulation.caller import SimulatedCall
from routing.simulation.private_redis import private_redis
from routing.simulation.profile import default_profile
from routing.simulation.run import Plan, simulate
from routing.simulation.world import START, Life, World

#: Never looked at while the estimator was made; those were 101 to 110.
HELD_OUT = (8001, 8002, 8003, 8004)
_SEATS = (22, 24, 26, 28)
_DAYS = 17
_CALLS_PER_DAY = 1580
_PATIENT = 0.25
_EVERY = 30.0
#: Talks, and calls, that the estimator may remember.
_RECENT = 500
#: So many new calls make it think anew.
_RENEW = 100


@dataclass
class Sample:
    """One caller asked at one moment; ``instant`` in simulated seconds."""

    call: SimulatedCall
    instant: float
    ours: float
    usual: float
    somebody_free: bool
    """An agent of another city is ready: the wait is until the circle widens, and easily told."""

    @property
    def remaining(self) -> float:
        """What the wait then was."""
        return (self.call.offered_at or self.instant) - self.instant


class Watch:
    """Asks the estimator about callers who wait, with nothing in hand but the past."""

    def __init__(self, world: World, client: redis.Redis) -> None:
        limits = world.limits
        self._world = world
        self._agents = Agents(client, self._now, limits)
        self._estimator = Estimator(client, self._agents, limits, self._now)
        self._recent: deque[SimulatedCall] = deque(maxlen=_RECENT)
        self._ended = 0
        self._conditions = Conditions(Talks.of([]), limits.wrap_up_seconds)
        self.samples: list[Sample] = []

    def waits(self, call: SimulatedCall) -> None:
        """Follow one who never gives up."""
        if call.patience == float("inf"):
            self._world.start(self._follow(call))

    def ended(self, call: SimulatedCall) -> None:
        """Learn from a call that is over."""
        self._recent.append(call)
        self._ended += 1
        if self._ended % _RENEW == 0:
            self._conditions = self._learnt()

    def _now(self) -> float:
        return START + self._world.env.now

    def _follow(self, call: SimulatedCall) -> Life:
        while call.offered_at is None:
            self._ask(call)
            yield self._world.pass_time(_EVERY)

    def _ask(self, call: SimulatedCall) -> None:
        outlook = self._estimator.outlook(call.call_id, call.city, START + call.arrived_at)
        if outlook is None:
            return
        known = self._conditions
        at_work = sum(
            view.state not in (AgentState.PAUSED, AgentState.NOT_ANSWERING)
            for view in self._agents.all()
        )
        handling = known.talks.mean + known.wrap_up + known.pickup
        usual = rule_of_thumb(outlook.ahead + 1, handling, at_work)
        ours = remaining_wait(outlook, known)
        free = any(a.talked is None and a.free_in == a.takes_from for a in outlook.agents)
        self.samples.append(Sample(call, self._world.env.now, ours, usual, free))

    def _learnt(self) -> Conditions:
        talks = Talks.of([call.talk for call in self._recent if call.served_by])
        waited = sum(call.wait for call in self._recent)
        gave_up = sum(call.served_by is None for call in self._recent)
        wrap_up = self._world.limits.wrap_up_seconds
        rate = gave_up / waited if waited else 0.0
        return Conditions(talks, wrap_up, gives_up_per_second=rate)


def samples_of(
    site: Site, seats: int, seed: int, days: int, client: redis.Redis
) -> tuple[int, list[Sample]]:
    """How many calls one run had, and every sample whose caller was served."""
    watches: list[Watch] = []

    def watch(world: World) -> Watch:
        watches.append(Watch(world, client))
        return watches[-1]

    plan = Plan(site, default_profile(), _CALLS_PER_DAY, days, seats, seed, _PATIENT)
    happened = simulate(plan, client, watch)
    return len(happened.calls), [s for s in watches[0].samples if s.call.offered_at is not None]


def measure(seeds: Sequence[int] = HELD_OUT, days: int = _DAYS) -> dict[str, Any]:
    """Median absolute error and bias of both, in seconds, over all seeds."""
    began = time.perf_counter()
    site = load_site(Path(__file__).parents[1] / "hotline.toml.example")
    calls, samples = 0, []
    with private_redis() as client:
        for seed, seats in zip(seeds, _SEATS, strict=False):
            count, found = samples_of(site, seats, seed, days, client)
            calls += count
            samples += found
    return {
        "calls": calls,
        "seeds": list(seeds),
        "seconds": round(time.perf_counter() - began, 1),
        "all_busy": _both([s for s in samples if not s.somebody_free]),
        "all": _both(samples),
    }


def _both(samples: Sequence[Sample]) -> dict[str, Any]:
    return {
        "samples": len(samples),
        "mean_wait_seconds": fmean(s.remaining for s in samples),
        "ours": _errors([(s.ours, s.remaining) for s in samples]),
        "usual_rule": _errors([(s.usual, s.remaining) for s in samples]),
    }


def _errors(pairs: Sequence[tuple[float, float]]) -> dict[str, float]:
    errors = [said - was for said, was in pairs]
    sizes = [abs(error) for error in errors]
    return {
        "median_absolute_error": median(sizes),
        "mean_absolute_error": fmean(sizes),
        "bias": fmean(errors),
        "median_error": median(errors),
    }


def table(measured: dict[str, Any]) -> Table:
    """Ours and the usual rule side by side, with the ratio."""
    title = f"{measured['calls']:,} calls, seeds {measured['seeds']}"
    heads = ("asked while", "error, seconds", "ours", "waiting x handling / agents", "ratio")
    shown = Table(*heads, title=title)
    for words, part in (
        ("no agent is free", measured["all_busy"]),
        ("the caller waits", measured["all"]),
    ):
        asked = f"{words} ({part['samples']:,}, {part['mean_wait_seconds']:.0f} s on average)"
        for cells in _rows(part["ours"], part["usual_rule"]):
            shown.add_row(asked, *cells)
            asked = ""
    return shown


def _rows(ours: dict[str, float], usual: dict[str, float]) -> Iterator[tuple[str, ...]]:
    for figure, value in ours.items():
        other = usual[figure]
        ratio = f"{abs(value / other):.2f}" if other else ""
        yield figure.replace("_", " "), f"{value:.1f}", f"{other:.1f}", ratio

"""What a simulated run comes to: the figures a hotline is held to."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from routing.simulation.caller import SimulatedCall
from routing.simulation.floor import HOUR, Worker
from routing.simulation.profile import HOURS
from routing.simulation.run import Happened

_PERCENTILES = (50, 80, 95, 99)


@dataclass(frozen=True)
class Part:
    """The figures of some of the calls. Shares are 0..1; None: there is nothing to divide by."""

    calls: int
    answered: int
    abandoned: int
    answered_share: float | None
    """接通率: answered / all calls."""
    service_level: float | None
    """Answered by a person within limits.answer_seconds / answered."""
    mean_wait: float | None
    """Seconds from arrival to a person, of the answered; so are the percentiles."""
    wait_percentiles: dict[int, float]


@dataclass(frozen=True)
class CityPart(Part):
    """The same for the calls of one city, and its agents."""

    overflow: float | None
    """Answered by another city's agents / answered."""
    occupancy: float | None
    """Seconds that the city's own agents were busy / at work; wrap-up is busy."""
    seats: int


@dataclass(frozen=True)
class Summary:
    """A run in figures."""

    whole: Part
    cities: dict[str, CityPart]
    hours: list[Part]
    occupancy: float | None
    overflow: float | None
    seats: int
    refused_offers: int
    answer_seconds: int

    def as_json(self) -> dict[str, Any]:
        """Plain values for a program to read."""
        return asdict(self)


def summarise(happened: Happened) -> Summary:
    """The figures of a run."""
    calls, workers = happened.calls, happened.workers
    target = happened.plan.site.limits.answer_seconds
    by_hour: list[list[SimulatedCall]] = [[] for _ in range(HOURS)]
    by_city: dict[str, list[SimulatedCall]] = {c.code: [] for c in happened.plan.site.cities}
    for call in calls:
        by_hour[int(call.arrived_at // HOUR) % HOURS].append(call)
        by_city[call.city].append(call)
    return Summary(
        whole=_part(calls, target),
        cities={city: _city_part(city, own, workers, target) for city, own in by_city.items()},
        hours=[_part(hour, target) for hour in by_hour],
        occupancy=_occupancy(workers),
        overflow=_overflow(calls),
        seats=len(workers),
        refused_offers=sum(call.refused for call in calls),
        answer_seconds=target,
    )


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest of the ordered values that so many percent do not exceed."""
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]


def _part(calls: Sequence[SimulatedCall], target: float) -> Part:
    waits = sorted(call.wait for call in calls if call.served_by is not None)
    return Part(
        calls=len(calls),
        answered=len(waits),
        abandoned=len(calls) - len(waits),
        answered_share=_share(len(waits), len(calls)),
        service_level=_share(sum(wait <= target for wait in waits), len(waits)),
        mean_wait=_share(sum(waits), len(waits)),
        wait_percentiles={p: percentile(waits, p) for p in _PERCENTILES} if waits else {},
    )


def _city_part(
    city: str, calls: Sequence[SimulatedCall], workers: Iterable[Worker], target: float
) -> CityPart:
    own = [worker for worker in workers if worker.city == city]
    return CityPart(
        **vars(_part(calls, target)),
        overflow=_overflow(calls),
        occupancy=_occupancy(own),
        seats=len(own),
    )


def _overflow(calls: Iterable[SimulatedCall]) -> float | None:
    answered = [call for call in calls if call.served_by is not None]
    return _share(sum(call.served_by != call.city for call in answered), len(answered))


def _occupancy(workers: Sequence[Worker]) -> float | None:
    busy = sum(worker.busy_seconds for worker in workers)
    return _share(busy, sum(worker.staffed_seconds for worker in workers))


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None

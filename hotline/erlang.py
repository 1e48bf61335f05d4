"""How many agents a load needs: Erlang's formulas for one pool and exponential times.

Loads are in erlangs: calls an hour x handling seconds / 3600. What the formulas leave out (several
cities, skills, real handling times) is what `hotline simulate` is for.
"""

import math
from dataclasses import dataclass

#: Where the Erlang A sum ends: later states weigh less than this beside the heaviest.
_NEGLIGIBLE = 1e-14


@dataclass(frozen=True)
class WithAbandonment:
    """A pool whose callers may give up; the mean wait counts those who did, too."""

    waiting_share: float
    abandoned_share: float
    mean_wait_seconds: float
    occupancy: float


def load(calls_per_hour: float, handling_seconds: float) -> float:
    """Erlangs offered."""
    return calls_per_hour * handling_seconds / 3600


def erlang_b(erlangs: float, agents: int) -> float:
    """The share of callers lost when nobody may wait.

    Erlang (1917), by the recursion B(n) = a B(n-1) / (n + a B(n-1)); see Cooper, Introduction to
    Queueing Theory, 2nd ed. (1981), p. 82.
    """
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = erlangs * blocked / (n + erlangs * blocked)
    return blocked


def erlang_c(erlangs: float, agents: int) -> float:
    """The share of callers who wait at all when nobody gives up (M/M/n); 1 when overloaded.

    Erlang (1917); C = B / (1 - rho (1 - B)), Cooper (1981), p. 91.
    """
    if erlangs >= agents:
        return 1.0
    blocked = erlang_b(erlangs, agents)
    return blocked / (1 - erlangs / agents * (1 - blocked))


def served_within(seconds: float, calls_per_hour: float, handling: float, agents: int) -> float:
    """The share of callers who wait at most ``seconds`` (M/M/n).

    1 - C exp(-(n - a) t / handling): Gans, Koole and Mandelbaum, Telephone call centers,
    Manufacturing & Service Operations Management 5 (2003), section 3.1.
    """
    erlangs = load(calls_per_hour, handling)
    if erlangs >= agents:
        return 0.0
    return 1 - erlang_c(erlangs, agents) * math.exp(-(agents - erlangs) * seconds / handling)


def mean_wait(calls_per_hour: float, handling: float, agents: int) -> float:
    """Mean wait in seconds over all callers, those who need not wait too (M/M/n)."""
    erlangs = load(calls_per_hour, handling)
    if erlangs >= agents:
        return math.inf
    return erlang_c(erlangs, agents) * handling / (agents - erlangs)


def agents_needed(share: float, seconds: float, calls_per_hour: float, handling: float) -> int:
    """The fewest occupied seats that serve ``share`` of callers within ``seconds`` (Erlang C).

    Raises:
        ValueError: the share is not below 1: no number of agents serves everybody in time.
    """
    if share >= 1:
        raise ValueError(f"no number of agents serves {share:%} within {seconds} s")
    agents = math.floor(load(calls_per_hour, handling)) + 1
    while served_within(seconds, calls_per_hour, handling, agents) < share:
        agents += 1
    return agents


def erlang_a(
    calls_per_hour: float, handling: float, agents: int, patience: float
) -> WithAbandonment:
    """A pool whose callers give up after exponential patience of mean ``patience`` s (M/M/n+M).

    Palm (1957); Garnett, Mandelbaum and Reiman, Designing a call center with impatient customers,
    Manufacturing & Service Operations Management 4 (2002), section 2. The stationary birth and
    death chain is summed as it stands: births at the arrival rate, deaths at
    min(j, n) / handling + max(j - n, 0) / patience.
    """
    arrivals = calls_per_hour / 3600
    weights = _stationary(arrivals, handling, agents, patience)
    queue = sum((j - agents) * w for j, w in enumerate(weights) if j > agents)
    busy = sum(min(j, agents) * w for j, w in enumerate(weights))
    return WithAbandonment(
        waiting_share=sum(weights[agents:]),
        abandoned_share=queue / patience / arrivals,
        mean_wait_seconds=queue / arrivals,
        occupancy=busy / agents,
    )


def _stationary(arrivals: float, handling: float, agents: int, patience: float) -> list[float]:
    """How often the pool holds 0, 1, 2 ... callers, from the heaviest state outwards."""
    logs = [0.0]
    while len(logs) <= agents or logs[-1] - max(logs) > math.log(_NEGLIGIBLE):
        j = len(logs)
        deaths = min(j, agents) / handling + max(j - agents, 0) / patience
        logs.append(logs[-1] + math.log(arrivals / deaths))
    top = max(logs)
    weights = [math.exp(value - top) for value in logs]
    total = sum(weights)
    return [weight / total for weight in weights]

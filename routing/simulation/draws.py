"""Random times and places, all from one seed."""

import math
from collections.abc import Sequence
from random import Random

from routing.simulation.profile import Profile

#: Spread of the time a seat rings: most pick up soon, some late.
_PICKUP_SPREAD = 0.5


class Draws:
    """What chance decides in a simulated day.

    Callers and agents have generators of their own, so that the same seed brings the very same
    callers to two sites that are compared.
    """

    def __init__(self, profile: Profile, seed: int) -> None:
        self._profile = profile
        self._callers = Random(f"callers {seed}")  # noqa: S311 - a simulation, not a secret
        self._agents = Random(f"agents {seed}")  # noqa: S311

    def gap(self, per_second: float) -> float:
        """Seconds until the next call of a Poisson stream."""
        return self._callers.expovariate(per_second)

    def city(self, codes: Sequence[str]) -> str:
        """Where a call comes from."""
        weights = [self._profile.weight(code) for code in codes]
        return self._callers.choices(codes, weights)[0]

    def talk(self) -> float:
        """How long a caller will talk."""
        if self._profile.talk_shape == "exponential":
            return self._callers.expovariate(1 / self._profile.talk_mean)
        return _lognormal(self._callers, self._profile.talk_mean, self._profile.talk_spread)

    def patience(self) -> float:
        """How long a caller will wait; infinite when nobody gives up. Weibull of the mean set."""
        mean, shape = self._profile.patience_mean, self._profile.patience_shape
        if math.isinf(mean):
            return mean
        return self._callers.weibullvariate(mean / math.gamma(1 + 1 / shape), shape)

    def stays(self, share: float) -> bool:
        """Whether this caller is one of that share."""
        return self._callers.random() < share

    def pickup(self) -> float | None:
        """How long the seat rings; None: nobody picks up."""
        if self._profile.unanswered_share > self._agents.random():
            return None
        mean = self._profile.pickup_mean
        return _lognormal(self._agents, mean, _PICKUP_SPREAD) if mean else 0.0

    def is_absent(self) -> bool:
        """Whether an agent does not come today."""
        return self._agents.random() < self._profile.absent_share

    def away(self) -> float:
        """How long an agent who did not answer stays away."""
        return self._agents.expovariate(1 / self._profile.away_mean)

    def until_pause(self) -> float:
        """Seconds until an agent's next pause."""
        rate = self._profile.pauses_per_hour / 3600
        return self._agents.expovariate(rate) if rate else math.inf

    def pause(self) -> float:
        """How long a pause lasts."""
        return self._agents.expovariate(1 / self._profile.pause_mean)


def _lognormal(random: Random, mean: float, spread: float) -> float:
    variance = math.log1p(spread**2)
    return random.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance))

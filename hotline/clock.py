"""Time as an argument: production reads the system's clock, tests turn their own."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

#: Seconds since the epoch, UTC. The one kind of instant that live state and events carry.
Clock = Callable[[], float]

#: The hotline's local time. A fixed offset: China has one zone and no summer time, and a slim
#: machine may have no zone tables.
CHINA = timezone(timedelta(hours=8), "CST")


def system_clock() -> float:
    """Seconds since the epoch, from the system."""
    return time.time()


class ManualClock:
    """A clock that moves only when told to."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Move forward by ``seconds``."""
        self.now += seconds


def as_datetime(instant: float) -> datetime:
    """An instant as an aware UTC datetime, as SQL keeps it."""
    return datetime.fromtimestamp(instant, UTC)

"""What recent calls tell of waits, kept in Redis for those who estimate while callers wait.

A caller's script asks no database: the worker reads the record once a minute and leaves the few
numbers in Redis. While they are not there, the usual ones of a legal hotline are taken.
"""

import json
from collections.abc import Sequence

import redis
from redis.exceptions import RedisError
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import redis_keys
from hotline.calls.machine import Direction
from hotline.clock import Clock
from hotline.db.models import Call
from hotline.jobs import JobContext
from hotline.redis_client import connect
from hotline.site import Limits
from routing.agents import Agents
from routing.errors import LiveStateAwayError
from routing.estimate import Conditions, Estimate, Estimator, Talks
from routing.reads import read_text

#: String, JSON. Not a key of the live state (hotline/redis_keys.py): no move reads or writes it.
KEY = redis_keys.PREFIX + "conditions"
#: So many of the latest calls count as recent.
RECENT = 500
#: Fewer than this that gave up, or waited at all, tell nothing of patience.
_ENOUGH_WAITS = 20


class Waits:
    """Estimates for callers' scripts, with what the worker left of recent calls."""

    def __init__(self, client: redis.Redis, clock: Clock, limits: Limits) -> None:
        self._redis = client
        self._limits = limits
        self._estimator = Estimator(client, Agents(client, clock, limits), limits, clock)
        self._known: tuple[str, Conditions] | None = None

    def estimate(self, call_id: str, city: str | None, entered_at: float) -> Estimate | None:
        """A caller's place and remaining wait; None when the call does not wait (any more).

        Raises:
            LiveStateAwayError: Redis is away.
        """
        return self._estimator.estimate(call_id, city, entered_at, self._conditions())

    def _conditions(self) -> Conditions:
        """Read anew, but worked out only when they changed: that takes some milliseconds."""
        text = read_text(self._redis, KEY)
        if self._known is None or self._known[0] != text:
            self._known = (text, _parse(text, self._limits.wrap_up_seconds))
        return self._known[1]


class TellConditions:
    """The worker's part."""

    name = "tell-conditions"
    interval = 60.0

    def __init__(self) -> None:
        self._client: redis.Redis | None = None

    def run(self, context: JobContext) -> None:
        """Leave the numbers of the latest calls in Redis.

        Raises:
            LiveStateAwayError: Redis is away.
        """
        self._client = self._client or connect(context.settings)
        with context.sessions() as session:
            told = recent_conditions(session)
        try:
            self._client.set(KEY, json.dumps(told))
        except RedisError as error:
            raise LiveStateAwayError(str(error)) from error


def job() -> TellConditions:
    """For the entry-point group `hotline.jobs`."""
    return TellConditions()


def recent_conditions(session: Session) -> dict[str, float]:
    """The numbers of the latest inbound calls that ended, as they are kept in Redis."""
    statement = (
        select(Call.talk_seconds, Call.wait_seconds, Call.outcome)
        .where(Call.direction == Direction.INBOUND.value, Call.outcome.is_not(None))
        .order_by(Call.started_at.desc())
        .limit(RECENT)
    )
    rows = session.execute(statement).all()
    talks = Talks.of([row.talk_seconds for row in rows if row.talk_seconds])
    gave_up = sum(row.outcome.startswith("abandoned") for row in rows)
    return {
        "log_mean": talks.log_mean,
        "log_deviation": talks.log_deviation,
        "gives_up_per_second": _rate(gave_up, [row.wait_seconds or 0.0 for row in rows]),
    }


def _rate(gave_up: int, waits: Sequence[float]) -> float:
    waited = sum(waits)
    return gave_up / waited if gave_up >= _ENOUGH_WAITS and waited else 0.0


def _parse(text: str, wrap_up: float) -> Conditions:
    if not text:
        return Conditions(Talks.of([]), wrap_up)
    told = json.loads(text)
    talks = Talks(told["log_mean"], told["log_deviation"])
    return Conditions(talks, wrap_up, gives_up_per_second=told["gives_up_per_second"])

"""One at a time: a leader lease in Redis that a dead leader loses by itself."""

from contextlib import suppress

import redis
from redis.exceptions import LockError, RedisError

from hotline.redis_keys import LEADER
from routing.errors import LiveStateAwayError

#: Seconds after which the next one may lead.
LEASE = 3.0


class Leader:
    """Leads, or tries to, whenever asked."""

    def __init__(self, client: redis.Redis, role: str) -> None:
        name = LEADER.format(role=role)
        self._lock = client.lock(name, timeout=LEASE, blocking=False, thread_local=False)
        self._leads = False

    def leads(self) -> bool:
        """Whether this process leads now; renews the lease, or takes a free one.

        Raises:
            LiveStateAwayError: Redis is away.
        """
        try:
            self._leads = self._renewed() if self._leads else self._lock.acquire()
        except RedisError as error:
            raise LiveStateAwayError(str(error)) from error
        return self._leads

    def step_down(self) -> None:
        """Let the next one lead at once; when Redis is away the lease ends by itself."""
        if self._leads:
            with suppress(RedisError):
                self._lock.release()
        self._leads = False

    def _renewed(self) -> bool:
        try:
            return bool(self._lock.reacquire())
        except LockError:
            return False

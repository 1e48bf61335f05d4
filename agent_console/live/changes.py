"""What changes in the live state, handed from one Redis subscription to many open pages."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from hotline import redis_keys

#: Seconds between two attempts to subscribe again.
RETRY_SECONDS = 1.0

log = structlog.get_logger()


class Watch:
    """One open page: wakes up when its agent or its agent's call has changed."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.call_id: str | None = None
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def concerns(self, change: dict[str, str]) -> bool:
        """Whether this page shows what has changed."""
        return change.get("agent") == self.code or change.get("call") == (self.call_id or False)

    def wake(self) -> None:
        """Have the page look again."""
        self._changed.set()

    def wake_soon(self) -> None:
        """The same, from another thread."""
        self._loop.call_soon_threadsafe(self._changed.set)

    async def wait(self, seconds: float) -> bool:
        """Wait for a change, at most ``seconds``; whether there was one."""
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return False
        self._changed.clear()
        return True


class Changes:
    """The subscription of one console process. After a loss every page looks again."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url
        self._watches: set[Watch] = set()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closing = False

    def start(self) -> None:
        """Subscribe in the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._stay_subscribed(), name="changes")

    def end_streams(self) -> None:
        """Have every open page's stream end; safe in a signal handler."""
        self.closing = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake_all)

    async def close(self) -> None:
        """Let the subscription go."""
        self.end_streams()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    @contextmanager
    def watch(self, code: str) -> Iterator[Watch]:
        """Be told of changes that concern one agent's page."""
        watch = Watch(code)
        self._watches.add(watch)
        try:
            yield watch
        finally:
            self._watches.discard(watch)

    async def _stay_subscribed(self) -> None:
        # Not `while True`: redis turns a cancellation that comes while it connects into an error.
        while not self.closing:
            try:
                await self._subscribed()
            except (RedisError, OSError) as error:
                log.info("changes not heard", reason=str(error))
            if not self.closing:
                await asyncio.sleep(RETRY_SECONDS)

    async def _subscribed(self) -> None:
        client = redis.asyncio.Redis.from_url(
            self._url, decode_responses=True, health_check_interval=5
        )
        async with client, client.pubsub() as subscription:
            await subscription.subscribe(redis_keys.CHANGES)
            while not self.closing:
                message = await subscription.get_message(timeout=5)
                if message is not None:
                    self._hand_out(message)

    def _hand_out(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            self._wake_all()  # what changed while nobody listened
        elif message["type"] == "message":
            self._tell(message["data"])

    def _tell(self, data: str) -> None:
        change = _change(data)
        for watch in self._watches:
            if watch.concerns(change):
                watch.wake()

    def _wake_all(self) -> None:
        for watch in self._watches:
            watch.wake()


def _change(data: str) -> dict[str, str]:
    """What a message tells; nothing when it is none of ours."""
    try:
        change = json.loads(data)
    except ValueError:
        change = None
    if not isinstance(change, dict):
        log.warning("a change that is none")
        return {}
    return change

"""Who knows a caller's matter already: asked of SQL, but never waited for.

SQL slow or away: nobody is known, and the caller goes to whoever is free.
"""

import queue
import threading
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger()

#: Seconds a caller's script waits for the answer.
PATIENCE = 0.1
#: Questions under way; while so many wait for a slow SQL no more are asked.
_AT_ONCE = 4

Lookup = Callable[[str], str | None]


def nobody(number: str) -> str | None:
    """For a process that looks nobody up."""
    del number
    return None


class Familiar:
    """Asks ``lookup`` for the agent of a caller's open ticket, in a thread of its own."""

    def __init__(self, lookup: Lookup, patience: float = PATIENCE) -> None:
        self._lookup = lookup
        self._patience = patience
        self._free = threading.BoundedSemaphore(_AT_ONCE)

    def __call__(self, number: str) -> str | None:
        """The agent's code; None when there is none, or it is not known in time."""
        if not number or not self._free.acquire(blocking=False):
            return None
        answer: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._ask, args=(number, answer), daemon=True).start()
        try:
            return answer.get(timeout=self._patience)
        except queue.Empty:
            log.info("agent of the open ticket not known in time")
            return None

    def _ask(self, number: str, answer: "queue.SimpleQueue[str | None]") -> None:
        try:
            answer.put(self._lookup(number))
        except SQLAlchemyError as error:
            log.info("agent of the open ticket not known", reason=type(error).__name__)
            answer.put(None)
        finally:
            self._free.release()

"""A running copy of the hotline on one machine: its supervisor, its status, its end."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hotline.db.engine import migrate
from hotline.run import status
from hotline.run.specs import own_specs, redis_spec
from hotline.run.supervisor import Kept, Spec, Supervisor
from hotline.settings import Settings
from hotline.sounds import lay_out_sounds


class House:
    """Everything of one copy. ``logins`` are shown by `hotline status` (a demo's only)."""

    def __init__(self, settings: Settings, logins: list[dict[str, str]] | None = None) -> None:
        self.settings = settings
        self._logins = logins or []
        self.supervisor = Supervisor(on_change=self._changed)

    def _changed(self, kept: list[Kept]) -> None:
        status.write(self.settings, status.describe(self.settings, kept, self._logins))

    def start(self, *before: Spec) -> None:
        """Start ``before``, then Redis and our own processes, and wait until all of them work.

        Raises:
            NotReadyError: one of them did not come up.
        """
        lay_out_sounds(self.settings)
        redis = redis_spec(self.settings)
        first = [self.supervisor.start(spec) for spec in (*before, *([redis] if redis else []))]
        migrate(self.settings.database_url)
        if redis:
            self.supervisor.wait_ready(first[-1:])
        ours = [self.supervisor.start(spec) for spec in own_specs(self.settings)]
        self.supervisor.wait_ready([*first, *ours])

    def close(self) -> None:
        """End every process."""
        self.supervisor.close()
        status.clear(self.settings)


@contextmanager
def ended_by_signal() -> Iterator[threading.Event]:
    """An event that Ctrl-C or SIGTERM sets."""
    ended = threading.Event()
    previous = {
        number: signal.signal(number, lambda *_: ended.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield ended
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)

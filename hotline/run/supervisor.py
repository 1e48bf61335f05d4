"""Keeps a set of processes running: restarts what dies, kills what freezes.

A frozen FastAGI server frees its callers only when its sockets close, so killing it is the
cure: its callers go on at the next server at once.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from hotline.clock import Clock, system_clock
from hotline.errors import HotlineError
from hotline.processes import spawn, stop
from hotline.run.probes import Probe

log = structlog.get_logger()

#: Seconds without a good answer after which a process counts as frozen.
FROZEN_AFTER = 3.0
#: Seconds a process may take from start to its first good answer.
START_LIMIT = 30.0
_LOOK_EVERY = 0.25
_RESTART_PAUSES = (0.0, 0.2, 0.5, 1.0, 2.0)


class NotReadyError(HotlineError):
    """A process ended or stayed silent at start; the message names its log."""


@dataclass(frozen=True)
class Spec:
    """One process to keep: what it is called, how it is started, how to ask it."""

    role: str
    argv: Sequence[str]
    log: Path
    probe: Probe
    env: Mapping[str, str] = field(default_factory=dict)
    address: str = ""


@dataclass
class Kept:
    """A process now running for a spec."""

    spec: Spec
    process: subprocess.Popen[bytes]
    started_at: float
    good_at: float | None = None
    restarts: int = 0
    suspended: bool = False

    def frozen(self, now: float) -> bool:
        """Whether it should have answered by now."""
        if self.good_at is None:
            return now - self.started_at > START_LIMIT
        return now - self.good_at > FROZEN_AFTER


class Supervisor:
    """Starts specs in order and keeps them running until `close`."""

    def __init__(
        self, on_change: Callable[[list[Kept]], None], clock: Clock = system_clock
    ) -> None:
        self._on_change = on_change
        self._clock = clock
        #: What runs now, in the order of starting.
        self.kept: list[Kept] = []
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        # A child dies with the thread that forked it (PR_SET_PDEATHSIG), so one thread that
        # lives as long as this supervisor forks them all.
        self._spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")

    def start(self, spec: Spec) -> Kept:
        """Start one process and watch it from now on."""
        kept = Kept(spec, self._spawn(spec), self._clock())
        self.kept.append(kept)
        watcher = threading.Thread(target=self._watch, args=(kept,), name=spec.role, daemon=True)
        self._threads.append(watcher)
        watcher.start()
        self._on_change(self.kept)
        return kept

    def wait_ready(self, kept: Sequence[Kept], timeout: float = START_LIMIT) -> None:
        """Wait until all of ``kept`` gave a good answer.

        Raises:
            NotReadyError: one did not within ``timeout`` seconds.
        """
        deadline = self._clock() + timeout
        for one in kept:
            while one.good_at is None:
                if self._clock() > deadline or self._closing.is_set():
                    raise NotReadyError(f"{one.spec.role} is not ready; see {one.spec.log}")
                self._closing.wait(0.02)

    def suspend(self, role: str) -> None:
        """Take a process down and leave it down until `resume`, as for maintenance."""
        kept = self._role(role)
        kept.suspended = True
        stop(kept.process)

    def resume(self, role: str) -> None:
        """Start it again and wait until it works."""
        kept = self._role(role)
        kept.good_at, kept.suspended = None, False
        self.wait_ready([kept])

    def _role(self, role: str) -> Kept:
        return next(kept for kept in self.kept if kept.spec.role == role)

    def close(self) -> None:
        """End everything, last started first."""
        self._closing.set()
        for watcher in self._threads:
            watcher.join(timeout=5)
        for kept in reversed(self.kept):
            stop(kept.process)
        self._spawner.shutdown()

    def _spawn(self, spec: Spec) -> subprocess.Popen[bytes]:
        env = {**os.environ, **spec.env}
        return self._spawner.submit(spawn, spec.argv, spec.log, env).result()

    def _watch(self, kept: Kept) -> None:
        while not self._closing.is_set():
            if kept.suspended:
                pass
            elif kept.process.poll() is not None:
                self._restart(kept)
            elif kept.spec.probe(kept.process.pid):
                kept.good_at = self._clock()
            elif kept.frozen(self._clock()):
                log.error("frozen, killed", role=kept.spec.role, pid=kept.process.pid)
                kept.process.kill()
                kept.process.wait()
                continue
            self._closing.wait(0.02 if kept.good_at is None else _LOOK_EVERY)

    def _restart(self, kept: Kept) -> None:
        log.error("died, restarted", role=kept.spec.role, code=kept.process.returncode)
        pause = _RESTART_PAUSES[min(kept.restarts, len(_RESTART_PAUSES) - 1)]
        if kept.good_at is not None and self._clock() - kept.started_at > 60:
            kept.restarts, pause = 0, 0.0
        if self._closing.wait(pause):
            return
        kept.process = self._spawn(kept.spec)
        kept.started_at, kept.good_at = self._clock(), None
        kept.restarts += 1
        self._on_change(self.kept)

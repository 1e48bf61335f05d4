"""The local journal: where a call's facts go first, whatever becomes of SQL.

One file after another per process incarnation, ``<source>.<n>.journal``, appended only. The
writer holds a lock (flock) on the file it writes, so that the drainer can tell a file that
will grow from a finished one.
"""

import fcntl
import os
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any, Self

import structlog

from hotline.calls.errors import JournalError
from hotline.calls.events import CallEvent, EventKind
from hotline.calls.lines import encode
from hotline.clock import Clock, system_clock

#: Seconds between two syncs: what a power cut may cost. A killed process loses nothing.
SYNC_SECONDS = 0.05

#: Bytes after which the next file is begun, so that drained ones can be removed.
ROTATE_BYTES = 8 * 1024 * 1024

#: Facts kept in memory while the disk refuses them; the oldest are given up beyond that.
MAX_REFUSED = 10_000

log = structlog.get_logger()


class Journal:
    """Appends call facts of this process incarnation; safe to use from many threads.

    A fact is with the operating system when `append` returns; a background thread syncs to
    disk, so that no call waits for it.
    """

    def __init__(
        self,
        folder: Path,
        process_name: str,
        clock: Clock = system_clock,
        *,
        rotate_bytes: int = ROTATE_BYTES,
    ) -> None:
        """Begin a new incarnation's journal in ``folder``.

        Raises:
            JournalError: the folder or the first file cannot be made.
        """
        self.source = f"{process_name}-{os.getpid()}-{time.time_ns()}"
        self._folder = folder
        self._clock = clock
        self._rotate_bytes = rotate_bytes
        self._lock = threading.Lock()
        self._seq = 0
        self._file_number = 0
        self._torn = False
        self._refused: deque[CallEvent] = deque(maxlen=MAX_REFUSED)
        self._full_files: list[int] = []
        self._unsynced = threading.Event()
        self._closing = threading.Event()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self._next_file()
        except OSError as error:
            raise JournalError(f"no journal in {folder}: {error.strerror}") from error
        self._syncer = threading.Thread(target=self._sync_loop, name="journal-sync", daemon=True)
        self._syncer.start()

    def append(
        self, call_id: str, kind: EventKind, data: dict[str, Any], at: float | None = None
    ) -> CallEvent:
        """Tell one fact.

        Args:
            call_id: Asterisk's unique id of the caller's channel.
            kind: What happened; see `EventKind` for the keys of ``data``.
            data: JSON values only.
            at: When it happened, epoch seconds; by default now.

        Raises:
            JournalError: the disk refuses. The journal keeps the fact in memory and tries
                again by itself (`refused` counts these), so catch this, log it, and go on
                with the call: there is nothing to repeat.
        """
        moment = self._clock() if at is None else at
        with self._lock:
            self._seq += 1
            event = CallEvent(moment, self.source, self._seq, call_id, kind, data)
            self._take(event)
        return event

    def pass_on(self, event: CallEvent) -> None:
        """Write a fact that another source told, under that source's own number.

        Raises:
            JournalError: as in `append`.
        """
        with self._lock:
            self._take(event)

    @property
    def refused(self) -> int:
        """How many facts wait in memory for a disk that refused them."""
        return len(self._refused)

    def close(self) -> None:
        """Sync, let go of the file, stop the background thread. Facts end here."""
        self._closing.set()
        self._unsynced.set()
        self._syncer.join()
        with self._lock:
            os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _take(self, event: CallEvent) -> None:
        try:
            self._write(event)
        except OSError as error:
            self._refused.append(event)
            raise JournalError(f"the journal's disk refuses: {error.strerror}") from error
        finally:
            self._unsynced.set()

    def _write(self, event: CallEvent) -> None:
        line = encode(event)
        if self._torn:
            line = b"\n" + line
        written = os.write(self._file, line)
        self._torn = written != len(line)
        if self._torn:
            raise OSError(0, f"{written} of {len(line)} bytes written")
        if os.lseek(self._file, 0, os.SEEK_CUR) >= self._rotate_bytes:
            self._rotate()

    def _rotate(self) -> None:
        try:
            fresh = self._next_file()
        except OSError as error:
            log.warning("journal goes on in its full file", reason=error.strerror)
            return
        self._full_files.append(self._file)
        self._file = fresh

    def _next_file(self) -> int:
        # Locked before it has its name: the drainer never meets an unlocked file in use.
        self._file_number += 1
        path = self._folder / f"{self.source}.{self._file_number:06}.journal"
        nameless = path.with_suffix(".new")
        file = os.open(nameless, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        nameless.rename(path)
        return file

    def _sync_loop(self) -> None:
        while not self._closing.is_set():
            self._unsynced.wait()
            self._unsynced.clear()
            self._retry_refused()
            self._sync()
            self._closing.wait(SYNC_SECONDS)
        self._retry_refused()
        self._sync()

    def _sync(self) -> None:
        with self._lock:
            current = self._file
            full, self._full_files = self._full_files, []
        try:
            for file in (*full, current):
                os.fsync(file)
        except OSError as error:
            log.exception("journal not synced", reason=error.strerror)
        for file in full:
            os.close(file)

    def _retry_refused(self) -> None:
        with self._lock:
            try:
                while self._refused:
                    self._write(self._refused[0])
                    self._refused.popleft()
            except OSError:
                self._unsynced.set()  # again after the next pause; `append` has told the caller

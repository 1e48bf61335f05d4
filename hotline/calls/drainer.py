"""The one writer of call facts to SQL on this machine: journals in, record out.

Order makes it safe to be killed anywhere: commit, then remember the offset, then remove the
file. Whatever is read again because of that is already there and changes nothing.
"""

from pathlib import Path

import structlog
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session, sessionmaker

from hotline.calls.events import CallEvent
from hotline.calls.lines import encode
from hotline.calls.offsets import Offsets
from hotline.calls.store import store
from hotline.calls.tail import Chunk, is_finished, read_chunk
from hotline.calls.turn import Turn
from hotline.jobs import JobContext

#: Facts in one transaction, about.
BATCH = 2_000

#: Batches in one call of `drain`, so that it ends while calls keep telling.
ROUNDS = 20

log = structlog.get_logger()


class Drainer:
    """Holds this machine's drainer lock and moves facts from ``folder`` to SQL."""

    def __init__(self, folder: Path, sessions: sessionmaker[Session]) -> None:
        self._folder = folder
        self._sessions = sessions
        self._turn = Turn(folder / "drainer.lock")
        self._offsets: Offsets | None = None

    def drain(self) -> int:
        """Move what there is; returns how many facts were read, 0 when another one drains.

        Raises:
            sqlalchemy.exc.DBAPIError: the database is away or refuses; nothing is lost, call
                again.
        """
        if not self._turn.take():
            self._offsets = None
            return 0
        if self._offsets is None:
            self._offsets = Offsets(self._folder / "drainer.offsets")
        return self._drain(self._offsets)

    def close(self) -> None:
        """Let another process drain."""
        self._turn.give_up()
        self._offsets = None

    def _drain(self, offsets: Offsets) -> int:
        total = 0
        for _ in range(ROUNDS):
            chunks = self._read(offsets)
            if not chunks:
                break
            total += self._store(chunks)
            offsets.move({chunk.path.name: chunk.end for chunk in chunks})
        self._remove_finished(offsets)
        return total

    def _read(self, offsets: Offsets) -> list[Chunk]:
        chunks: list[Chunk] = []
        for path in sorted(self._folder.glob("*.journal")):
            offset = offsets[path.name]
            if path.stat().st_size > offset:
                chunk = read_chunk(path, offset)
                chunks += [chunk] if chunk.end > offset else []
            if sum(len(chunk.events) for chunk in chunks) >= BATCH:
                break
        return chunks

    def _store(self, chunks: list[Chunk]) -> int:
        events = [event for chunk in chunks for event in chunk.events]
        try:
            self._commit(events)
        except (DataError, OverflowError, UnicodeError):
            self._store_one_by_one(chunks)
        for chunk in chunks:
            _set_aside(chunk.path, chunk.bad)
        return len(events)

    def _commit(self, events: list[CallEvent]) -> None:
        if events:
            with self._sessions.begin() as session:
                store(session, events)

    def _store_one_by_one(self, chunks: list[Chunk]) -> None:
        # One fact that the database cannot hold must not keep all others out.
        for chunk in chunks:
            for event in chunk.events:
                try:
                    self._commit([event])
                except (DataError, OverflowError, UnicodeError):
                    _set_aside(chunk.path, [encode(event)[:-1]])

    def _remove_finished(self, offsets: Offsets) -> None:
        gone = set()
        for path in self._folder.glob("*.journal"):
            if not is_finished(path):
                continue
            with path.open("rb") as file:  # after the lock: it cannot grow any more
                file.seek(offsets[path.name])
                rest = file.read()
            if b"\n" in rest:
                continue  # grew between reading and dying; next time
            _set_aside(path, [rest] if rest else [])
            path.unlink()
            gone.add(path.name)
        if gone:
            offsets.forget(gone)


def _set_aside(path: Path, lines: list[bytes]) -> None:
    if lines:
        aside = path.with_suffix(".bad")
        with aside.open("ab") as file:
            file.writelines(line + b"\n" for line in lines)
        log.error("journal lines set aside", file=aside.name, lines=len(lines))


class DrainJob:
    """Drains this machine's journals; idle, it looks ten times a second."""

    name = "drain"
    interval = 0.1

    def __init__(self) -> None:
        self._drainer: Drainer | None = None

    def run(self, context: JobContext) -> None:
        """Move all facts there are."""
        if self._drainer is None:
            self._drainer = Drainer(context.settings.journal_dir, context.sessions)
        self._drainer.drain()


def job() -> DrainJob:
    """Entry point of `hotline.jobs`."""
    return DrainJob()

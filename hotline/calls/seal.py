"""Sealing recordings: once a file is complete, its length and SHA-256 go into the record."""

import hashlib
import os
import wave
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select

from hotline.calls.events import EventKind
from hotline.calls.turn import Turn
from hotline.clock import as_datetime
from hotline.db.models import Call, Recording
from hotline.jobs import JobContext

#: Seconds after the end of a call from which its files are looked at, and from which a file
#: that is not there, or never became a sound file, counts as missing.
SETTLE_SECONDS = 2.0
MISSING_SECONDS = 60.0

#: Seconds without a write after which a file may be complete.
QUIET_SECONDS = 1.0

#: Before the sound in a WAV file as Asterisk writes it.
HEADER_BYTES = 44

#: Files sealed in one run.
BATCH = 100

log = structlog.get_logger()


@dataclass(frozen=True)
class Sealed:
    """What a complete WAV file is: length in seconds and bytes, and the SHA-256 of all of it."""

    seconds: float
    bytes: int
    sha256: str


class SealJob:
    """Seals the tracks of ended calls; says so, loudly, when one is missing."""

    name = "seal-recordings"
    interval = 2.0

    def __init__(self) -> None:
        self._turn: Turn | None = None
        self._told: dict[tuple[str, str], float] = {}

    def run(self, context: JobContext) -> None:
        """Look at every unsealed track of a call that has ended."""
        self._turn = self._turn or Turn(context.settings.journal_dir / "seal.lock")
        if not self._turn.take():
            return
        now = context.clock()
        # What was told is on its way to SQL; should it get lost, it is told again.
        self._told = {key: at for key, at in self._told.items() if now - at < MISSING_SECONDS}
        for recording, ended_at in _unsealed(context, as_datetime(now - SETTLE_SECONDS)):
            if (recording.call_id, recording.track) not in self._told:
                self._look_at(recording, now - ended_at.timestamp(), context)

    def _look_at(self, recording: Recording, age: float, context: JobContext) -> None:
        late = age >= MISSING_SECONDS
        path = _below(context.settings.recordings_dir, recording.path)
        sealed = seal(path, context.clock(), as_it_is=late)
        if late:
            known = {"call": recording.call_id, "track": recording.track, "path": recording.path}
            event = "recording missing" if sealed is None else "recording never closed"
            log.error(event, alarm=True, **known)
        if sealed is not None:
            self._tell(recording, asdict(sealed), context)
        elif late:
            self._tell(recording, {"missing": True}, context)

    def _tell(self, recording: Recording, facts: dict[str, Any], context: JobContext) -> None:
        data = {"track": recording.track, "path": recording.path} | facts
        context.journal.append(recording.call_id, EventKind.RECORDING_SEALED, data)
        self._told[(recording.call_id, recording.track)] = context.clock()


def job() -> SealJob:
    """Entry point of `hotline.jobs`."""
    return SealJob()


def seal(path: Path, now: float, *, as_it_is: bool = False) -> Sealed | None:
    """What the file at ``path`` is; None while it is missing or still being written.

    Asterisk writes a WAV file's final length into its header when it closes it, so a quiet
    file whose header accounts for every byte is a closed one.

    Args:
        path: A WAV file.
        now: Epoch seconds.
        as_it_is: Take a file whose header was never completed, for Asterisk died.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            with wave.open(file) as sound:
                rate = sound.getframerate() * sound.getnchannels() * sound.getsampwidth()
                told = sound.getnframes() * sound.getnchannels() * sound.getsampwidth()
            data = status.st_size - HEADER_BYTES
            complete = told == data and now - status.st_mtime >= QUIET_SECONDS
            if not (complete or as_it_is) or data < 0:
                return None
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, wave.Error, EOFError):
        return None
    return Sealed(data / rate, status.st_size, digest)


def _below(folder: Path, path: str) -> Path:
    """``path`` below ``folder``; a place where nothing is for one that leads out of it."""
    whole = (folder / path).resolve()
    return whole if whole.is_relative_to(folder.resolve()) else folder / "outside"


def _unsealed(context: JobContext, before: datetime) -> list[tuple[Recording, datetime]]:
    query = (
        select(Recording, Call.ended_at)
        .join(Call, Call.id == Recording.call_id)
        .where(Recording.sha256.is_(None), Recording.missing.is_(False))
        .where(Call.ended_at <= before)
        .order_by(Call.ended_at)
        .limit(BATCH)
    )
    with context.sessions() as session:
        rows = session.execute(query)
        return [(recording, ended_at) for recording, ended_at in rows if ended_at is not None]

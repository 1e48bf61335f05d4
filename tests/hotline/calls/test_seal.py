"""Sealing: a complete file gets its length and hash, an incomplete one has to wait."""

import hashlib
import os
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.calls.drainer import Drainer
from hotline.calls.events import EventKind
from hotline.calls.journal import Journal
from hotline.calls.seal import MISSING_SECONDS, SealJob, seal
from hotline.clock import ManualClock
from hotline.db.engine import make_engine, session_factory
from hotline.db.models import Recording
from hotline.jobs import JobContext
from hotline.settings import Settings
from hotline.site import Site
from tests.hotline.calls.histories import CALL

ENDED = 1_700_000_000.0


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(ENDED + 5)


@pytest.fixture
def context(
    sqlite_url: str, jilin: Site, tmp_path: Path, clock: ManualClock
) -> Iterator[JobContext]:
    settings = Settings(tmp_path / "hotline.toml", jilin, tmp_path, sqlite_url, "")
    engine = make_engine(sqlite_url)
    with Journal(settings.journal_dir, "worker", clock) as journal:
        yield JobContext(settings, engine, session_factory(engine), journal, clock)
    engine.dispose()


def sound(path: Path, seconds: float = 1.5, closed_at: float = ENDED) -> Path:
    """A WAV file as Asterisk leaves it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\1\2" * int(8000 * seconds))
    os.utime(path, (closed_at, closed_at))
    return path


def never_closed(path: Path) -> Path:
    """As it is while Asterisk writes: the header knows of no sound yet."""
    data = bytearray(sound(path).read_bytes())
    data[4:8] = (36).to_bytes(4, "little")
    data[40:44] = bytes(4)
    path.write_bytes(data)
    os.utime(path, (ENDED, ENDED))
    return path


def ended_call(context: JobContext, path: str = "2026/a") -> None:
    context.journal.append(CALL, EventKind.ARRIVED, {}, at=ENDED - 60)
    context.journal.append(CALL, EventKind.RECORDING_STARTED, {"path": path}, at=ENDED - 60)
    context.journal.append(CALL, EventKind.ENDED, {"ended_by": "caller"}, at=ENDED)
    drain(context)


def drain(context: JobContext) -> int:
    drainer = Drainer(context.settings.journal_dir, context.sessions)
    told = drainer.drain()
    drainer.close()
    return told


def recording(context: JobContext, track: str) -> Recording:
    with context.sessions() as session:
        return session.get_one(Recording, (CALL, track))


def test_a_closed_file_is_sealed_once(context: JobContext) -> None:
    file = sound(context.settings.recordings_dir / "2026" / "a.wav")
    ended_call(context)
    job = SealJob()
    job.run(context)
    job.run(context)  # its fact is not in SQL yet
    assert drain(context) == 1
    job.run(context)
    assert drain(context) == 0
    sealed = recording(context, "mixed")
    assert sealed.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (sealed.seconds, sealed.bytes) == (1.5, 24044)
    assert recording(context, "caller").sha256 is None


def test_a_missing_file_is_recorded_as_missing(context: JobContext, clock: ManualClock) -> None:
    sound(context.settings.recordings_dir / "2026" / "a-line.wav")
    ended_call(context)
    clock.advance(MISSING_SECONDS)
    SealJob().run(context)
    drain(context)
    assert recording(context, "mixed").missing
    assert recording(context, "line").sha256


def test_a_file_asterisk_never_closed_waits_and_is_then_taken_as_it_is(
    context: JobContext, clock: ManualClock
) -> None:
    never_closed(context.settings.recordings_dir / "2026" / "a.wav")
    ended_call(context)
    job = SealJob()
    job.run(context)
    assert drain(context) == 0
    clock.advance(MISSING_SECONDS)
    job.run(context)
    drain(context)
    assert recording(context, "mixed").seconds == 1.5


def test_a_call_that_goes_on_is_not_looked_at(context: JobContext) -> None:
    sound(context.settings.recordings_dir / "2026" / "a.wav")
    context.journal.append(CALL, EventKind.RECORDING_STARTED, {"path": "2026/a"}, at=ENDED)
    drain(context)
    SealJob().run(context)
    assert drain(context) == 0


def test_a_file_just_written_to_is_not_complete(tmp_path: Path) -> None:
    file = sound(tmp_path / "a.wav", closed_at=ENDED)
    assert seal(file, ENDED + 0.5) is None
    assert seal(file, ENDED + 2) is not None


def test_silence_of_no_length_is_sealed(tmp_path: Path) -> None:
    sealed = seal(sound(tmp_path / "a.wav", seconds=0), ENDED + 2)
    assert sealed is not None
    assert (sealed.seconds, sealed.bytes) == (0.0, 44)


def test_a_path_that_leads_out_is_not_followed(context: JobContext, clock: ManualClock) -> None:
    sound(context.settings.state_dir / "secret.wav")
    ended_call(context, path="../secret")
    clock.advance(MISSING_SECONDS)
    SealJob().run(context)
    drain(context)
    assert recording(context, "mixed").missing

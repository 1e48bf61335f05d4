"""Reading Asterisk's own account back: calls that no process of ours finished.

Asterisk writes one line an event, whoever of us is alive. A call that went to the dialplan's
fallback is told from here as it goes; any other one only when it has ended and no script
told its end within `GRACE` seconds.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from sqlalchemy import case, func, select

from hotline.calls.cel_lines import FALLBACK, CallReader, CelLine, parse
from hotline.calls.errors import BadLineError
from hotline.calls.events import CallEvent, EventKind
from hotline.calls.legs import CEL_SOURCE
from hotline.calls.offsets import Offsets
from hotline.calls.turn import Turn
from hotline.db.models import CallEventRow
from hotline.jobs import JobContext
from hotline.settings import Settings

#: Seconds that our own processes have to tell the end of a call.
GRACE = 5.0

#: How the sources of FastAGI processes begin.
SCRIPT_SOURCE = "agi-"

#: Facts that one line may tell, at most; keeps their numbers apart.
_FACTS_A_LINE = 4

log = structlog.get_logger()


@dataclass
class OpenCall:
    """A call whose lines are not dealt with yet; ``begins`` is its first offset by file."""

    reader: CallReader
    begins: dict[str, int] = field(default_factory=dict)
    facts: list[CallEvent] = field(default_factory=list)
    told: int = 0
    fallback: bool = False
    ended_at: float | None = None

    @property
    def is_told(self) -> bool:
        """Whether it has ended and all of it was told."""
        return self.ended_at is not None and self.told == len(self.facts)


class CelJob:
    """Follows ``Master.csv`` through its rotations."""

    name = "read-cel"
    interval = 0.5

    def __init__(self) -> None:
        self._turn: Turn | None = None
        self._offsets: Offsets | None = None
        self._read: dict[str, int] = {}
        self._open: dict[str, OpenCall] = {}
        self._newest_channel = 0
        self._newest_at = 0.0

    def run(self, context: JobContext) -> None:
        """Read what is new, tell what is ours to tell, remember how far we are."""
        settings = context.settings
        self._turn = self._turn or Turn(settings.journal_dir / "cel.lock")
        if not self._turn.take():
            return
        self._offsets = self._offsets or Offsets(settings.journal_dir / "cel.offsets")
        for file, path in _files(settings.asterisk_dir / "log" / "cel-custom").items():
            self._follow(file, path, settings)
        self._tell(context)
        self._remember()

    def _follow(self, file: str, path: Path, settings: Settings) -> None:
        assert self._offsets is not None  # noqa: S101
        offset = self._read.get(file, self._offsets[file])
        with path.open("rb") as lines:
            lines.seek(offset)
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                self._take(file, line, offset, settings)
                offset += len(line)
        self._read[file] = offset

    def _take(self, file: str, line: bytes, offset: int, settings: Settings) -> None:
        try:
            event = parse(line.rstrip(b"\r\n"), offset)
        except BadLineError as error:
            log.warning("CEL line passed over", file=file, offset=offset, reason=str(error))
            return
        if event.type == "CHAN_START":
            self._notice_restart(event, file)
        if event.begins_call:
            seats = {seat.name: seat.city for seat in settings.site.seats}
            reader = CallReader(seats, settings.recordings_dir)
            self._open.setdefault(event.call, OpenCall(reader))
        if event.call in self._open:
            _add(self._open[event.call], event, file)
        self._newest_at = max(self._newest_at, event.at)

    def _notice_restart(self, event: CelLine, file: str) -> None:
        """Asterisk numbers its channels from 0: an Asterisk that died told no ends."""
        number = event.channel_number
        if number < self._newest_channel:
            for call_id, call in self._open.items():
                if call.ended_at is None:
                    last = event.offset * _FACTS_A_LINE + _FACTS_A_LINE - 1
                    data = {"ended_by": "system"}
                    fact = CallEvent(self._newest_at, file, last, call_id, EventKind.ENDED, data)
                    call.facts.append(fact)
                    call.ended_at = self._newest_at
        self._newest_channel = number

    def _tell(self, context: JobContext) -> None:
        for call in self._open.values():
            if call.fallback:
                _pass_on(call, context)
        self._forget(call_id for call_id, call in self._open.items() if call.is_told)
        now = context.clock()
        due = [
            call_id
            for call_id, call in self._open.items()
            if call.ended_at is not None and now >= call.ended_at + GRACE
        ]
        finished = _finished_by_us(context, due)
        for call_id in due:
            if call_id not in finished:
                _pass_on(self._open[call_id], context)
        self._forget(due)

    def _forget(self, call_ids: Iterable[str]) -> None:
        for call_id in list(call_ids):
            del self._open[call_id]

    def _remember(self) -> None:
        assert self._offsets is not None  # noqa: S101
        ends = dict(self._read)
        for call in self._open.values():
            for file, begin in call.begins.items():
                ends[file] = min(ends[file], begin)
        self._offsets.move(ends)


def job() -> CelJob:
    """Entry point of `hotline.jobs`."""
    return CelJob()


def _files(folder: Path) -> dict[str, Path]:
    """``Master.csv`` and its uncompressed older ones, oldest first, named by their beginning.

    A rotated file keeps its name here, so that it is read to its end and never twice.
    """
    known = []
    for path in folder.glob("Master.csv*"):
        with path.open("rb") as file:
            first = file.readline()
        try:
            line = parse(first.rstrip(b"\r\n"), 0)
        except BadLineError:
            continue  # empty, compressed, or not yet a whole line
        known.append((line.at, f"{CEL_SOURCE}{line.call}-{zlib.crc32(first):08x}", path))
    return {name: path for _, name, path in sorted(known)}


def _add(call: OpenCall, line: CelLine, file: str) -> None:
    call.begins.setdefault(file, line.offset)
    facts = call.reader.facts(line)
    for number, (kind, data) in enumerate(facts, start=line.offset * _FACTS_A_LINE):
        call.facts.append(CallEvent(line.at, file, number, line.call, kind, data))
    call.fallback = call.fallback or line.type == FALLBACK
    if line.type == "LINKEDID_END":
        call.ended_at = line.at


def _pass_on(call: OpenCall, context: JobContext) -> None:
    for fact in call.facts[call.told :]:
        context.journal.pass_on(fact)
        call.told += 1


def _finished_by_us(context: JobContext, call_ids: list[str]) -> set[str]:
    """Calls that one script served from start to end.

    One that took over from a killed one does not know what happened in between; nor does
    `hotline watch`, which tells the end where no script is left to.
    """
    if not call_ids:
        return set()
    script = case((CallEventRow.source.startswith(SCRIPT_SOURCE), CallEventRow.source))
    ended = case((CallEventRow.kind == EventKind.ENDED, script))
    query = (
        select(CallEventRow.call_id)
        .where(CallEventRow.call_id.in_(call_ids))
        .group_by(CallEventRow.call_id)
        .having(func.count(ended) > 0, func.count(script.distinct()) <= 1)
    )
    with context.sessions() as session:
        return set(session.scalars(query))

"""Reading a journal file that somebody may still be writing."""

import fcntl
import os
from dataclasses import dataclass, field
from pathlib import Path

from hotline.calls.errors import BadLineError
from hotline.calls.events import CallEvent
from hotline.calls.lines import decode

#: Bytes read from one file in one go: about a thousand facts.
CHUNK_BYTES = 256 * 1024


@dataclass
class Chunk:
    """Whole lines of one file from an offset on, and where they end."""

    path: Path
    end: int
    events: list[CallEvent] = field(default_factory=list)
    bad: list[bytes] = field(default_factory=list)


def read_chunk(path: Path, offset: int) -> Chunk:
    """The next whole lines of ``path``; what has no newline yet stays for later."""
    with path.open("rb") as file:
        file.seek(offset)
        block = file.read(CHUNK_BYTES)
        if len(block) == CHUNK_BYTES and b"\n" not in block:
            block += file.readline()
    whole = block.rfind(b"\n") + 1
    chunk = Chunk(path, offset + whole)
    for line in block[:whole].splitlines():
        _take(chunk, line)
    return chunk


def _take(chunk: Chunk, line: bytes) -> None:
    try:
        if line:
            chunk.events.append(decode(line))
    except BadLineError:
        chunk.bad.append(line)


def is_finished(path: Path) -> bool:
    """Whether the writer of ``path`` is gone: nobody holds its lock."""
    file = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(file)
    return True

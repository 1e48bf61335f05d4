"""A fact as a line of a journal: a CRC-32 of what follows, a space, JSON, a newline.

The checksum tells a torn or damaged line from a whole one.
"""

import json
import math
import zlib
from typing import Any

from hotline.calls.errors import BadLineError
from hotline.calls.events import CallEvent, EventKind

#: What the columns of `call_events` hold.
MAX_CALL_ID = 64
MAX_SOURCE = 96


def encode(event: CallEvent) -> bytes:
    """The line of ``event``, newline included. What is not JSON is written as its text."""
    fact = {
        "call": event.call_id,
        "source": event.source,
        "seq": event.source_seq,
        "at": event.at,
        "kind": event.kind.value,
        "data": event.data,
    }
    body = json.dumps(clean(fact), separators=(",", ":"), default=str).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(body), body)


def decode(line: bytes) -> CallEvent:
    """The fact that a line (without its newline) tells.

    Raises:
        BadLineError: the line is torn, damaged, or not a fact that this version knows.
    """
    checksum, _, body = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(body):
        raise BadLineError("checksum does not match")
    try:
        event = _event(json.loads(body))
    except (KeyError, TypeError, ValueError) as error:
        raise BadLineError(f"not a call fact: {error!r}") from None
    if not _storable(event):
        raise BadLineError("a fact that no table can hold")
    return event


def clean(value: Any) -> Any:
    """``value`` with nothing in it that PostgreSQL refuses: NUL, half surrogates, infinity.

    Callers' names come from the network and may hold any byte.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    if isinstance(value, dict):
        return {clean(str(key)): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _event(fact: dict[str, Any]) -> CallEvent:
    return CallEvent(
        at=float(fact["at"]),
        source=str(fact["source"]),
        source_seq=int(fact["seq"]),
        call_id=str(fact["call"]),
        kind=EventKind(fact["kind"]),
        data=clean(dict(fact["data"])),
    )


def _storable(event: CallEvent) -> bool:
    return (
        math.isfinite(event.at)
        and 0 <= event.at < 2**33
        and 0 <= event.source_seq < 2**63
        and 0 < len(event.call_id) <= MAX_CALL_ID
        and 0 < len(event.source) <= MAX_SOURCE
        and event.call_id == clean(event.call_id)
        and event.source == clean(event.source)
    )

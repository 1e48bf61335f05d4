"""Lines of Asterisk's own account (CEL), and what they say about a call.

The columns are those of dialplan/templates/cel_custom.conf.j2. What a line looks like was
taken from Asterisk 22; tests/hotline/calls/data/cel.csv holds such lines.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotline.calls.errors import BadLineError
from hotline.calls.events import EventKind, LegRole
from hotline.calls.machine import Direction, LegResult, Stage
from hotline.calls.outbound import is_outbound

#: The context in which a caller's channel begins.
CALLERS_CONTEXT = "from-trunk"

#: The dialplan's own event: no script served this caller.
FALLBACK = "HOTLINE_FALLBACK"

_COLUMNS = 14
_ENDPOINT = re.compile(r"^PJSIP/(?P<name>.+)-[0-9a-f]{8}$")

#: Q.850 causes of a leg that was not answered.
_RESULTS = {
    0: LegResult.NO_ANSWER,
    3: LegResult.UNREACHABLE,
    16: LegResult.CALLER_GONE,
    17: LegResult.BUSY,
    18: LegResult.UNREACHABLE,
    19: LegResult.NO_ANSWER,
    20: LegResult.UNREACHABLE,
    21: LegResult.REJECTED,
    26: LegResult.ELSEWHERE,
    27: LegResult.UNREACHABLE,
}

Fact = tuple[EventKind, dict[str, Any]]


@dataclass(frozen=True)
class CelLine:
    """One event of one channel. ``call`` is CEL's linkedid: the caller's channel's unique id."""

    offset: int
    type: str
    at: float
    channel_id: str
    call: str
    channel: str
    number: str
    name: str
    exten: str
    context: str
    app: str
    app_data: str
    extra: Mapping[str, Any]

    @property
    def begins_call(self) -> bool:
        """Whether a caller arrives with this line."""
        of_caller = self.channel_id == self.call and self.context == CALLERS_CONTEXT
        # A trunk's channel that we made ourselves begins in the same context.
        return self.type == "CHAN_START" and of_caller and not is_outbound(self.call)

    @property
    def channel_number(self) -> int:
        """The running number of the channel, from 0 at Asterisk's start: ``jl1-1763869200.12``."""
        number = self.channel_id.rpartition(".")[2]
        return int(number) if number.isdecimal() else 0

    @property
    def endpoint(self) -> str:
        """The seat or trunk whose channel this is; empty for other kinds of channel."""
        return endpoint_of(self.channel)


def parse(line: bytes, offset: int) -> CelLine:
    """One line of the file.

    Raises:
        BadLineError: it has other columns, or values that cannot be.
    """
    try:
        row = next(csv.reader([line.decode("utf-8", "replace")], strict=True))
        if len(row) != _COLUMNS:
            raise BadLineError(f"{len(row)} columns")
        at, extra = float(row[1]), json.loads(row[12] or "{}")
    except (csv.Error, ValueError, StopIteration) as error:
        raise BadLineError(f"not a line of CEL: {type(error).__name__}") from None
    if not isinstance(extra, dict):
        raise BadLineError("not a line of CEL: extra")
    channel_id, call, channel, number, name, exten, context, app, app_data = row[2:11]
    return CelLine(
        offset,
        row[0],
        at,
        channel_id,
        call,
        channel,
        number,
        name,
        exten,
        context,
        app,
        app_data,
        extra,
    )


def endpoint_of(channel: str) -> str:
    """``PJSIP/cc01-0000001a`` -> ``cc01``."""
    match = _ENDPOINT.match(channel)
    return match["name"] if match else ""


class CallReader:
    """Turns the lines of one call, in order, into facts."""

    def __init__(self, seats: Mapping[str, str], recordings: Path) -> None:
        """``seats``: city by seat name. ``recordings``: the folder that paths are told below."""
        self._seats = seats
        self._recordings = recordings
        self._caller = ""
        self._ringing: set[str] = set()
        self._talking: set[str] = set()

    def facts(self, line: CelLine) -> Iterator[Fact]:
        """What one more line tells."""
        if line.channel_id == line.call:
            yield from self._of_caller(line)
        elif line.endpoint in self._seats:
            yield from self._of_seat(line)

    def _of_caller(self, line: CelLine) -> Iterator[Fact]:
        if line.type == "CHAN_START":
            self._caller = line.channel
            yield EventKind.ARRIVED, _arrival(line)
        elif line.type == FALLBACK:
            reason = str(line.extra.get("extra") or Stage.ARRIVED)
            yield EventKind.FALLBACK, {"by": "dialplan", "reason": f"no script after {reason}"}
            yield _stage(Stage.WAITING)
        elif line.type == "APP_START" and line.app == "MixMonitor":
            yield from self._recording(line)
        elif line.type == "HANGUP":
            yield EventKind.ENDED, {"ended_by": self._who(line)}

    def _of_seat(self, line: CelLine) -> Iterator[Fact]:
        leg = {"leg": line.channel_id}
        if line.type == "CHAN_START":
            self._ringing.add(line.channel_id)
            city = self._seats[line.endpoint]
            asked = {"role": LegRole.SEAT.value, "seat": line.endpoint, "city": city}
            yield EventKind.LEG_STARTED, leg | asked
            yield _stage(Stage.OFFERED)
        elif line.type == "ANSWER":
            self._ringing.discard(line.channel_id)
            self._talking.add(line.channel_id)
            yield EventKind.LEG_ANSWERED, leg
            yield _stage(Stage.TALKING)
        elif line.type == "HANGUP":
            yield from self._seat_gone(line, leg)

    def _seat_gone(self, line: CelLine, leg: dict[str, str]) -> Iterator[Fact]:
        answered = line.channel_id in self._talking
        self._ringing.discard(line.channel_id)
        cause = line.extra.get("hangupcause")
        failure = _RESULTS.get(cause, LegResult.FAILED) if type(cause) is int else LegResult.FAILED
        result = LegResult.ANSWERED if answered else failure
        yield EventKind.LEG_ENDED, leg | {"result": result.value, "ended_by": self._who(line)}
        # A caller who hung up while a seat rang was not sent back to the line.
        waits = not (self._ringing or self._talking or result is LegResult.CALLER_GONE)
        if waits:
            yield _stage(Stage.WAITING)

    def _recording(self, line: CelLine) -> Iterator[Fact]:
        file = Path(line.app_data.split(",", 1)[0])
        if file.is_relative_to(self._recordings):
            path = file.relative_to(self._recordings).with_suffix("")
            yield EventKind.RECORDING_STARTED, {"path": str(path)}

    def _who(self, line: CelLine) -> str:
        source = str(line.extra.get("hangupsource", ""))
        if source and source == self._caller:
            return "caller"
        return "agent" if endpoint_of(source) in self._seats else "system"


def _arrival(line: CelLine) -> dict[str, Any]:
    return {
        "direction": Direction.INBOUND.value,
        "caller_number": line.number,
        "caller_name": line.name,
        "called_number": line.exten,
        "trunk": line.endpoint,
    }


def _stage(stage: Stage) -> Fact:
    return EventKind.STAGE, {"stage": stage.value}

"""`hotline watch`: keeps live state true to Asterisk's channels, whatever died.

Scripts and consoles tell live state what they do; this one looks whether Asterisk agrees. AMI
events say where to look. Nothing is taken from anybody without Asterisk's own channel list read
after the suspicion, and never while AMI is away.
"""

import queue
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Protocol

import structlog

from hotline.ami import Message
from hotline.clock import Clock
from hotline.errors import AmiError
from routing.channels import Channels
from routing.errors import LiveStateAwayError
from routing.faults import PATIENCE, Fault, fault_of, find_faults
from routing.leader import Leader
from routing.line import Line
from routing.offers import LiveCall
from routing.registrations import Registrations
from routing.remedies import Remedies

log = structlog.get_logger()

#: Seconds of listening between two looks.
PACE = 0.2
#: Seconds between two times that Redis is asked whether it still knows all registrations.
TELL_AGAIN = 2.0
#: Seconds to wait for Asterisk's lists; the supervisor ends a process silent for 3 s.
_LIST_WITHIN = 1.0


class AsteriskLink(Protocol):
    """What the watch needs of `hotline.ami.Ami`."""

    @property
    def connected(self) -> bool:
        """Whether actions can be sent now."""

    def action(self, name: str, timeout: float = 3.0, **fields: str) -> list[Message]:
        """Send an action; raises AmiError."""


class Watch:
    """Watches one Asterisk: calls whose id begins with its ``system_name``."""

    def __init__(
        self,
        system_name: str,
        *,
        line: Line,
        registrations: Registrations,
        leader: Leader,
        remedies: Remedies,
        clock: Clock,
        beat: Callable[[], None],
        pace: float = PACE,
    ) -> None:
        self._prefix = f"{system_name}-"
        self._line = line
        self._registrations = registrations
        self._leader = leader
        self._remedies = remedies
        self._clock = clock
        self._beat = beat
        self._pace = pace
        self._heard: queue.Queue[Message | None] = queue.Queue()
        self._channels: Channels | None = None
        self._since: dict[tuple[str, str | None, Fault], float] = {}
        self._read_again = False
        self._tell_at = 0.0
        self._away = False

    def on_event(self, event: Mapping[str, str]) -> None:
        """An AMI event; may be called from another thread."""
        self._heard.put(event)

    def on_connected(self) -> None:
        """AMI is (again) connected: everything may have changed; from another thread, too."""
        self._heard.put(None)

    def step(self, ami: AsteriskLink) -> None:
        """Listen for one pace, then look. Call it again and again, from one thread."""
        self._beat()
        self._hear(ami)
        try:
            if self._leader.leads():
                self._line.tick()
                self._beat()
                if ami.connected:
                    self._compare(ami)
            self._away = False
        except LiveStateAwayError as error:
            if not self._away:
                log.warning("live state away", reason=str(error))
            self._away = True

    def _hear(self, ami: AsteriskLink) -> None:
        """Take in what AMI says."""
        if self._read_again:
            self._read_again = False
            self._read_all(ami)
        for event in self._events():
            if event is None:
                self._read_all(ami)
                continue
            if self._channels is not None:
                self._channels.apply(event)
            if self._registrations.apply(event):
                self._tell_at = 0.0

    def _events(self) -> Iterator[Message | None]:
        """What is said within one pace; under load events thus come many to a look."""
        end = time.monotonic() + self._pace
        with suppress(queue.Empty):
            while True:
                yield self._heard.get(timeout=max(0.0, end - time.monotonic()))

    def _read_all(self, ami: AsteriskLink) -> None:
        try:
            self._channels = self._list_channels(ami)
            self._beat()
            for row in ami.action("PJSIPShowEndpoints", timeout=_LIST_WITHIN):
                self._registrations.apply(row)
        except AmiError as error:
            log.warning("asterisk not read, trying again", reason=str(error))
            self._read_again = ami.connected
        self._tell_at = 0.0

    def _list_channels(self, ami: AsteriskLink) -> Channels:
        fresh = Channels(ami.action("CoreShowChannels", timeout=_LIST_WITHIN))
        if self._channels is not None:
            fresh.remember(self._channels)
        return fresh

    def _compare(self, ami: AsteriskLink) -> None:
        if self._clock() >= self._tell_at:
            self._registrations.tell()
            self._tell_at = self._clock() + TELL_AGAIN
        if self._channels is not None:
            due = self._due(self._channels)
            if due:
                self._heal(due, ami)

    def _due(self, channels: Channels) -> list[tuple[LiveCall, Fault]]:
        """Faults that have lasted as long as they may."""
        mine = [c for c in self._line.live_calls() if c.call_id.startswith(self._prefix)]
        found = find_faults(mine, channels)
        now = self._clock()
        keys = {_key(call, fault): PATIENCE[fault] for call, fault in found}
        self._since = {key: self._since.get(key, now) for key in keys}
        return [
            (call, fault)
            for call, fault in found
            if now - self._since[_key(call, fault)] >= PATIENCE[fault]
        ]

    def _heal(self, due: list[tuple[LiveCall, Fault]], ami: AsteriskLink) -> None:
        """Look again at Asterisk's own list; what it confirms is put right."""
        try:
            self._channels = self._list_channels(ami)
        except AmiError as error:
            log.info("suspicion not confirmed", reason=str(error))
            return
        for call, fault in due:
            if fault_of(call, self._channels) is fault:
                log.warning("healing", call=call.call_id, fault=fault, line=call.line)
                since = self._since[_key(call, fault)]
                self._remedies.apply(call, fault, since, self._channels)


def _key(call: LiveCall, fault: Fault) -> tuple[str, str | None, Fault]:
    """What a fault's patience is counted by: a new offer is a new seat, but the same caller.

    Who keeps a call-back's place renews its owner each second.
    """
    if fault is Fault.PLACE_UNKEPT:
        return call.call_id, call.owner, fault
    leg = call.offer.leg if call.offer and fault is not Fault.CALLER_GONE else None
    return call.call_id, leg, fault

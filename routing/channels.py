"""Asterisk's live channels, kept up by AMI events and read anew from its own list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hotline.calls.outbound import is_outbound

_UP = "Up"
#: Calls of ours whose end is remembered, for whoever tells the record why.
_KEPT_ENDS = 500
#: Events that tell all there is to know of a channel that lives.
_LIVING = frozenset({"Newchannel", "Newstate", "CoreShowChannel"})


@dataclass(frozen=True)
class Channel:
    """One channel. ``linked_id`` is the call's id: the unique id of the caller's channel."""

    name: str
    unique_id: str
    linked_id: str
    is_up: bool


class Channels:
    """All channels, by unique id."""

    def __init__(self, events: Iterable[Mapping[str, str]] = ()) -> None:
        self._channels: dict[str, Channel] = {}
        self._causes: dict[str, str] = {}
        for event in events:
            self.apply(event)

    def apply(self, event: Mapping[str, str]) -> None:
        """Take in one event; events about something else are passed over."""
        kind = event.get("Event", "")
        if kind == "Hangup":
            unique_id = event.get("Uniqueid", "")
            self._channels.pop(unique_id, None)
            if is_outbound(unique_id):
                self._causes[unique_id] = event.get("Cause", "")
        elif kind in _LIVING:
            channel = Channel(
                name=event["Channel"],
                unique_id=event["Uniqueid"],
                linked_id=event.get("Linkedid", ""),
                is_up=event.get("ChannelStateDesc") == _UP,
            )
            self._channels[channel.unique_id] = channel

    def remember(self, before: "Channels") -> None:
        """Take over what an older picture knows of channels that have ended."""
        known = before._causes | self._causes
        self._causes = dict(list(known.items())[-_KEPT_ENDS:])

    def cause_of(self, unique_id: str) -> str:
        """Why the first channel of a call of ours ended (Q.850), empty when nobody saw it."""
        return self._causes.get(unique_id, "")

    def has(self, unique_id: str) -> bool:
        """Whether that channel lives."""
        return unique_id in self._channels

    def of_seat(self, seat: str, call_id: str) -> Channel | None:
        """The seat's channel in that call."""
        mine = (c for c in self._channels.values() if c.linked_id == call_id)
        return next((c for c in mine if c.name.startswith(f"PJSIP/{seat}-")), None)

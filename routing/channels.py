"""Asterisk's live channels, kept up by AMI events and read anew from its own list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_UP = "Up"
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
        for event in events:
            self.apply(event)

    def apply(self, event: Mapping[str, str]) -> None:
        """Take in one event; events about something else are passed over."""
        kind = event.get("Event", "")
        if kind == "Hangup":
            self._channels.pop(event.get("Uniqueid", ""), None)
        elif kind in _LIVING:
            channel = Channel(
                name=event["Channel"],
                unique_id=event["Uniqueid"],
                linked_id=event.get("Linkedid", ""),
                is_up=event.get("ChannelStateDesc") == _UP,
            )
            self._channels[channel.unique_id] = channel

    def has(self, unique_id: str) -> bool:
        """Whether that channel lives."""
        return unique_id in self._channels

    def of_seat(self, seat: str, call_id: str) -> Channel | None:
        """The seat's channel in that call."""
        mine = (c for c in self._channels.values() if c.linked_id == call_id)
        return next((c for c in mine if c.name.startswith(f"PJSIP/{seat}-")), None)

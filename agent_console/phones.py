"""Seats' phones, by AMI: the console hangs up for its agent."""

from collections.abc import Mapping
from typing import Protocol

from agent_console.errors import ChannelMissingError
from routing.offers import LiveCall


class Manager(Protocol):
    """What is needed of `hotline.ami.Ami`."""

    @property
    def connected(self) -> bool:
        """Whether actions can be sent now."""

    def start(self) -> None:
        """Connect in the background."""

    def close(self) -> None:
        """Give the connection up."""

    def action(self, name: str, timeout: float = ..., **fields: str) -> list[Mapping[str, str]]:
        """Send an action; raises AmiError."""


class Phones:
    """The phones on the seats' desks."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager

    @property
    def reachable(self) -> bool:
        """Whether Asterisk can be asked now."""
        return self._manager.connected

    def start(self) -> None:
        """Connect in the background; pages are served without it."""
        self._manager.start()

    def close(self) -> None:
        """Let the connection go."""
        self._manager.close()

    def hang_up(self, call: LiveCall) -> None:
        """Hang up the seat that talks in ``call``; the caller goes on to the rating.

        Raises:
            AmiError: Asterisk is away or refused.
            ChannelMissingError: the seat has no channel in this call.
        """
        channel = call.seat_channel or self._channel_of(call)
        self._manager.action("Hangup", Channel=channel)

    def _channel_of(self, call: LiveCall) -> str:
        """The seat's channel, from Asterisk itself: word of the answer may be under way."""
        if call.offer is None:
            raise ChannelMissingError("no seat is in this call")
        ours = f"PJSIP/{call.offer.seat}-"
        for row in self._manager.action("CoreShowChannels"):
            name = row.get("Channel", "")
            if name.startswith(ours) and row.get("Linkedid") == call.call_id:
                return name
        raise ChannelMissingError(f"{call.offer.seat} has no channel in this call")

"""Seats as the live state knows them: whether the phone can be rung, and who sits there."""

from collections.abc import Iterable
from dataclasses import dataclass

import redis

from hotline import redis_keys
from hotline.clock import Clock
from hotline.site import Limits
from routing.moves import Moves
from routing.reads import read_hashes
from routing.seat_machine import SeatState


@dataclass(frozen=True)
class SeatView:
    """One seat; ``agent`` is the code of who is signed in there."""

    name: str
    state: SeatState
    agent: str | None


class Seats:
    """The seats of the province; LiveStateAwayError when Redis is away."""

    def __init__(self, client: redis.Redis, clock: Clock, limits: Limits) -> None:
        self._redis = client
        self._moves = Moves(client, clock, limits)

    def registered(self, name: str, can_ring: bool) -> None:
        """Asterisk says whether the seat's phone is there; its agent is matched if it now is."""
        self._moves.run("seat_registered", seat=name, registered=can_ring)

    def views(self, names: Iterable[str]) -> list[SeatView]:
        """The named seats, in the same order; never heard of counts as unknown."""
        names = list(names)
        rows = read_hashes(self._redis, [redis_keys.SEAT.format(name=name) for name in names])
        return [
            SeatView(name, SeatState(row.get("state", SeatState.UNKNOWN)), row.get("agent") or None)
            for name, row in zip(names, rows, strict=True)
        ]

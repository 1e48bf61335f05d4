"""Which seats' phones Asterisk can ring, told to the live state."""

from collections.abc import Iterable, Mapping

from routing.seat_machine import SeatState
from routing.seats import Seats

#: Device states of an endpoint without a phone; every other counts as there (fail open).
_NO_PHONE = frozenset({"UNAVAILABLE", "INVALID"})


class Registrations:
    """What Asterisk last said of each seat; it is told to Redis until Redis knows it."""

    def __init__(self, names: Iterable[str], seats: Seats) -> None:
        self._names = frozenset(names)
        self._seats = seats
        self._can_ring: dict[str, bool] = {}

    def apply(self, event: Mapping[str, str]) -> bool:
        """Take in a device state or a row of the endpoint list; True when it changed anything."""
        name = event.get("ObjectName") or event.get("Device", "").removeprefix("PJSIP/")
        state = event.get("DeviceState") or event.get("State", "")
        if event.get("Event") not in {"DeviceStateChange", "EndpointList"}:
            return False
        can_ring = state.upper() not in _NO_PHONE
        if name not in self._names or self._can_ring.get(name) == can_ring:
            return False
        self._can_ring[name] = can_ring
        return True

    def tell(self) -> None:
        """Tell Redis what it does not know yet, also what it forgot.

        Raises:
            LiveStateAwayError: Redis is away; nothing is lost, tell again.
        """
        for view in self._seats.views(sorted(self._can_ring)):
            can_ring = self._can_ring[view.name]
            told = SeatState.REGISTERED if can_ring else SeatState.UNREGISTERED
            if view.state is not told:
                self._seats.registered(view.name, can_ring)

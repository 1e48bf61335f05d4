"""Whether a seat's phone can be rung. moves.lua is given this very table."""

from enum import StrEnum

from hotline.states import Machine


class SeatState(StrEnum):
    """What Asterisk says of the seat's phone; unknown counts as registered (fail open)."""

    UNKNOWN = "unknown"
    REGISTERED = "registered"
    UNREGISTERED = "unregistered"


class SeatMove(StrEnum):
    """What can happen to a seat's phone."""

    REGISTER = "register"
    LOSE = "lose"


SEAT = Machine(
    name="seat",
    start=SeatState.UNKNOWN,
    table={
        **{(state, SeatMove.REGISTER): SeatState.REGISTERED for state in SeatState},
        **{(state, SeatMove.LOSE): SeatState.UNREGISTERED for state in SeatState},
    },
)

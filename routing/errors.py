"""What can go wrong while deciding who takes a call."""

from hotline.errors import HotlineError


class RoutingError(HotlineError):
    """The root of this package's errors."""


class LiveStateAwayError(RoutingError):
    """Redis did not answer, or could not carry out a move: go on without it, towards a person."""


class SeatTakenError(RoutingError):
    """Another agent is signed in at this seat."""

    permanent = True


class NoTrunkError(RoutingError):
    """No trunk of the site file says where calls of ours go out (``trunk.dial``)."""

    permanent = True

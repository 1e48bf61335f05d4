"""What can go wrong while a script talks to its caller."""

from hotline.errors import HotlineError


class AgiError(HotlineError):
    """Root of this package's errors."""


class CallerGoneError(AgiError):
    """The caller's channel is no more: end the script, keep the record."""


class CommandFailedError(AgiError):
    """Asterisk could not do one command, while the caller is still there."""


class SessionLostError(AgiError):
    """The connection to Asterisk broke: nothing more can be said to this channel."""

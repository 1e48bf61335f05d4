"""What can go wrong between the site file and Asterisk."""

from hotline.errors import HotlineError


class DialplanError(HotlineError):
    """The root of this package's errors."""


class RefusedValueError(DialplanError):
    """A value could leave its place in a file of Asterisk: names the key, never the value."""

    permanent = True

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


class AsteriskAwayError(DialplanError):
    """Asterisk did not take a command: it is not running, or not with these files."""

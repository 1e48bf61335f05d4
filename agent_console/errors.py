"""What the console itself refuses."""

from hotline.errors import HotlineError


class ConsoleError(HotlineError):
    """The root of this package's errors."""

    permanent = True


class NotLoggedInError(ConsoleError):
    """No session, or one that has ended."""


class CsrfError(ConsoleError):
    """A write came without the session's own token."""


class ForbiddenError(ConsoleError):
    """This person may not do or see that."""


class NotFoundError(ConsoleError):
    """There is no such thing here."""


class NoCallError(ConsoleError):
    """The act needs a caller on the line, and there is none."""


class ChannelMissingError(ConsoleError):
    """The seat's channel is not among Asterisk's."""

    permanent = False

"""The root of everything this project raises on purpose."""


class HotlineError(Exception):
    """Something the hotline knows how to name.

    ``permanent`` says whether trying the same again is pointless.
    """

    permanent = False


class SiteError(HotlineError):
    """The site file says something that cannot be: names file, key and reason."""

    permanent = True

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason


class ToolMissingError(HotlineError):
    """A program the hotline needs is neither on PATH nor under the runtime folder."""

    permanent = True


class IllegalTransitionError(HotlineError):
    """A state machine was told an event that its table does not have."""

    permanent = True


class JournalError(HotlineError):
    """A call fact could not be written to the local journal."""


class AmiError(HotlineError):
    """The Asterisk Manager Interface is away or refused an action."""

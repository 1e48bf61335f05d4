"""What can go wrong with the record of calls."""

from hotline.errors import HotlineError, JournalError

__all__ = ["BadLineError", "CallsError", "JournalError", "UnknownCallError"]


class CallsError(HotlineError):
    """Root of this package's own errors."""


class BadLineError(CallsError):
    """A line of a journal is not a fact: torn, changed, or from a newer version."""

    permanent = True


class UnknownCallError(CallsError):
    """No call has this id, or its first fact has not arrived yet."""

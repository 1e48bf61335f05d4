"""What can go wrong with people and tickets."""

from typing import TYPE_CHECKING

from hotline.errors import HotlineError

if TYPE_CHECKING:
    from hotline.db.models import Ticket


class CaseworkError(HotlineError):
    """The root of this package's errors."""

    permanent = True


class PersonExistsError(CaseworkError):
    """Somebody has this 工号 already."""


class PersonMissingError(CaseworkError):
    """Nobody has this 工号."""


class PasswordRuleError(CaseworkError):
    """A new password breaks a rule; ``rule`` names it (see `casework.passwords`)."""

    def __init__(self, rule: str) -> None:
        super().__init__(f"password: {rule}")
        self.rule = rule


class LoginRefusedError(CaseworkError):
    """A log-in was refused. Why is kept for the audit only: the answer must not help to guess."""

    def __init__(self, reason: str) -> None:
        super().__init__("log-in refused")
        self.reason = reason


class TicketMissingError(CaseworkError):
    """There is no such ticket."""


class TicketFieldError(CaseworkError):
    """A ticket's field holds something that the vocabulary does not have."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


class TicketStaleError(CaseworkError):
    """Somebody saved the ticket meanwhile; ``current`` is what it says now."""

    def __init__(self, current: "Ticket") -> None:
        super().__init__(f"{current.number}: changed meanwhile, now version {current.version}")
        self.current = current


class ReasonMissingError(CaseworkError):
    """This move needs a reason that can be read later."""


class CallbackMissingError(CaseworkError):
    """There is no such call-back."""


class CallbackTakenError(CaseworkError):
    """Somebody else was faster with this call-back, or it is over."""

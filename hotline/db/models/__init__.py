"""Every table of the record."""

from hotline.db.models.audit import AuditEntry
from hotline.db.models.callbacks import Callback, CallbackSource, CallbackTry
from hotline.db.models.calls import Call, CallEventRow, CallLeg, Recording
from hotline.db.models.people import Person, PersonSkill, Role
from hotline.db.models.seats import Seat
from hotline.db.models.tickets import Ticket, TicketDay, TicketMove

__all__ = [
    "AuditEntry",
    "Call",
    "CallEventRow",
    "CallLeg",
    "Callback",
    "CallbackSource",
    "CallbackTry",
    "Person",
    "PersonSkill",
    "Recording",
    "Role",
    "Seat",
    "Ticket",
    "TicketDay",
    "TicketMove",
]

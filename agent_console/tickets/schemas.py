"""Tickets as programs read and write them."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from casework.ticket_fields import TicketFields
from casework.ticket_machine import TicketMove, TicketState
from hotline.db.models import Ticket

#: As Asterisk makes unique ids, with our system name in front.
CALL_ID = r"^[A-Za-z0-9._-]{1,64}$"


class _Fields(TicketFields):
    def fields(self) -> TicketFields:
        """The ticket's own fields among those given."""
        given = self.model_dump(exclude_unset=True, include=set(TicketFields.model_fields))
        return TicketFields(**given)


class TicketIn(_Fields):
    """A new ticket. The same ``form_key`` again makes no second one."""

    call_id: str | None = Field(None, pattern=CALL_ID)
    form_key: str | None = Field(None, min_length=8, max_length=64)


class TicketSave(_Fields):
    """Changed fields, and the version they were changed from."""

    version: int


class TicketMoveIn(BaseModel):
    """A move of the table in docs/tickets.md, the version it starts from, and why."""

    model_config = ConfigDict(extra="forbid")
    move: TicketMove
    version: int
    why: str = Field("", max_length=2000)


class TicketOut(TicketFields):
    """A ticket."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")

    id: int
    number: str
    version: int
    state: TicketState
    source: str
    call_id: str | None
    agent: str
    origin_city: str | None
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        """A ticket as JSON."""
        return cls.model_validate(ticket)

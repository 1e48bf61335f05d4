"""Tickets 工单 and every move they made. Fields and states: docs/tickets.md."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db.base import Base, JsonColumn, UtcDateTime


class Ticket(Base):
    """A caller's matter. ``call_id`` may name a call whose row has not arrived yet.

    When a ticket was accepted, dispatched, signed or returned is told by its moves.
    ``form_key`` is made by the form, so that a form sent twice makes one ticket.
    """

    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(32), index=True)
    source: Mapped[str] = mapped_column(String(16))
    call_id: Mapped[str | None] = mapped_column(String(64), index=True)
    agent: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    caller_name: Mapped[str] = mapped_column(String(64), default="")
    identity_refused: Mapped[bool] = mapped_column(default=False)
    caller_number: Mapped[str] = mapped_column(String(32), index=True, default="")
    origin_city: Mapped[str | None] = mapped_column(String(32))
    city: Mapped[str | None] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(String(255), default="")
    special_groups: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    record_type: Mapped[str | None] = mapped_column(String(32))
    service: Mapped[str | None] = mapped_column(String(32))
    referral: Mapped[str | None] = mapped_column(String(32))
    matter_group: Mapped[str | None] = mapped_column(String(32))
    matter: Mapped[str | None] = mapped_column(String(32))
    mediation_type: Mapped[str | None] = mapped_column(String(32))
    what_happened: Mapped[str] = mapped_column(Text, default="")
    demand: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    urgency: Mapped[str] = mapped_column(String(16), default="normal")
    secret: Mapped[bool] = mapped_column(default=False)
    deadline: Mapped[date | None] = mapped_column(Date)
    handling_unit: Mapped[str] = mapped_column(String(64), default="")
    helping_units: Mapped[list[str]] = mapped_column(JsonColumn, default=list)
    external_numbers: Mapped[dict[str, str]] = mapped_column(JsonColumn, default=dict)
    result: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    form_key: Mapped[str | None] = mapped_column(String(64), unique=True)


class TicketMove(Base):
    """One move of a ticket through its states: who, when, why. Appended only."""

    __tablename__ = "ticket_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(16))
    move: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[str | None] = mapped_column(String(32))
    to_state: Mapped[str] = mapped_column(String(32))
    why: Mapped[str] = mapped_column(Text, default="")


class TicketDay(Base):
    """The last ticket number given on one day; raised by one atomic upsert."""

    __tablename__ = "ticket_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    last: Mapped[int]

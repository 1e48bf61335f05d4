"""Tickets: made during a call, saved with a version check, moved by the table.

Every change is one conditional write whose result is looked at: whoever saves what somebody
else has changed meanwhile is told so and gets the ticket as it is now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from casework import audit
from casework.errors import (
    ReasonMissingError,
    TicketFieldError,
    TicketMissingError,
    TicketStaleError,
)
from casework.ticket_fields import TicketFields
from casework.ticket_machine import EDITABLE, NEEDS_REASON, TICKET, TicketMove, TicketState
from casework.ticket_numbers import next_number
from hotline.clock import CHINA, Clock, as_datetime
from hotline.db.models import Ticket
from hotline.db.models import TicketMove as MoveRow


@dataclass(frozen=True)
class Origin:
    """Where a ticket comes from. The call's row need not have arrived yet."""

    call_id: str | None = None
    source: str = "hotline"
    caller_number: str = ""
    origin_city: str | None = None
    form_key: str | None = None


class Tickets:
    """All tickets."""

    def __init__(self, sessions: sessionmaker[Session], clock: Clock, prefix: str) -> None:
        self._sessions = sessions
        self._clock = clock
        self._prefix = prefix

    def create(self, fields: TicketFields, origin: Origin, agent: str) -> Ticket:
        """Make a ticket and accept it: whoever talks to the caller has accepted the matter.

        The same ``form_key`` again makes no second one: it saves what the form says now, since
        a person may have typed on after an answer that never reached them.

        Raises:
            TicketFieldError: sent again after the ticket has gone on to where its words stand, or
                by another person.
        """
        try:
            with self._sessions.begin() as session:
                return self._create(session, fields, origin, agent)
        except IntegrityError:
            made = self.of_form(origin.form_key)
            if made is None:
                raise
            if made.agent != agent:
                raise TicketFieldError("form_key", "another person's form has it") from None
        given = fields.given()
        if all(getattr(made, name) == value for name, value in given.items()):
            return made
        return self.save(made.id, made.version, fields, agent)

    def save(self, ticket_id: int, version: int, fields: TicketFields, by: str) -> Ticket:
        """Write the given fields, if the ticket is still at ``version``.

        Raises:
            TicketMissingError: no such ticket.
            TicketStaleError: it is at another version.
            TicketFieldError: it has gone to a state in which its words stand.
        """
        with self._sessions.begin() as session:
            ticket = _get(session, ticket_id)
            if ticket.state not in EDITABLE and ticket.version == version:
                raise TicketFieldError("state", f"a ticket that is {ticket.state} stands")
            _check_matter(fields)
            self._write(session, ticket, version, fields.given())
            on, now = f"ticket:{ticket.number}", self._clock()
            audit.record(session, now, by, "ticket.save", on, fields=sorted(fields.given()))
        return self.get(ticket_id)

    def move(
        self, ticket_id: int, version: int, move: TicketMove, by: str, why: str = ""
    ) -> Ticket:
        """Apply a move, if the ticket is still at ``version``, and keep who, when and why.

        Raises:
            TicketMissingError: no such ticket.
            IllegalTransitionError: not from the state it is in.
            TicketStaleError: it is at another version.
            ReasonMissingError: this move needs one.
        """
        if move in NEEDS_REASON and not why.strip():
            raise ReasonMissingError(f"ticket: {move} needs a reason")
        with self._sessions.begin() as session:
            ticket = _get(session, ticket_id)
            if ticket.version != version:
                raise _stale(session, ticket)
            to = TICKET.step(TicketState(ticket.state), move)
            _check_ready_for(ticket, move)
            before = ticket.state
            closing = {"closed_at": as_datetime(self._clock())} if to is TicketState.CLOSED else {}
            self._write(session, ticket, version, {"state": to.value, **closing})
            self._keep(session, ticket, _row(move, before, to, by, why))
        return self.get(ticket_id)

    def get(self, ticket_id: int) -> Ticket:
        """A ticket. Raises TicketMissingError when there is none."""
        with self._sessions() as session:
            return _get(session, ticket_id)

    def of_form(self, form_key: str | None) -> Ticket | None:
        """The ticket that a form has made, if it has."""
        with self._sessions() as session:
            return session.scalar(
                select(Ticket).where(Ticket.form_key == form_key, Ticket.form_key.is_not(None))
            )

    def of_call(self, call_id: str) -> Sequence[Ticket]:
        """A call's tickets, in the order in which they were made."""
        with self._sessions() as session:
            rows = select(Ticket).where(Ticket.call_id == call_id).order_by(Ticket.id)
            return session.scalars(rows).all()

    def moves(self, ticket_id: int) -> Sequence[MoveRow]:
        """What happened to a ticket, oldest first."""
        with self._sessions() as session:
            rows = select(MoveRow).where(MoveRow.ticket_id == ticket_id).order_by(MoveRow.id)
            return session.scalars(rows).all()

    def search(
        self,
        *,
        agent: str | None = None,
        city: str | None = None,
        number: str | None = None,
        state: TicketState | None = None,
        words: str = "",
        limit: int = 50,
    ) -> Sequence[Ticket]:
        """Tickets that fit all that is given, newest first, at most ``limit``.

        ``words`` are looked for in ticket number, caller's name and number, and what is told.
        """
        fits = [
            column == value
            for column, value in (
                (Ticket.agent, agent),
                (Ticket.city, city),
                (Ticket.caller_number, number),
                (Ticket.state, state.value if state else None),
            )
            if value is not None
        ]
        fits += [_holds(word) for word in words.split()]
        with self._sessions() as session:
            rows = select(Ticket).where(*fits).order_by(Ticket.id.desc()).limit(limit)
            return session.scalars(rows).all()

    def _create(self, session: Session, fields: TicketFields, origin: Origin, agent: str) -> Ticket:
        now = as_datetime(self._clock())
        given = {"caller_number": origin.caller_number, **fields.given()}
        accepted = TICKET.step(TICKET.start, TicketMove.ACCEPT)
        ticket = Ticket(
            number=next_number(session, self._prefix, now.astimezone(CHINA).date()),
            version=1,
            state=accepted.value,
            source=origin.source,
            call_id=origin.call_id,
            origin_city=origin.origin_city,
            form_key=origin.form_key,
            agent=agent,
            created_at=now,
            updated_at=now,
            **given,
        )
        session.add(ticket)
        session.flush()
        self._keep(session, ticket, _row("create", None, TICKET.start, agent))
        self._keep(session, ticket, _row(TicketMove.ACCEPT, TICKET.start, accepted, agent))
        return ticket

    def _write(
        self, session: Session, ticket: Ticket, version: int, values: dict[str, Any]
    ) -> None:
        written = session.execute(
            update(Ticket)
            .where(Ticket.id == ticket.id, Ticket.version == version)
            .values(**values, version=version + 1, updated_at=as_datetime(self._clock()))
            .execution_options(synchronize_session=False)
            .returning(Ticket.id)
        ).scalar_one_or_none()
        if written is None:
            raise _stale(session, ticket)

    def _keep(self, session: Session, ticket: Ticket, row: MoveRow) -> None:
        now = self._clock()
        row.ticket_id, row.at = ticket.id, as_datetime(now)
        session.add(row)
        audit.record(session, now, row.by, f"ticket.{row.move}", f"ticket:{ticket.number}")


def _row(move: str, before: str | None, to: TicketState, by: str, why: str = "") -> MoveRow:
    return MoveRow(by=by, move=str(move), from_state=before, to_state=to.value, why=why.strip())


def _get(session: Session, ticket_id: int) -> Ticket:
    ticket = session.get(Ticket, ticket_id)
    if ticket is None:
        raise TicketMissingError(f"ticket: there is no {ticket_id}")
    return ticket


def _stale(session: Session, ticket: Ticket) -> TicketStaleError:
    session.refresh(ticket)
    session.expunge(ticket)  # the rollback that follows would empty it
    return TicketStaleError(ticket)


def _holds(word: str) -> ColumnElement[bool]:
    columns = (
        *(Ticket.number, Ticket.caller_name, Ticket.caller_number),
        *(Ticket.what_happened, Ticket.demand, Ticket.answer),
    )
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def _check_matter(fields: TicketFields) -> None:
    """One level of the matter alone could leave two that do not fit."""
    given = fields.given()
    if ("matter" in given) != ("matter_group" in given):
        raise TicketFieldError("matter", "both levels are saved together")


def _check_ready_for(ticket: Ticket, move: TicketMove) -> None:
    if move is TicketMove.ANSWER_DIRECTLY and not ticket.answer.strip():
        raise TicketFieldError("answer", "what was answered is not written yet")
    if move is TicketMove.DISPATCH and not ticket.handling_unit:
        raise TicketFieldError("handling_unit", "no unit is named")

"""Tickets for the person who asks: theirs to open, bound to their call when new."""

from collections.abc import Sequence

from sqlalchemy import select

from agent_console.errors import ForbiddenError
from agent_console.seat.desk import number_on_line, read_desk
from agent_console.services import Services
from casework.rights import may_read_call, may_read_ticket, may_write_ticket
from casework.ticket_fields import TicketFields
from casework.ticket_machine import TicketState
from casework.tickets import Origin
from hotline.db.models import Call, CallLeg, Person, Role, Ticket
from routing.errors import LiveStateAwayError
from routing.offers import LiveCall
from routing.origin import origin_city


def open_ticket(services: Services, person: Person, ticket_id: int) -> Ticket:
    """A ticket to read. Raises TicketMissingError, ForbiddenError."""
    ticket = services.tickets.get(ticket_id)
    if not may_read_ticket(person, ticket, _caller_now(services, person)):
        raise ForbiddenError(f"ticket {ticket.number}")
    return ticket


def own_ticket(services: Services, person: Person, ticket_id: int) -> Ticket:
    """A ticket to change. Raises TicketMissingError, ForbiddenError."""
    ticket = services.tickets.get(ticket_id)
    if not may_write_ticket(person, ticket):
        raise ForbiddenError(f"ticket {ticket.number}")
    return ticket


def create(
    services: Services,
    person: Person,
    fields: TicketFields,
    call_id: str | None,
    form_key: str | None,
) -> Ticket:
    """Make a ticket; what the call knows fills what the form left out.

    Raises:
        ForbiddenError: the call was somebody else's.
    """
    origin = _origin(services, person, fields, call_id, form_key)
    fields = _with_city(fields, origin.origin_city, person)
    return services.tickets.create(fields, origin, person.code)


def listed(
    services: Services,
    person: Person,
    *,
    mine: bool,
    words: str = "",
    state: TicketState | None = None,
    limit: int = 50,
) -> Sequence[Ticket]:
    """Tickets that a person may see: their own, their city's, or all; newest first."""
    role = Role(person.role)
    agent = person.code if mine or role is Role.AGENT else None
    city = person.city if agent is None and role is Role.SUPERVISOR else None
    return services.tickets.search(agent=agent, city=city, words=words, state=state, limit=limit)


def of_caller(services: Services, person: Person, number: str, limit: int = 5) -> list[Ticket]:
    """Earlier tickets of a caller's number that this person may open."""
    if not number:
        return []
    found = services.tickets.search(number=number, limit=limit * 2)
    return [row for row in found if may_read_ticket(person, row, number)][:limit]


def _origin(
    services: Services,
    person: Person,
    fields: TicketFields,
    call_id: str | None,
    form_key: str | None,
) -> Origin:
    number, city = fields.caller_number, None
    live = _live_call(services, person, call_id)
    kept = _kept_call(services, person, call_id)
    if live is not None:
        number, city = number or live.number, live.city
    elif kept is not None:
        number, city = number or kept.caller_number, kept.origin_city
    if city is None:
        city = origin_city(services.settings.site, number)
    return Origin(call_id, "hotline", number, city, form_key)


def _live_call(services: Services, person: Person, call_id: str | None) -> LiveCall | None:
    """The caller on this person's own line, when the ticket is for that call."""
    if call_id is None:
        return None
    try:
        desk = read_desk(services, person.code)
    except LiveStateAwayError:
        return None  # a ticket is kept in SQL: it must not wait for the live state
    return desk.call if desk.agent.call_id == call_id else None


def _kept_call(services: Services, person: Person, call_id: str | None) -> Call | None:
    """The call's record, when it has arrived; then it also says whose call it was."""
    if call_id is None:
        return None
    with services.reading() as session:
        call = session.get(Call, call_id)
        legs = session.scalars(select(CallLeg).where(CallLeg.call_id == call_id)).all()
    if call is None:
        return None
    if legs and not may_read_call(person, call, legs):
        raise ForbiddenError("another agent's call")
    return call


def _with_city(fields: TicketFields, origin: str | None, person: Person) -> TicketFields:
    if fields.city:
        return fields
    return TicketFields(**{**fields.given(), "city": origin or person.city})


def _caller_now(services: Services, person: Person) -> str | None:
    try:
        return number_on_line(services, person)
    except LiveStateAwayError:
        return None

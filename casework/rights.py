"""Who may see and change what: agents their own, supervisors their city's, admins all."""

from collections.abc import Iterable

from hotline.db.models import Call, Callback, CallLeg, Person, Role, Ticket


def may_read_call(person: Person, call: Call, legs: Iterable[CallLeg]) -> bool:
    """Whether ``person`` may open the record of a call and hear it.

    A leg counts once it was answered: who was only rung took no part.
    """
    took_part = [leg for leg in legs if leg.answered_at is not None]
    match Role(person.role):
        case Role.ADMIN:
            return True
        case Role.SUPERVISOR:
            cities = {call.serving_city, call.origin_city, *(leg.city for leg in took_part)}
            return person.city in cities
        case Role.AGENT:
            return person.code in {call.agent, *(leg.agent for leg in took_part)}


def may_read_ticket(person: Person, ticket: Ticket, number_on_line: str | None = None) -> bool:
    """Whether ``person`` may open a ticket.

    An agent may open what others wrote for the caller on their line, since that is the caller's
    own history; a ticket marked secret stays with who wrote it and their superiors.
    """
    if may_write_ticket(person, ticket):
        return True
    return (
        bool(ticket.caller_number)
        and not ticket.secret
        and (ticket.caller_number == number_on_line)
    )


def may_write_ticket(person: Person, ticket: Ticket) -> bool:
    """Whether ``person`` may save a ticket or move it."""
    match Role(person.role):
        case Role.ADMIN:
            return True
        case Role.SUPERVISOR:
            return person.city in {ticket.city, ticket.origin_city} or person.code == ticket.agent
        case Role.AGENT:
            return person.code == ticket.agent


def may_work_callback(person: Person, callback: Callback) -> bool:
    """Whether ``person`` may call back: their own city's callers, and those from no city."""
    return Role(person.role) is Role.ADMIN or callback.city in {None, person.city}

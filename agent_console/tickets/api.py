"""/api/v1: tickets, for programs."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BeforeValidator

from agent_console.services import ServicesDep
from agent_console.shared.access import PersonDep
from agent_console.tickets import acts
from agent_console.tickets.schemas import TicketIn, TicketMoveIn, TicketOut, TicketSave
from casework.ticket_machine import TicketState

#: ``?mine`` alone says yes.
Flag = BeforeValidator(lambda value: True if value == "" else value)

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])


@router.post("", status_code=201)
def create(body: TicketIn, services: ServicesDep, person: PersonDep) -> TicketOut:
    """Make a ticket, accepted, bound to a call if one is named."""
    fields = body.fields()
    return TicketOut.of(acts.create(services, person, fields, body.call_id, body.form_key))


@router.get("")
def search(
    *,
    services: ServicesDep,
    person: PersonDep,
    mine: Annotated[bool, Flag, Query(description="only those written by this person")] = False,
    words: Annotated[str, Query(max_length=100)] = "",
    state: TicketState | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[TicketOut]:
    """Tickets this person may see, newest first."""
    found = acts.listed(services, person, mine=mine, words=words, state=state, limit=limit)
    return [TicketOut.of(ticket) for ticket in found]


@router.get("/{ticket_id}")
def show(ticket_id: int, services: ServicesDep, person: PersonDep) -> TicketOut:
    """One ticket."""
    return TicketOut.of(acts.open_ticket(services, person, ticket_id))


@router.put("/{ticket_id}")
def save(ticket_id: int, body: TicketSave, services: ServicesDep, person: PersonDep) -> TicketOut:
    """Save the given fields; 409 with the current version when it was changed meanwhile."""
    acts.own_ticket(services, person, ticket_id)
    return TicketOut.of(services.tickets.save(ticket_id, body.version, body.fields(), person.code))


@router.post("/{ticket_id}/moves")
def move(ticket_id: int, body: TicketMoveIn, services: ServicesDep, person: PersonDep) -> TicketOut:
    """Move a ticket through its states; 409 when its state does not allow it."""
    acts.own_ticket(services, person, ticket_id)
    return TicketOut.of(
        services.tickets.move(ticket_id, body.version, body.move, person.code, body.why)
    )

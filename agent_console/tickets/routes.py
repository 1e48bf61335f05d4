"""Pages of tickets: the form beside a call, my tickets, one ticket."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from agent_console.live.regions import desk_or_none
from agent_console.services import Services, ServicesDep
from agent_console.shared.access import PersonDep
from agent_console.shared.failures import answer_for
from agent_console.shared.pages import is_htmx, page
from agent_console.tickets import acts
from agent_console.tickets.forms import EXTERNAL, fields_from
from agent_console.tickets.schemas import CALL_ID
from casework.errors import TicketFieldError, TicketStaleError
from casework.rights import may_write_ticket
from casework.ticket_machine import EDITABLE, TICKET, TicketMove, TicketState
from hotline.db.models import Person, Ticket
from hotline.errors import IllegalTransitionError

router = APIRouter(prefix="/tickets", include_in_schema=False)

#: Buttons of the form beside "save", and the moves they stand for.
BUTTONS = {
    "answer": (TicketMove.ANSWER_DIRECTLY, TicketMove.CLOSE),
    "dispatch": (TicketMove.QUEUE_FOR_DISPATCH,),
}

#: What the form's templates use, before anything is known.
_EMPTY: dict[str, Any] = {
    "ticket": None,
    "call_id": None,
    "number": "",
    "name": "",
    "city": None,
    "form_key": "",
    "moves": (),
    "problem": None,
    "editable": True,
    "can": dict.fromkeys(BUTTONS, True),
    "external": EXTERNAL,
}


async def _sent(request: Request) -> FormData:
    return await request.form()


FormDep = Annotated[FormData, Depends(_sent)]


@router.get("")
def listing(
    request: Request,
    services: ServicesDep,
    person: PersonDep,
    words: Annotated[str, Query(max_length=100)] = "",
    mine: bool = True,
) -> Response:
    """Tickets this person may see."""
    found = acts.listed(services, person, mine=mine, words=words, limit=100)
    template = "tickets/rows.html" if is_htmx(request) else "tickets/list.html"
    return page(request, template, {"tickets": found, "words": words, "mine": mine})


@router.get("/mine")
def newest(request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """The newest own tickets, for the side of the workplace."""
    found = acts.listed(services, person, mine=True, limit=12)
    return page(request, "tickets/mine.html", {"tickets": found})


@router.get("/new")
def new(
    request: Request,
    services: ServicesDep,
    person: PersonDep,
    call_id: Annotated[str | None, Query(pattern=CALL_ID)] = None,
    another: bool = False,
) -> Response:
    """An empty form, filled with what the call knows; the call's ticket when there is one."""
    written = services.tickets.of_call(call_id) if call_id and not another else ()
    mine = [ticket for ticket in written if ticket.agent == person.code]
    if mine:
        return page(request, "tickets/panel.html", _about(services, person, mine[-1]))
    desk = desk_or_none(services, person)
    call = desk.call if desk and desk.call and desk.call.call_id == call_id else None
    shown = {
        "call_id": call_id,
        "number": call.number if call else "",
        "name": call.name if call else "",
        "city": (call.city if call else None) or person.city,
        "form_key": secrets.token_urlsafe(12),
    }
    return page(request, "tickets/panel.html", {**_EMPTY, **shown})


@router.post("")
def create(request: Request, services: ServicesDep, person: PersonDep, form: FormDep) -> Response:
    """Make a ticket; then what its button says."""
    call_id, key = _plain(form, "call_id"), _plain(form, "form_key")
    made = acts.create(services, person, fields_from(form), call_id, key)
    problem = None
    try:
        ticket = _moved(services, person, made, form)
    except (TicketFieldError, IllegalTransitionError) as error:
        # The ticket is made: what comes next must be sent to it, not to a new one.
        ticket, problem = made, answer_for(error).message
    if not is_htmx(request):
        return RedirectResponse(f"/tickets/{ticket.id}", status_code=303)
    shown = {**_about(services, person, ticket), "problem": problem}
    return page(request, "tickets/panel.html", shown, headers={"HX-Trigger": "ticket-saved"})


@router.get("/{ticket_id}")
def show(ticket_id: int, request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """One ticket: its form while its words may change, and what happened to it."""
    ticket = acts.open_ticket(services, person, ticket_id)
    shown = _about(services, person, ticket)
    if is_htmx(request):
        return page(request, "tickets/panel.html", shown)
    return page(request, "tickets/detail.html", shown)


@router.post("/{ticket_id}")
def save(
    ticket_id: int, request: Request, services: ServicesDep, person: PersonDep, form: FormDep
) -> Response:
    """Save the form, also by itself while it is typed in; then what its button says."""
    acts.own_ticket(services, person, ticket_id)
    version = int(_plain(form, "version") or 0)
    try:
        kept = services.tickets.save(ticket_id, version, fields_from(form), person.code)
        ticket = _moved(services, person, kept, form)
    except TicketStaleError as stale:
        if not is_htmx(request):
            raise
        return page(request, "tickets/stale.html", {"current": stale.current}, status=409)
    if not is_htmx(request):
        return RedirectResponse(f"/tickets/{ticket_id}", status_code=303)
    if ticket.version != kept.version:
        shown = _about(services, person, ticket)
        headers = {"HX-Retarget": "#ticket", "HX-Trigger": "ticket-saved"}
        return page(request, "tickets/panel.html", shown, headers=headers)
    return page(
        request, "tickets/saved.html", {"ticket": ticket}, headers={"HX-Trigger": "ticket-saved"}
    )


def _moved(services: Services, person: Person, ticket: Ticket, form: FormData) -> Ticket:
    for move in BUTTONS.get(_plain(form, "act") or "", ()):
        ticket = services.tickets.move(ticket.id, ticket.version, move, person.code)
    return ticket


def _about(services: Services, person: Person, ticket: Ticket) -> dict[str, Any]:
    state = TicketState(ticket.state)
    may_write = may_write_ticket(person, ticket)
    return {
        **_EMPTY,
        "ticket": ticket,
        "call_id": ticket.call_id,
        "moves": services.tickets.moves(ticket.id),
        "editable": may_write and state in EDITABLE,
        "can": {name: TICKET.allows(state, moves[0]) for name, moves in BUTTONS.items()},
    }


def _plain(form: FormData, name: str) -> str | None:
    value = form.get(name)
    return value if isinstance(value, str) and value else None

"""Pages of calls: the list, one call as a timeline, the history beside a live call."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, StringConstraints

from agent_console.calls import acts, records
from agent_console.calls.timeline import timeline
from agent_console.seat.desk import read_desk
from agent_console.services import ServicesDep
from agent_console.shared.access import PersonDep
from agent_console.shared.pages import acted, is_htmx, page
from agent_console.tickets.acts import of_caller
from hotline.calls.machine import Outcome

router = APIRouter(include_in_schema=False)

Empty = BeforeValidator(lambda value: value or None)
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=32)]


class Filters(BaseModel):
    """The form above the list; what is empty does not matter."""

    first_day: Annotated[date | None, Empty] = None
    last_day: Annotated[date | None, Empty] = None
    number: Annotated[Short | None, Empty] = None
    outcome: Annotated[Outcome | None, Empty] = None
    agent: Annotated[Short | None, Empty] = None


@router.get("/calls")
def listing(
    request: Request,
    services: ServicesDep,
    person: PersonDep,
    filters: Annotated[Filters, Query()],
) -> Response:
    """Calls this person may see."""
    found = records.listed(services, person, records.CallSearch(**filters.model_dump()))
    template = "calls/rows.html" if is_htmx(request) else "calls/list.html"
    return page(request, template, {"calls": found, "filters": filters, "outcomes": list(Outcome)})


@router.get("/calls/current/history")
def history(request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """Earlier calls and tickets of the caller on the line."""
    desk = read_desk(services, person.code)
    number = desk.call.number if desk.call else ""
    shown = {
        "calls": records.of_caller(services, number, desk.agent.call_id or ""),
        "tickets": of_caller(services, person, number),
    }
    return page(request, "calls/history.html", shown)


@router.get("/calls/{call_id}")
def show(call_id: str, request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """One call as a timeline, with its sound and its tickets."""
    found = records.opened(services, person, call_id)
    shown = {
        "call": found.call,
        "legs": found.legs,
        "recordings": found.recordings,
        "moments": timeline(found),
        "tickets": services.tickets.of_call(call_id),
    }
    return page(request, "calls/detail.html", shown)


@router.post("/calls/current/rate")
def rate(request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """转评价."""
    acts.hand_over_to_rating(services, person)
    return acted(request)


@router.post("/calls/current/hang-up")
def hang_up(request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """Hang up this agent's seat."""
    acts.hang_up(services, person)
    return acted(request)

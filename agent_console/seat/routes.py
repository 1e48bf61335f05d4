"""The workplace, and what an agent does at the seat."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from agent_console.live.regions import desk_or_none, what_regions_show
from agent_console.seat import acts
from agent_console.services import Services, ServicesDep
from agent_console.shared.access import PersonDep
from agent_console.shared.pages import acted, is_htmx, page
from hotline.db.models import Person
from routing.agent_machine import AgentState

router = APIRouter(include_in_schema=False)


@router.get("/")
def workplace(request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """One screen for the shift; before a seat is taken, the choice of one.

    While the live state is away the page says so and tickets can still be written.
    """
    desk = desk_or_none(services, person)
    if desk is not None and desk.agent.state is AgentState.OFFLINE:
        return _choose(request, services, person)
    return page(request, "seat/workplace.html", what_regions_show(services, desk))


@router.get("/seat")
def choose(request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """The choice of a seat."""
    return _choose(request, services, person)


@router.post("/seat")
def take(
    request: Request, services: ServicesDep, person: PersonDep, seat: Annotated[str, Form()]
) -> Response:
    """Take a seat."""
    acts.take_seat(services, person, seat)
    return acted(request)


@router.post("/seat/ready")
def ready(request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """Take calls from now on."""
    services.agents.ready(person.code)
    return acted(request)


@router.post("/seat/pause")
def pause(
    request: Request, services: ServicesDep, person: PersonDep, reason: Annotated[str, Form()]
) -> Response:
    """Take no calls, for a reason."""
    acts.pause(services, person, reason)
    return acted(request)


@router.post("/seat/sign-out")
def sign_out(request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """Leave the seat and stay logged in."""
    services.agents.sign_out(person.code)
    if is_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": "/"})
    return RedirectResponse("/", status_code=303)


@router.post("/seat/wrap-up/end")
def end_wrap_up(request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """Be ready before the wrap-up is over."""
    services.agents.end_wrap_up(person.code)
    return acted(request)


def _choose(request: Request, services: Services, person: Person) -> Response:
    views = services.seats.views(seat.name for seat in acts.seats_for(services, person))
    rows = list(zip(acts.seats_for(services, person), views, strict=True))
    return page(request, "seat/choose.html", {"rows": rows})

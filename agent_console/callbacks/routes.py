"""The page of call-backs."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from agent_console.callbacks import acts
from agent_console.services import ServicesDep
from agent_console.shared.access import PersonDep
from agent_console.shared.pages import is_htmx, page

router = APIRouter(include_in_schema=False)


@router.get("/callbacks")
def listing(
    request: Request, services: ServicesDep, person: PersonDep, finished: bool = False
) -> Response:
    """Whom we owe a call, the longest owed first; or what is over."""
    found = acts.listed(services, person, finished=finished)
    template = "callbacks/rows.html" if is_htmx(request) else "callbacks/list.html"
    return page(request, template, {"callbacks": found, "finished": finished})


@router.post("/callbacks/{callback_id}/claim")
def claim(callback_id: int, request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """Take it on."""
    acts.claim(services, person, callback_id)
    return _done(request)


@router.post("/callbacks/{callback_id}/release")
def release(
    callback_id: int, request: Request, services: ServicesDep, person: PersonDep
) -> Response:
    """Let it go."""
    acts.release(services, person, callback_id)
    return _done(request)


@router.post("/callbacks/{callback_id}/dial")
def dial(callback_id: int, request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """Claim and call; the workplace shows the call."""
    acts.dial(services, person, callback_id)
    if is_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": "/"})
    return RedirectResponse("/", status_code=303)


@router.post("/callbacks/{callback_id}/give-up")
def give_up(
    callback_id: int,
    request: Request,
    services: ServicesDep,
    person: PersonDep,
    why: Annotated[str, Form(max_length=255)] = "",
) -> Response:
    """Try no more."""
    acts.give_up(services, person, callback_id, why)
    return _done(request)


def _done(request: Request) -> Response:
    """The list anew."""
    if is_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": "/callbacks"})
    return RedirectResponse("/callbacks", status_code=303)

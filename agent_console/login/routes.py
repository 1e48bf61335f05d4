"""Log-in, log-out and the language of the pages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from agent_console.errors import NotFoundError
from agent_console.seat.acts import leave_for_today
from agent_console.services import ServicesDep
from agent_console.shared.access import PersonDep, give_session, visitor
from agent_console.shared.failures import answer_for
from agent_console.shared.i18n import COOKIE as LANGUAGE_COOKIE
from agent_console.shared.i18n import LANGUAGES
from agent_console.shared.pages import page
from agent_console.shared.session import new_session
from casework.errors import LoginRefusedError

router = APIRouter(include_in_schema=False)

_YEAR = 365 * 24 * 3600


@router.get("/login", dependencies=[Depends(visitor)])
def form(request: Request) -> Response:
    """The form."""
    return page(request, "login/login.html", {"code": "", "refused": None})


@router.post("/login")
def log_in(
    request: Request,
    services: ServicesDep,
    code: Annotated[str, Form(max_length=64)],
    password: Annotated[str, Form(max_length=256)],
) -> Response:
    """Begin a session, or show the form again."""
    try:
        person = services.people.authenticate(code.strip(), password)
    except LoginRefusedError as error:
        shown = {"code": code.strip(), "refused": answer_for(error).message}
        return page(request, "login/login.html", shown, status=401)
    give_session(request, new_session(person.code, services.clock()))
    return RedirectResponse("/", status_code=303)


@router.post("/logout")
def logout(request: Request, services: ServicesDep, person: PersonDep) -> Response:
    """Leave the seat and end every session of this person."""
    leave_for_today(services, person)
    give_session(request, None)
    return RedirectResponse("/login", status_code=303)


@router.get("/language/{language}")
def choose_language(language: str) -> Response:
    """Show pages in another language; open to everybody, since the form needs it."""
    if language not in LANGUAGES:
        raise NotFoundError(f"language {language[:16]!r}")
    answer = RedirectResponse("/", status_code=303)
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, httponly=True, samesite="lax")
    return answer

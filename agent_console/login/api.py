"""/api/v1: log-in and log-out, for programs."""

from fastapi import APIRouter, Request

from agent_console.login.schemas import LoginIn, LoginOut
from agent_console.seat.acts import leave_for_today
from agent_console.services import ServicesDep
from agent_console.shared.access import PersonDep, give_session
from agent_console.shared.session import new_session

router = APIRouter(prefix="/api/v1", tags=["session"])


@router.post("/login")
def login(body: LoginIn, request: Request, services: ServicesDep) -> LoginOut:
    """Begin a session: sets its cookie and tells the token that writes carry."""
    person = services.people.authenticate(body.code, body.password)
    session = new_session(person.code, services.clock())
    give_session(request, session)
    return LoginOut(csrf=services.session_key.csrf(session))


@router.post("/logout", status_code=204)
def logout(request: Request, services: ServicesDep, person: PersonDep) -> None:
    """Leave the seat and end every session of this person."""
    leave_for_today(services, person)
    give_session(request, None)

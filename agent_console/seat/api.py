"""/api/v1: the seat, for programs."""

from fastapi import APIRouter

from agent_console.seat import acts
from agent_console.seat.desk import read_desk
from agent_console.seat.schemas import MeOut, PauseIn, SeatIn, me_out
from agent_console.services import Services, ServicesDep
from agent_console.shared.access import PersonDep, SessionDep
from agent_console.shared.session import Session
from hotline.db.models import Person

router = APIRouter(prefix="/api/v1", tags=["seat"])


def _me(services: Services, person: Person, session: Session) -> MeOut:
    desk = read_desk(services, person.code)
    return me_out(services, person, desk, services.session_key.csrf(session))


@router.get("/me")
def me(services: ServicesDep, person: PersonDep, session: SessionDep) -> MeOut:
    """Who is logged in, what they do as an agent, and the caller on their line."""
    return _me(services, person, session)


@router.post("/seat")
def take_seat(body: SeatIn, services: ServicesDep, person: PersonDep, session: SessionDep) -> MeOut:
    """Take a seat; the agent is paused until `ready`."""
    acts.take_seat(services, person, body.seat)
    return _me(services, person, session)


@router.post("/ready")
def ready(services: ServicesDep, person: PersonDep, session: SessionDep) -> MeOut:
    """Take calls from now on."""
    services.agents.ready(person.code)
    return _me(services, person, session)


@router.post("/pause")
def pause(body: PauseIn, services: ServicesDep, person: PersonDep, session: SessionDep) -> MeOut:
    """Take no calls, for a reason."""
    acts.pause(services, person, body.reason)
    return _me(services, person, session)


@router.post("/sign-out")
def sign_out(services: ServicesDep, person: PersonDep, session: SessionDep) -> MeOut:
    """Leave the seat and stay logged in."""
    services.agents.sign_out(person.code)
    return _me(services, person, session)


@router.post("/wrap-up/end")
def end_wrap_up(services: ServicesDep, person: PersonDep, session: SessionDep) -> MeOut:
    """Be ready before the wrap-up is over."""
    services.agents.end_wrap_up(person.code)
    return _me(services, person, session)

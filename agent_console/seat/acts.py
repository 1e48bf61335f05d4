"""What an agent does at the seat; the live state decides whether it is possible."""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from agent_console.errors import ForbiddenError, NotFoundError
from agent_console.services import Services
from casework import vocabulary
from hotline.db.models import Person, Role
from hotline.site import Seat
from routing.errors import LiveStateAwayError

log = structlog.get_logger()


def seats_for(services: Services, person: Person) -> tuple[Seat, ...]:
    """The seats where a person may work: their city's, or all for an administrator."""
    city = None if person.role == Role.ADMIN else person.city
    return services.settings.site.seats_of(city)


def take_seat(services: Services, person: Person, name: str) -> None:
    """Sign in at a seat.

    Raises:
        ForbiddenError: the seat is another city's, or there is none of that name.
        SeatTakenError: somebody else sits there.
        IllegalTransitionError: a call holds this person at another seat.
    """
    seat = next((seat for seat in seats_for(services, person) if seat.name == name), None)
    if seat is None:
        raise ForbiddenError(f"seat {name[:32]!r} is not for {person.code}")
    skills = _skills(services, person.code)
    services.agents.sign_in(person.code, person.name, seat.city, seat.name, skills)


def _skills(services: Services, code: str) -> dict[str, int]:
    """None while SQL is away: a seat with somebody in it is worth more than the right one."""
    try:
        return services.people.skills(code)
    except SQLAlchemyError as error:
        log.warning("skills not known", person=code, reason=type(error).__name__)
        return {}


def pause(services: Services, person: Person, reason: str) -> None:
    """Take no calls, for one of the reasons of the vocabulary.

    Raises:
        NotFoundError: there is no such reason.
        IllegalTransitionError: a call holds this person, or they have no seat.
    """
    if reason not in vocabulary.codes(vocabulary.PAUSE_REASONS):
        raise NotFoundError(f"pause reason {reason[:32]!r}")
    services.agents.pause(person.code, reason)


def leave_for_today(services: Services, person: Person) -> None:
    """Leave the seat and end every session of this person.

    Raises:
        IllegalTransitionError: a call holds them: an empty chair must not be rung.
    """
    try:
        services.agents.sign_out(person.code)
    except LiveStateAwayError:
        # Whoever goes home must be able to log out; watch signs empty seats out of the line.
        log.warning("logged out without leaving the seat", person=person.code)
    services.people.end_sessions(person.code)

"""Who asks: sessions, tokens and roles as dependencies. Every route but three names one."""

from typing import Annotated

import structlog
from fastapi import Depends, Request

from agent_console.errors import CsrfError, NotLoggedInError
from agent_console.services import Services, ServicesDep
from agent_console.shared.session import COOKIE, IDLE, LONGEST, RENEW_AFTER, Session, new_session
from casework.errors import PersonMissingError
from hotline.db.models import Person
from routing.agent_machine import AgentState
from routing.errors import LiveStateAwayError

#: Methods that change nothing and need no token.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
#: Has no session yet. A foreign page cannot send JSON here: browsers ask us first, we say no.
LOGIN_API = "/api/v1/login"

log = structlog.get_logger()


def person_of(services: Services, session: Session | None) -> Person:
    """Who the session is, if it still counts.

    Raises:
        NotLoggedInError: it is none, has ended, or its person may no longer log in.
    """
    if session is None or not session.code:
        raise NotLoggedInError("no session")
    try:
        person = services.people.get(session.code)
    except PersonMissingError:
        raise NotLoggedInError("nobody") from None
    valid_from = person.sessions_valid_from
    if not person.active or (valid_from and session.issued <= valid_from.timestamp()):
        raise NotLoggedInError("ended")
    now = services.clock()
    if now - session.issued > LONGEST:
        raise NotLoggedInError("too long")
    if now - session.seen > IDLE and not _has_seat(services, session.code):
        raise NotLoggedInError("idle")
    return person


def _has_seat(services: Services, code: str) -> bool:
    """An agent who waits for calls is at work without a click; outages of ours count as work."""
    try:
        return services.agents.get(code).state is not AgentState.OFFLINE
    except LiveStateAwayError:
        return True


def session_of(request: Request, services: ServicesDep) -> Session | None:
    """The session in the request's cookie, unchecked."""
    return services.session_key.open(request.cookies.get(COOKIE))


def give_session(request: Request, session: Session | None) -> None:
    """Have the answer set the session's cookie, or take it away for None."""
    request.state.session_cookie = session


def visitor(request: Request, services: ServicesDep) -> Session:
    """Anybody's session, for the log-in form; made when there is none."""
    session = session_of(request, services)
    if session is None:
        session = new_session("", services.clock())
        give_session(request, session)
    return session


def logged_in(
    request: Request,
    services: ServicesDep,
    session: Annotated[Session | None, Depends(session_of)],
) -> Person:
    """Who asks. Raises NotLoggedInError."""
    person = person_of(services, session)
    if session is not None and services.clock() - session.seen > RENEW_AFTER:
        give_session(request, session.seen_at(services.clock()))
    request.state.person = person
    return person


async def token_checked(
    request: Request, session: Annotated[Session | None, Depends(session_of)]
) -> None:
    """Refuse a write without the session's token, in the header or in the form.

    Raises:
        CsrfError: it is missing or another session's.
    """
    if request.method in SAFE:
        return
    content_type = request.headers.get("content-type", "")
    if request.url.path == LOGIN_API and content_type.startswith("application/json"):
        return
    token = request.headers.get(CSRF_HEADER)
    if token is None and "form" in content_type:
        field = (await request.form()).get(CSRF_FIELD)
        token = field if isinstance(field, str) else None
    key = request.app.state.services.session_key
    if session is None or token is None or not key.is_csrf(session, token):
        raise CsrfError("token missing or not this session's")


SessionDep = Annotated[Session, Depends(session_of)]
PersonDep = Annotated[Person, Depends(logged_in)]

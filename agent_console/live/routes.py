"""/live: the page's own parts, pushed as they change (Server-Sent Events).

Every connection begins with everything, so a page that was away is up to date at once; after
that a region is sent when its stamp, a hash of its text, has changed.
"""

from collections.abc import AsyncIterator, Iterator
from hashlib import sha256

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool

from agent_console.errors import NotLoggedInError
from agent_console.live.changes import Watch
from agent_console.live.regions import Reader, desk_or_none, regions
from agent_console.services import Services, ServicesDep
from agent_console.shared.access import PersonDep, SessionDep, person_of
from agent_console.shared.i18n import language_of
from agent_console.shared.session import Session

log = structlog.get_logger()

router = APIRouter(include_in_schema=False)

#: Seconds without a change after which the page is looked at anyway and a comment is sent.
HEARTBEAT = 5.0
#: Milliseconds after which a browser that lost the stream asks again.
RETRY = 1000


@router.get("/live")
async def live(
    request: Request, services: ServicesDep, person: PersonDep, session: SessionDep
) -> StreamingResponse:
    """The stream of one open page."""
    reader = Reader(person, language_of(request), services.session_key.csrf(session))
    return StreamingResponse(
        _stream(services, reader, session),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _stream(services: Services, reader: Reader, session: Session) -> AsyncIterator[str]:
    sent: dict[str, str] = {}
    yield f"retry: {RETRY}\n\n"
    with services.changes.watch(reader.person.code) as watch:
        while not services.changes.closing:
            try:
                fresh = await run_in_threadpool(_look, services, reader, session, watch)
            except NotLoggedInError:
                yield _event("ended", "", "")
                return
            for text in _changed(fresh, sent):
                yield text
            if not await watch.wait(HEARTBEAT):
                yield ": still here\n\n"
    yield ": good-bye\n\n"


def _look(services: Services, reader: Reader, session: Session, watch: Watch) -> dict[str, str]:
    """The regions now. Raises NotLoggedInError once the session has ended."""
    try:
        person_of(services, session)
    except OperationalError:
        # The stream began with a good session, and calls go on without SQL: so does the page.
        log.warning("session not checked, the record is away")
    desk = desk_or_none(services, reader.person)
    call_id = desk.agent.call_id if desk else None
    if watch.call_id != call_id:
        # A change of the new call may have passed before it was watched: look once more.
        watch.call_id = call_id
        watch.wake_soon()
    return regions(services, reader, desk)


def _changed(fresh: dict[str, str], sent: dict[str, str]) -> Iterator[str]:
    for name, text in fresh.items():
        stamp = sha256(text.encode()).hexdigest()[:16]
        if sent.get(name) != stamp:
            sent[name] = stamp
            yield _event(name, stamp, text)


def _event(name: str, stamp: str, text: str) -> str:
    data = "".join(f"data: {line}\n" for line in text.splitlines() or [""])
    return f"event: {name}\nid: {stamp}\n{data}\n"

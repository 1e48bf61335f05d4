"""Calls of the record, for the person who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from agent_console.errors import ForbiddenError, NotFoundError
from agent_console.services import Services
from casework import audit
from casework.rights import may_read_call
from hotline.calls.history import (
    CallFilter,
    CallWithFacts,
    call_with_facts,
    calls_of_number,
    list_calls,
)
from hotline.calls.machine import Outcome
from hotline.clock import CHINA
from hotline.db.models import Call, Person, Recording, Role


@dataclass(frozen=True)
class CallSearch:
    """What a person asks for; days are local and both count."""

    first_day: date | None = None
    last_day: date | None = None
    number: str | None = None
    outcome: Outcome | None = None
    agent: str | None = None
    limit: int = 50


def listed(services: Services, person: Person, search: CallSearch) -> Sequence[Call]:
    """Calls this person may see: their own, their city's, or all; newest first."""
    role = Role(person.role)
    wanted = CallFilter(
        since=_midnight(search.first_day),
        until=_midnight(search.last_day + timedelta(days=1)) if search.last_day else None,
        outcome=search.outcome.value if search.outcome else None,
        agent=person.code if role is Role.AGENT else search.agent or None,
        number=search.number or None,
        city=person.city if role is Role.SUPERVISOR else None,
        limit=search.limit,
    )
    with services.reading() as session:
        return list_calls(session, wanted)


def opened(services: Services, person: Person, call_id: str) -> CallWithFacts:
    """One call with everything known of it.

    Raises:
        NotFoundError: none of that id has arrived in the record yet.
        ForbiddenError: it is neither theirs nor their city's.
    """
    with services.reading() as session:
        found = call_with_facts(session, call_id)
    if found is None:
        raise NotFoundError(f"call {call_id}")
    if not may_read_call(person, found.call, found.legs):
        raise ForbiddenError(f"call {call_id}")
    return found


def of_caller(services: Services, number: str, besides: str, limit: int = 5) -> list[Call]:
    """Earlier calls of a number, without the one that goes on now."""
    with services.reading() as session:
        found = calls_of_number(session, number, limit + 1)
    return [call for call in found if call.id != besides][:limit]


def recording_file(services: Services, person: Person, call_id: str, track: str, part: str) -> Path:
    """The file of a recording; that it was asked for is kept in the audit.

    Args:
        services: This process's.
        person: Who listens.
        call_id: Which call.
        track: ``mixed``, ``caller`` or ``line``.
        part: The range asked for, as the browser sent it.

    Raises:
        NotFoundError: no such call, track or file.
        ForbiddenError: the call is not theirs to hear.
    """
    found = opened(services, person, call_id)
    recording = next((row for row in found.recordings if row.track == track), None)
    path = _path(services, recording) if recording else None
    result = "done" if path else "missing"
    with services.sessions.begin() as session:
        on = f"recording:{call_id}/{track}"
        audit.record(
            session, services.clock(), person.code, "recording.play", on, result=result, part=part
        )
    if path is None:
        raise NotFoundError(f"recording {call_id} {track}")
    return path


def _path(services: Services, recording: Recording) -> Path | None:
    folder = services.settings.recordings_dir.resolve()
    path = (folder / recording.path).resolve()
    return path if path.is_relative_to(folder) and path.is_file() else None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), CHINA) if day else None

"""Questions about calls that pages and commands ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline.calls.events import CallEvent
from hotline.calls.store import read_events
from hotline.db.models import Call, CallLeg, Recording


@dataclass(frozen=True)
class CallFilter:
    """Which calls are meant; what is None does not matter."""

    since: datetime | None = None
    until: datetime | None = None
    outcome: str | None = None
    agent: str | None = None
    number: str | None = None
    city: str | None = None
    """Calls from this city, or answered there."""
    limit: int = 50


@dataclass(frozen=True)
class CallWithFacts:
    """One call, its legs by start, its recordings, and every fact by time."""

    call: Call
    legs: Sequence[CallLeg]
    recordings: Sequence[Recording]
    facts: Sequence[CallEvent]


def list_calls(session: Session, wanted: CallFilter) -> list[Call]:
    """The newest calls that ``wanted`` describes, newest first."""
    query = select(Call).order_by(Call.started_at.desc(), Call.id.desc()).limit(wanted.limit)
    if wanted.since is not None:
        query = query.where(Call.started_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Call.started_at < wanted.until)
    if wanted.outcome is not None:
        query = query.where(Call.outcome == wanted.outcome)
    if wanted.agent is not None:
        query = query.where(Call.agent == wanted.agent)
    if wanted.number is not None:
        query = query.where(Call.caller_number == wanted.number)
    if wanted.city is not None:
        cities = (Call.origin_city, Call.serving_city)
        query = query.where(or_(*(city == wanted.city for city in cities)))
    return list(session.scalars(query))


def calls_of_number(session: Session, number: str, limit: int = 10) -> list[Call]:
    """Earlier calls of ``number``, newest first; none for a caller who hides it."""
    return list_calls(session, CallFilter(number=number, limit=limit)) if number else []


def call_with_facts(session: Session, call_id: str) -> CallWithFacts | None:
    """All that is known of one call; None when nothing has arrived in SQL yet."""
    call = session.get(Call, call_id)
    if call is None:
        return None
    legs = select(CallLeg).where(CallLeg.call_id == call_id).order_by(CallLeg.started_at)
    tracks = select(Recording).where(Recording.call_id == call_id).order_by(Recording.track)
    facts = sorted(read_events(session, [call_id]).get(call_id, []))
    return CallWithFacts(call, session.scalars(legs).all(), session.scalars(tracks).all(), facts)

"""Facts into SQL: append what is new and fold again every call that was touched."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select, text, tuple_
from sqlalchemy.orm import Session

from hotline.calls.events import CallEvent, EventKind
from hotline.calls.fold import FoldedCall, fold
from hotline.clock import as_datetime
from hotline.db.models import Call, CallEventRow, CallLeg, Recording
from hotline.db.upsert import Row, insert_new, upsert


def store(session: Session, events: Sequence[CallEvent]) -> None:
    """Append ``events`` and bring their calls, legs and recordings up to date.

    Storing a fact twice changes nothing. The caller commits.
    """
    touched = sorted({event.call_id for event in events})
    _take_turns(session, touched)
    insert_new(session, CallEventRow, [_event_row(event) for event in events])
    _write([fold(pile) for pile in read_events(session, touched).values()], session)


def read_events(session: Session, call_ids: Iterable[str]) -> dict[str, list[CallEvent]]:
    """All stored facts of these calls, by call."""
    piles: defaultdict[str, list[CallEvent]] = defaultdict(list)
    query = select(CallEventRow).where(CallEventRow.call_id.in_(list(call_ids)))
    for row in session.scalars(query):
        piles[row.call_id].append(as_event(row))
    return dict(piles)


def as_event(row: CallEventRow) -> CallEvent:
    """A stored fact as it was told."""
    kind = EventKind(row.kind)
    return CallEvent(row.at, row.source, row.source_seq, row.call_id, kind, row.data)


def _take_turns(session: Session, call_ids: list[str]) -> None:
    # Two machines may store facts of one call at once; the one that folds last must see the
    # facts of both. SQLite has one writer at a time anyway.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text(
                "SELECT pg_advisory_xact_lock(turn) FROM (SELECT DISTINCT"
                " hashtextextended(id, 0) AS turn FROM unnest(CAST(:ids AS text[])) AS id"
                " ORDER BY turn) AS turns"
            ),
            {"ids": call_ids},
        )


def _write(calls: list[FoldedCall], session: Session) -> None:
    legs = [row for call in calls for row in _leg_rows(call)]
    recordings = [row for call in calls for row in _recording_rows(call)]
    upsert(session, Call, [_call_row(call) for call in calls])
    upsert(session, CallLeg, legs)
    upsert(session, Recording, recordings)
    # A leg that CEL told alone disappears when the script's own word on it arrives.
    ids = [call.id for call in calls]
    key = tuple_(CallLeg.call_id, CallLeg.leg)
    kept = {(row["call_id"], row["leg"]) for row in legs}
    known = session.execute(select(CallLeg.call_id, CallLeg.leg).where(CallLeg.call_id.in_(ids)))
    gone = [(row.call_id, row.leg) for row in known if (row.call_id, row.leg) not in kept]
    if gone:
        session.execute(delete(CallLeg).where(key.in_(gone)))


def _event_row(event: CallEvent) -> Row:
    return {
        "call_id": event.call_id,
        "source": event.source,
        "source_seq": event.source_seq,
        "at": event.at,
        "kind": event.kind.value,
        "data": event.data,
    }


def _call_row(call: FoldedCall) -> Row:
    return {
        "id": call.id,
        "direction": call.direction,
        "caller_number": call.caller_number,
        "caller_name": call.caller_name,
        "called_number": call.called_number,
        "origin_city": call.origin_city,
        "city": call.city,
        "serving_city": call.serving_city,
        "started_at": as_datetime(call.started_at),
        "answered_at": None if call.answered_at is None else as_datetime(call.answered_at),
        "ended_at": None if call.ended_at is None else as_datetime(call.ended_at),
        "stage": call.stage.value,
        "outcome": call.outcome,
        "ended_by": call.ended_by,
        "agent": call.agent,
        "seat": call.seat,
        "wait_seconds": call.wait_seconds,
        "talk_seconds": call.talk_seconds,
        "rating": call.rating,
        "fallback": call.fallback,
    }


def _leg_rows(call: FoldedCall) -> list[Row]:
    return [
        {
            "call_id": call.id,
            "leg": leg.leg,
            "role": leg.role,
            "agent": leg.agent,
            "seat": leg.seat,
            "city": leg.city,
            "started_at": as_datetime(leg.started_at),
            "answered_at": None if leg.answered_at is None else as_datetime(leg.answered_at),
            "ended_at": None if leg.ended_at is None else as_datetime(leg.ended_at),
            "result": leg.result,
            "ended_by": leg.ended_by,
        }
        for leg in call.legs
    ]


def _recording_rows(call: FoldedCall) -> list[Row]:
    return [
        {
            "call_id": call.id,
            "track": track.track.value,
            "path": track.path,
            "sha256": track.sha256,
            "seconds": track.seconds,
            "bytes": track.bytes,
            "missing": track.missing,
        }
        for track in call.recordings
    ]

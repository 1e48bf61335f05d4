"""What happens to call-backs by itself: made from finished calls, due in time, settled.

Every step may be repeated, and may run in several workers at once: rows are unique by the call
they come from, and each change is conditional on what was read.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased, sessionmaker

from casework.callback_machine import CallbackMove, CallbackReason, CallbackState
from casework.callback_times import next_try
from casework.callbacks import move_callback
from casework.errors import CallbackTakenError
from hotline.calls.events import LegRole
from hotline.calls.machine import Direction, Outcome
from hotline.calls.outbound import OutboundOutcome
from hotline.clock import Clock, as_datetime
from hotline.db.models import Call, Callback, CallbackSource, CallbackTry, CallLeg
from hotline.db.upsert import insert_new
from hotline.jobs import JobContext
from hotline.site import Site

#: Outcomes after which we owe a call.
_OWED = {
    Outcome.CALLBACK_REQUESTED: CallbackReason.REQUESTED,
    Outcome.ABANDONED_GREETING: CallbackReason.ABANDONED,
    Outcome.ABANDONED_MENU: CallbackReason.ABANDONED,
    Outcome.ABANDONED_QUEUE: CallbackReason.ABANDONED,
    Outcome.ABANDONED_RINGING: CallbackReason.ABANDONED,
}
#: Finished calls older than this are not looked at any more.
_LOOK_BACK = timedelta(days=1)
#: A call of ours that the record does not know after so long was never placed.
_NEVER_PLACED = timedelta(minutes=1)
_AT_ONCE = 200
#: What a trunk can dial; anything else is a hidden number or no number.
_CALLABLE = re.compile(r"\+?[0-9]{5,20}")

log = structlog.get_logger()


def is_callable(number: str) -> bool:
    """Whether a caller's number can be called back; a hidden one cannot."""
    return _CALLABLE.fullmatch(number) is not None


class Upkeep:
    """The worker's part of call-backs; each method returns how many rows it changed."""

    def __init__(self, sessions: sessionmaker[Session], clock: Clock, site: Site) -> None:
        self._sessions = sessions
        self._clock = clock
        self._site = site

    def run(self) -> int:
        """All of it, in the order in which one step feeds the next."""
        steps: tuple[Callable[[], int], ...] = (
            *(self.collect, self.settle, self.close_called_in),
            *(self.end_claims, self.fall_due),
        )
        return sum(step() for step in steps)

    def collect(self) -> int:
        """Make call-backs from calls that ended without an answer."""
        with self._sessions.begin() as session:
            calls = session.scalars(self._unseen()).all()
            for call in calls:
                made = self._owe(session, call)
                insert_new(session, CallbackSource, [{"call_id": call.id, "callback_id": made}])
        return len(calls)

    def settle(self) -> int:
        """Take in how our calls ended; one that was never placed is due again."""
        with self._sessions.begin() as session:
            calling = select(Callback, CallbackTry, Call).join(
                CallbackTry, CallbackTry.call_id == Callback.call_id
            )
            found = session.execute(
                calling.outerjoin(Call, Call.id == Callback.call_id).where(
                    Callback.state == CallbackState.CALLING
                )
            ).all()
            return sum(self._settle(session, *row) for row in found)

    def close_called_in(self) -> int:
        """A caller who called in meanwhile, and was answered, is owed nothing any more."""
        answered = exists().where(
            Call.caller_number == Callback.number,
            Call.direction == Direction.INBOUND,
            Call.answered_at.is_not(None),
            Call.started_at > Callback.since,
        )
        closing = {"closed_at": self._now(), "agent": None}
        return self._move_all(answered, CallbackMove.CALL_IN, closing, not_calling=True)

    def end_claims(self) -> int:
        """A claim that nobody acted on ends."""
        over = Callback.claimed_until < self._now()
        claimed = (Callback.state == CallbackState.CLAIMED) & over
        return self._move_all(claimed, CallbackMove.RELEASE, {"agent": None, "claimed_until": None})

    def fall_due(self) -> int:
        """Those whose time has come."""
        waits = Callback.state.in_([CallbackState.OPEN, CallbackState.FAILED_TRY])
        return self._move_all(waits & (Callback.next_at <= self._now()), CallbackMove.FALL_DUE, {})

    def _now(self) -> datetime:
        return as_datetime(self._clock())

    def _unseen(self) -> Any:
        seen = exists().where(CallbackSource.call_id == Call.id)
        return (
            select(Call)
            .where(
                Call.direction == Direction.INBOUND,
                Call.outcome.in_([outcome.value for outcome in _OWED]),
                Call.started_at > self._now() - _LOOK_BACK,
                ~seen,
            )
            .order_by(Call.started_at)
            .limit(_AT_ONCE)
        )

    def _owe(self, session: Session, call: Call) -> int | None:
        """The call-back that stands for ``call`` from now on; None when nothing is owed."""
        reason = _OWED[Outcome(call.outcome or "")]
        if not is_callable(call.caller_number) or not self._long_enough(call, reason):
            return None
        if _was_answered_later(session, call):
            return None
        insert_new(session, Callback, [self._row(call, reason)])
        kept = session.scalars(
            select(Callback).where(
                Callback.number == call.caller_number, Callback.closed_at.is_(None)
            )
        ).one_or_none()
        if kept and kept.source_call_id != call.id and reason is CallbackReason.REQUESTED:
            _ask_for(session, kept, call, self._now())
        return kept.id if kept else None

    def _long_enough(self, call: Call, reason: CallbackReason) -> bool:
        if reason is CallbackReason.REQUESTED or call.ended_at is None:
            return True
        lasted = (call.ended_at - call.started_at).total_seconds()
        return lasted > self._site.limits.callback_after_seconds

    def _row(self, call: Call, reason: CallbackReason) -> dict[str, Any]:
        asked_for = reason is CallbackReason.REQUESTED
        next_at = next_try(self._site.callback, 0, self._clock(), asked_for=asked_for)
        return {
            "state": CallbackState.OPEN.value,
            "reason": reason.value,
            "source_call_id": call.id,
            "number": call.caller_number,
            "name": call.caller_name,
            "city": call.origin_city,
            "since": call.started_at,
            "made_at": self._now(),
            "next_at": None if next_at is None else as_datetime(next_at),
            "tries": 0,
            "why": "",
        }

    def _settle(
        self, session: Session, callback: Callback, tried: CallbackTry, call: Call | None
    ) -> int:
        if call is None:
            if tried.at > self._now() - _NEVER_PLACED:
                return 0
            outcome, counts = OutboundOutcome.FAILED, False
        elif call.outcome is None:
            return 0
        else:
            outcome = OutboundOutcome(call.outcome)
            counts = _caller_was_dialled(session, call.id)
        tried.outcome, tried.counts = outcome.value, counts
        session.flush()
        self._after(session, callback, outcome, counts=counts)
        return 1

    def _after(
        self, session: Session, callback: Callback, outcome: OutboundOutcome, *, counts: bool
    ) -> None:
        free: dict[str, Any] = {"call_id": None, "agent": None}
        if outcome is OutboundOutcome.REACHED:
            done = {"closed_at": self._now(), "tries": callback.tries + 1, "next_at": None}
            move_callback(session, callback, CallbackMove.REACH, done)
        elif not counts:
            move_callback(session, callback, CallbackMove.NOT_DIALLED, free)
        else:
            tries = callback.tries + 1
            next_at = next_try(self._site.callback, tries, self._clock())
            if next_at is None:
                over = {"closed_at": self._now(), "tries": tries, "next_at": None}
                move_callback(session, callback, CallbackMove.EXHAUST, free | over)
            else:
                again = {"tries": tries, "next_at": as_datetime(next_at)}
                move_callback(session, callback, CallbackMove.MISS, free | again)

    def _move_all(
        self,
        which: Any,
        move: CallbackMove,
        values: dict[str, Any],
        *,
        not_calling: bool = False,
    ) -> int:
        query = select(Callback).where(Callback.closed_at.is_(None), which)
        if not_calling:
            query = query.where(Callback.state != CallbackState.CALLING)
        with self._sessions.begin() as session:
            return sum(_moved(session, row, move, values) for row in session.scalars(query).all())


def _moved(session: Session, row: Callback, move: CallbackMove, values: dict[str, Any]) -> int:
    try:
        move_callback(session, row, move, values)
    except CallbackTakenError as error:
        log.info("call-back moved by somebody else", reason=str(error))
        return 0
    return 1


def _was_answered_later(session: Session, call: Call) -> bool:
    later = aliased(Call)
    query = select(later.id).where(
        later.caller_number == call.caller_number,
        later.direction == Direction.INBOUND,
        later.answered_at.is_not(None),
        later.started_at > call.started_at,
    )
    return session.scalars(query.limit(1)).first() is not None


def _ask_for(session: Session, kept: Callback, call: Call, now: datetime) -> None:
    """An open call-back that the caller now asks for: at once, with the place of that call."""
    session.execute(
        update(Callback)
        .where(
            Callback.id == kept.id,
            Callback.state.in_([CallbackState.OPEN, CallbackState.DUE, CallbackState.FAILED_TRY]),
        )
        .values(reason=CallbackReason.REQUESTED.value, since=call.started_at, next_at=now)
        .execution_options(synchronize_session=False)
    )


def _caller_was_dialled(session: Session, call_id: str) -> bool:
    legs = select(CallLeg.leg).where(CallLeg.call_id == call_id, CallLeg.role == LegRole.CALLER)
    return session.scalars(legs.limit(1)).first() is not None


class CallbackJob:
    """Looks every second; cheap when there is nothing."""

    name = "callbacks"
    interval = 1.0

    def run(self, context: JobContext) -> None:
        """Everything that is to be done now."""
        Upkeep(context.sessions, context.clock, context.settings.site).run()


def job() -> CallbackJob:
    """Entry point of `hotline.jobs`."""
    return CallbackJob()

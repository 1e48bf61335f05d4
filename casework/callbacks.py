"""Call-backs as people and diallers use them: listed, claimed, dialled, given up.

Every change is one conditional write whose result is looked at; who comes second is told so.
What happens by itself is in `casework.callback_upkeep`.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from casework import audit
from casework.callback_machine import CALLBACK, CallbackMove, CallbackReason, CallbackState
from casework.errors import CallbackMissingError, CallbackTakenError, ReasonMissingError
from hotline.clock import Clock, as_datetime
from hotline.db.models import Callback, CallbackTry
from hotline.db.upsert import insert_new
from hotline.site import Callback as Rules

#: By the site's ``callback.by_itself``: whom we call without an agent's asking.
_BY_ITSELF: dict[str, tuple[CallbackReason, ...]] = {
    "none": (),
    "requested": (CallbackReason.REQUESTED,),
    "all": (CallbackReason.REQUESTED, CallbackReason.ABANDONED),
}


class Callbacks:
    """All call-backs."""

    def __init__(self, sessions: sessionmaker[Session], clock: Clock, rules: Rules) -> None:
        self._sessions = sessions
        self._clock = clock
        self._rules = rules

    def get(self, callback_id: int) -> Callback:
        """A call-back. Raises CallbackMissingError when there is none."""
        with self._sessions() as session:
            return get_callback(session, callback_id)

    def search(
        self, *, city: str | None = None, finished: bool = False, limit: int = 200
    ) -> Sequence[Callback]:
        """Open call-backs, the longest owed first; with ``finished`` the others, newest first.

        Args:
            city: Only callers from this city, and those from none; None: all.
            finished: Those that are over instead.
            limit: At most so many.
        """
        query = select(Callback).limit(limit)
        if city is not None:
            query = query.where(or_(Callback.city == city, Callback.city.is_(None)))
        if finished:
            query = query.where(Callback.closed_at.is_not(None)).order_by(Callback.closed_at.desc())
        else:
            query = query.where(Callback.closed_at.is_(None)).order_by(Callback.since, Callback.id)
        with self._sessions() as session:
            return session.scalars(query).all()

    def tries(self, callback_id: int) -> Sequence[CallbackTry]:
        """Every call of ours for it, oldest first."""
        query = select(CallbackTry).where(CallbackTry.callback_id == callback_id)
        with self._sessions() as session:
            return session.scalars(query.order_by(CallbackTry.at)).all()

    def to_dial(self) -> Sequence[Callback]:
        """Those now due that are dialled without an agent's asking, the longest owed first."""
        reasons = [reason.value for reason in _BY_ITSELF[self._rules.by_itself]]
        query = (
            select(Callback)
            .where(Callback.state == CallbackState.DUE, Callback.reason.in_(reasons))
            .order_by(Callback.since, Callback.id)
        )
        with self._sessions() as session:
            return session.scalars(query).all()

    def claim(self, callback_id: int, agent: str) -> Callback:
        """``agent`` takes it on, for the site's ``callback.claim_minutes``.

        Raises:
            CallbackMissingError: there is none.
            IllegalTransitionError: it is claimed, being dialled, or over.
            CallbackTakenError: somebody else was faster.
        """
        until = as_datetime(self._clock() + self._rules.claim_minutes * 60)
        return self._act(
            callback_id, CallbackMove.CLAIM, agent, {"agent": agent, "claimed_until": until}
        )

    def release(self, callback_id: int, agent: str) -> Callback:
        """``agent`` lets go of what they claimed. Raises as `claim`."""
        self._must_be_of(callback_id, agent)
        values = {"agent": None, "claimed_until": None}
        return self._act(callback_id, CallbackMove.RELEASE, agent, values)

    def give_up(self, callback_id: int, by: str, why: str) -> Callback:
        """No more tries, for a reason that can be read later.

        Raises:
            ReasonMissingError: there is none. Else as `claim`.
        """
        if not why.strip():
            raise ReasonMissingError("call-back: giving up needs a reason")
        values = {"why": why.strip()[:255], "closed_at": as_datetime(self._clock())}
        return self._act(callback_id, CallbackMove.GIVE_UP, by, values)

    def dialling(self, callback_id: int, call_id: str, agent: str) -> Callback:
        """``call_id`` is about to be placed for ``agent``: whoever gets this answer places it.

        Raises:
            CallbackMissingError: there is none.
            IllegalTransitionError: it is being dialled already, over, or not due.
            CallbackTakenError: somebody else was faster, or another agent has claimed it.
        """
        callback = self.get(callback_id)
        if callback.state == CallbackState.CLAIMED:
            self._must_be_of(callback_id, agent)
        values = {"agent": agent, "claimed_until": None, "call_id": call_id}
        with self._sessions.begin() as session:
            now = self._clock()
            moved = move_callback(session, callback, CallbackMove.DIAL, values)
            row = {"call_id": call_id, "callback_id": callback_id, "at": as_datetime(now)}
            insert_new(session, CallbackTry, [row | {"agent": agent, "counts": False}])
            audit.record(session, now, agent, "callback.dial", f"callback:{callback_id}")
        return moved

    def not_dialled(self, callback_id: int) -> None:
        """The call could not be placed: it is due as before. Raises as `claim`."""
        with self._sessions.begin() as session:
            callback = get_callback(session, callback_id)
            move_callback(session, callback, CallbackMove.NOT_DIALLED, {"call_id": None})

    def next_number(self, callback_id: int) -> int:
        """The running number of its next call."""
        return len(self.tries(callback_id)) + 1

    def _must_be_of(self, callback_id: int, agent: str) -> None:
        if self.get(callback_id).agent != agent:
            raise CallbackTakenError(f"call-back {callback_id}: claimed by another agent")

    def _act(
        self, callback_id: int, move: CallbackMove, by: str, values: dict[str, Any]
    ) -> Callback:
        with self._sessions.begin() as session:
            moved = move_callback(session, get_callback(session, callback_id), move, values)
            audit.record(session, self._clock(), by, f"callback.{move}", f"callback:{callback_id}")
        return moved


def get_callback(session: Session, callback_id: int) -> Callback:
    """A call-back. Raises CallbackMissingError when there is none."""
    callback = session.get(Callback, callback_id)
    if callback is None:
        raise CallbackMissingError(f"call-back: there is no {callback_id}")
    return callback


def move_callback(
    session: Session, callback: Callback, move: CallbackMove, values: dict[str, Any]
) -> Callback:
    """Apply ``move`` with other changed columns, if it still is as ``callback`` says.

    Raises:
        IllegalTransitionError: not from the state it is in.
        CallbackTakenError: it is no longer in that state, or no longer that agent's.
    """
    to = CALLBACK.step(CallbackState(callback.state), move)
    moved = session.scalar(
        update(Callback)
        .where(
            Callback.id == callback.id,
            Callback.state == callback.state,
            Callback.agent.is_not_distinct_from(callback.agent),
        )
        .values(**values, state=to.value)
        .execution_options(synchronize_session=False)
        .returning(Callback)
        .execution_options(populate_existing=True)
    )
    if moved is None:
        raise CallbackTakenError(f"call-back {callback.id}: changed meanwhile")
    return moved

"""Call-backs on both databases: made once, claimed once, tried as told, ended by the caller."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from casework.callback_machine import CallbackReason, CallbackState
from casework.callback_upkeep import Upkeep
from casework.callbacks import Callbacks
from casework.errors import CallbackTakenError, ReasonMissingError
from hotline.calls.machine import Outcome
from hotline.calls.outbound import OutboundOutcome
from hotline.clock import ManualClock, as_datetime
from hotline.db.models import Call, Callback, CallLeg
from hotline.errors import IllegalTransitionError
from hotline.site import Site
from tests.fixtures.databases import Database

NUMBER = "13904310000"
Ended = Callable[..., str]


@pytest.fixture
def clock() -> ManualClock:
    """2026-11-23, 10:00 in China."""
    return ManualClock(1_795_399_200.0)


@pytest.fixture
def upkeep(database: Database, clock: ManualClock, jilin: Site) -> Upkeep:
    """The worker's part."""
    return Upkeep(database.sessions, clock, jilin)


@pytest.fixture
def callbacks(database: Database, clock: ManualClock, jilin: Site) -> Callbacks:
    """People's part."""
    return Callbacks(database.sessions, clock, jilin.callback)


@pytest.fixture
def ended(database: Database, clock: ManualClock) -> Ended:
    """Put a finished call into the record: it ends now."""

    def put(call_id: str, outcome: str = Outcome.ABANDONED_QUEUE, **changes: Any) -> str:
        lasted = changes.pop("lasted", 30)
        legs = changes.pop("legs", ())
        row: dict[str, Any] = {
            "id": call_id,
            "direction": "inbound",
            "caller_number": NUMBER,
            "caller_name": "张三",
            "called_number": "12348",
            "origin_city": "changchun",
            "started_at": as_datetime(clock() - lasted),
            "ended_at": as_datetime(clock()),
            "stage": "ended",
            "outcome": outcome,
        }
        with database.sessions.begin() as session:
            session.add(Call(**row | changes))
            for role in legs:
                session.add(
                    CallLeg(call_id=call_id, leg=role, role=role, started_at=as_datetime(clock()))
                )
        return call_id

    return put


@pytest.fixture
def owed(upkeep: Upkeep, callbacks: Callbacks, ended: Ended) -> Callback:
    """One call-back that is due."""
    ended("c-1")
    upkeep.run()
    [callback] = callbacks.search()
    return callback


def test_an_abandoned_call_is_owed_a_call(owed: Callback) -> None:
    assert owed.state == CallbackState.DUE
    assert owed.reason == CallbackReason.ABANDONED
    assert (owed.number, owed.city, owed.source_call_id) == (NUMBER, "changchun", "c-1")


@pytest.mark.parametrize(
    "changes",
    [
        {"lasted": 5},
        {"caller_number": ""},
        {"caller_number": "anonymous"},
        {"outcome": Outcome.ANSWERED},
        {"outcome": Outcome.BLOCKED},
        {"direction": "outbound"},
    ],
)
def test_nothing_is_owed(
    upkeep: Upkeep, callbacks: Callbacks, ended: Ended, changes: dict[str, Any]
) -> None:
    ended("c-1", **changes)
    upkeep.run()
    assert not callbacks.search()


def test_the_same_call_makes_one_even_after_it_is_over(
    upkeep: Upkeep, callbacks: Callbacks, owed: Callback
) -> None:
    upkeep.run()
    assert len(callbacks.search()) == 1
    callbacks.give_up(owed.id, "1023", "wrong number")
    upkeep.run()
    assert not callbacks.search()


def test_one_number_is_owed_one_call(
    upkeep: Upkeep, callbacks: Callbacks, ended: Ended, owed: Callback
) -> None:
    ended("c-2")
    ended("c-3", caller_number="13904310001")
    upkeep.run()
    assert sorted(row.number for row in callbacks.search()) == [NUMBER, "13904310001"]
    callbacks.give_up(owed.id, "1023", "called privately")
    upkeep.run()
    assert [row.number for row in callbacks.search()] == ["13904310001"]


def test_who_asks_for_it_gets_the_place_of_that_call(
    upkeep: Upkeep, callbacks: Callbacks, ended: Ended, owed: Callback, clock: ManualClock
) -> None:
    clock.advance(60)
    ended("c-2", Outcome.CALLBACK_REQUESTED, lasted=20)
    upkeep.run()
    [row] = callbacks.search()
    assert (row.id, row.reason) == (owed.id, CallbackReason.REQUESTED)
    assert row.since.timestamp() == clock() - 20
    assert [callback.id for callback in callbacks.to_dial()] == [owed.id]


def test_only_what_was_asked_for_is_dialled_by_itself(callbacks: Callbacks, owed: Callback) -> None:
    assert callbacks.to_dial() == []


def test_a_caller_who_is_answered_is_owed_nothing(
    upkeep: Upkeep, callbacks: Callbacks, ended: Ended, owed: Callback, clock: ManualClock
) -> None:
    clock.advance(60)
    now = as_datetime(clock())
    ended("c-2", None, answered_at=now, ended_at=None, stage="talking")
    upkeep.run()
    assert callbacks.get(owed.id).state == CallbackState.CALLED_IN
    assert callbacks.get(owed.id).closed_at == now


def test_no_call_back_for_who_was_answered_before_it_was_made(
    upkeep: Upkeep, callbacks: Callbacks, ended: Ended, clock: ManualClock
) -> None:
    ended("c-1", lasted=90)
    ended("c-2", Outcome.ANSWERED, answered_at=as_datetime(clock()))
    upkeep.run()
    assert not callbacks.search()


def test_two_agents_claim_and_one_gets_it(callbacks: Callbacks, owed: Callback) -> None:
    callbacks.claim(owed.id, "1023")
    with pytest.raises(IllegalTransitionError):
        callbacks.claim(owed.id, "1024")
    with pytest.raises(CallbackTakenError):
        callbacks.dialling(owed.id, "jl1-out-1.1", "1024")
    with pytest.raises(CallbackTakenError):
        callbacks.release(owed.id, "1024")
    assert callbacks.release(owed.id, "1023").state == CallbackState.DUE


def test_a_claim_ends_by_itself(
    upkeep: Upkeep, callbacks: Callbacks, owed: Callback, clock: ManualClock
) -> None:
    callbacks.claim(owed.id, "1023")
    clock.advance(15 * 60 + 1)
    upkeep.run()
    assert callbacks.get(owed.id).state == CallbackState.DUE
    assert callbacks.get(owed.id).agent is None


def test_giving_up_needs_a_reason(callbacks: Callbacks, owed: Callback) -> None:
    with pytest.raises(ReasonMissingError):
        callbacks.give_up(owed.id, "1023", "  ")


def outbound(ended: Ended, call_id: str, outcome: str, *legs: str) -> None:
    ended(call_id, outcome, direction="outbound", legs=legs)


def test_three_tries_spread_over_the_day_then_it_is_given_up(
    upkeep: Upkeep, callbacks: Callbacks, ended: Ended, owed: Callback, clock: ManualClock
) -> None:
    waited = []
    for number in (1, 2, 3):
        call_id = f"jl1-out-{owed.id}.{callbacks.next_number(owed.id)}"
        assert call_id.endswith(f".{number}")
        callbacks.dialling(owed.id, call_id, "1023")
        outbound(ended, call_id, OutboundOutcome.BUSY, "seat", "caller")
        upkeep.run()
        row = callbacks.get(owed.id)
        if row.next_at:
            waited.append((row.next_at.timestamp() - clock()) / 60)
            assert row.state == CallbackState.FAILED_TRY
            clock.advance(row.next_at.timestamp() - clock() - 1)
            upkeep.run()
            assert callbacks.get(owed.id).state == CallbackState.FAILED_TRY
            clock.advance(1)
            upkeep.run()
    assert waited == [120, 240]
    assert row.state == CallbackState.GIVEN_UP
    assert row.tries == 3
    assert [tried.outcome for tried in callbacks.tries(owed.id)] == [OutboundOutcome.BUSY] * 3


def test_reached_is_the_end(
    upkeep: Upkeep, callbacks: Callbacks, ended: Ended, owed: Callback
) -> None:
    callbacks.dialling(owed.id, "jl1-out-1.1", "1023")
    outbound(ended, "jl1-out-1.1", OutboundOutcome.REACHED, "seat", "caller")
    upkeep.run()
    row = callbacks.get(owed.id)
    assert (row.state, row.tries, row.agent) == (CallbackState.REACHED, 1, "1023")
    assert row.closed_at


def test_a_seat_that_did_not_answer_is_no_try(
    upkeep: Upkeep, callbacks: Callbacks, ended: Ended, owed: Callback
) -> None:
    callbacks.dialling(owed.id, "jl1-out-1.1", "1023")
    outbound(ended, "jl1-out-1.1", OutboundOutcome.FAILED, "seat")
    upkeep.run()
    row = callbacks.get(owed.id)
    assert (row.state, row.tries, row.agent) == (CallbackState.DUE, 0, None)


def test_a_call_that_was_never_placed_is_due_again(
    upkeep: Upkeep, callbacks: Callbacks, owed: Callback, clock: ManualClock
) -> None:
    callbacks.dialling(owed.id, "jl1-out-1.1", "1023")
    upkeep.run()
    assert callbacks.get(owed.id).state == CallbackState.CALLING
    clock.advance(61)
    upkeep.run()
    assert callbacks.get(owed.id).state == CallbackState.DUE


def test_one_of_two_diallers_places_the_call(
    database: Database, callbacks: Callbacks, owed: Callback
) -> None:
    """Both read it as due; the second one's write finds it changed."""
    callbacks.dialling(owed.id, "jl1-out-1.1", "1023")
    with pytest.raises((IllegalTransitionError, CallbackTakenError)):
        callbacks.dialling(owed.id, "jl1-out-1.1", "1024")
    with database.sessions() as session:
        assert session.scalars(select(Callback.agent)).all() == ["1023"]

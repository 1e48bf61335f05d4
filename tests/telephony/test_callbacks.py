"""Nobody forgotten, on a real Asterisk: who gave up is called back, and hears a person."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.callback_machine import CallbackReason, CallbackState
from casework.callbacks import Callbacks
from hotline.addresses import split_address
from hotline.calls.events import LegRole
from hotline.calls.history import CallWithFacts, call_with_facts
from hotline.calls.journal import Journal
from hotline.calls.machine import LegResult, Outcome, Stage
from hotline.calls.outbound import OutboundOutcome, outbound_id
from hotline.clock import system_clock
from hotline.db.models import Call, Callback
from hotline.phones.config import PhoneSettings
from hotline.phones.softphone import Softphone
from hotline.phones.tones import has_tone
from routing.agent_machine import AgentState
from routing.outbound import Called, Dialler
from tests.eventually import LIMIT, eventually
from tests.telephony.house import TestHouse

CALLER_TONE, SEAT_TONE = 440, 620


def phone_outside(house: TestHouse, number: str, *, answers: bool = True) -> Softphone:
    """The caller's own phone, where the site's trunk dials out to."""
    server, port = split_address(house.settings.site.server.sip_bind)
    host, listens = split_address(house.settings.site.trunks[0].dial or "")
    settings = PhoneSettings(
        user=number,
        server=server,
        port=port,
        register=False,
        tone_hz=CALLER_TONE,
        auto_answer=answers,
        local_host=host,
        local_port=listens,
    )
    return house.phones.enter_context(Softphone(settings))


def callback_of(house: TestHouse, number: str, *states: CallbackState) -> Callback:
    """The call-back of a number, once in one of ``states``."""

    def read() -> Callback | None:
        with house.sessions() as session:
            row = session.scalars(select(Callback).where(Callback.number == number)).one_or_none()
        return row if row and (not states or row.state in states) else None

    return eventually(read, f"a call-back of {number} in {states}")


def outbound_record(house: TestHouse, call_id: str) -> CallWithFacts:
    """The finished record of a call of ours."""

    def read() -> CallWithFacts | None:
        with house.sessions() as session:
            found = call_with_facts(session, call_id)
        return found if found and found.call.outcome else None

    return eventually(read, f"a finished record of {call_id}")


def ask_for_callback(house: TestHouse, number: str) -> float:
    """A caller presses 1 while waiting and is hung up on; returns when they entered the line."""
    caller = house.dial(number)
    entered = house.wait_stage(number, Stage.WAITING).entered_at
    caller.send_digits("1")
    caller.calls[-1].wait_closed(LIMIT)
    return entered


def abandoned(house: TestHouse, number: str) -> Callback:
    """A caller waits for more than five seconds and gives up; their call-back, due."""
    house.dial(number)
    entered = house.wait_stage(number, Stage.WAITING).entered_at
    eventually(lambda: system_clock() - entered > 5.2, "more than five seconds")
    house.caller_hangs_up(number)
    return callback_of(house, number, CallbackState.DUE)


def dial_as_the_console_does(
    house: TestHouse, callback_id: int, agent: str, first: str = "agent"
) -> None:
    """Claim and call now."""
    settings = house.settings
    callbacks = Callbacks(house.sessions, system_clock, settings.site.callback)
    row = callbacks.claim(callback_id, agent)
    call_id = outbound_id("test", callback_id, callbacks.next_number(callback_id))
    since = row.since.timestamp()
    called = Called(call_id, row.number, row.name, row.city, since, first)
    with Journal(settings.journal_dir, "test", system_clock) as journal:
        dialler = Dialler(settings, house.line, journal, house.ami)
        offer = dialler.reserve(called, agent)
        callbacks.dialling(callback_id, call_id, agent)
        dialler.place(called, offer)


def test_pressing_1_keeps_the_place_and_is_called_back(house: TestHouse) -> None:
    number = "043117100001"
    entered = ask_for_callback(house, number)
    assert house.record(number).call.outcome == Outcome.CALLBACK_REQUESTED
    row = callback_of(house, number, CallbackState.DUE)
    assert row.reason == CallbackReason.REQUESTED
    assert abs(row.since.timestamp() - entered) < 0.01
    caller = phone_outside(house, number)
    seat = house.seat_phone("cc01", tone=SEAT_TONE)
    house.agent("1023", "cc01")

    house.wait_agent("1023", AgentState.TALKING)
    caller.wait_call(LIMIT).wait_established(LIMIT)
    eventually(lambda: has_tone(seat.heard, CALLER_TONE, 1.0), "the seat hears the caller")
    eventually(lambda: has_tone(caller.heard, SEAT_TONE, 1.0), "the caller hears the seat")
    seat.hangup()
    house.wait_agent("1023", AgentState.WRAP_UP, AgentState.READY)

    row = callback_of(house, number, CallbackState.REACHED)
    found = outbound_record(house, row.call_id or "")
    assert (found.call.direction, found.call.outcome) == ("outbound", OutboundOutcome.REACHED)
    assert (found.call.agent, found.call.seat) == ("1023", "cc01")
    assert found.call.talk_seconds is not None
    assert found.call.talk_seconds >= 1
    assert {leg.role: leg.result for leg in found.legs} == {
        LegRole.SEAT: LegResult.ANSWERED,
        LegRole.CALLER: LegResult.ANSWERED,
    }


def test_an_abandoned_call_is_owed_one_and_an_agent_calls_back(house: TestHouse) -> None:
    number = "043117100002"
    row = abandoned(house, number)
    assert (row.reason, row.city) == (CallbackReason.ABANDONED, "changchun")
    caller = phone_outside(house, number, answers=False)
    seat = house.seat_phone("cc01", tone=SEAT_TONE, answers=False)
    house.agent("1023", "cc01")

    dial_as_the_console_does(house, row.id, "1023")
    seat.answer(LIMIT)
    ringing = caller.wait_call(LIMIT)
    assert house.agents.get("1023").state is AgentState.TALKING
    ringing.wait_ringing(LIMIT)
    caller.answer(LIMIT)
    eventually(lambda: has_tone(seat.heard, CALLER_TONE, 1.0), "the seat hears the caller")
    eventually(lambda: has_tone(caller.heard, SEAT_TONE, 1.0), "the caller hears the seat")
    caller.hangup()
    house.wait_agent("1023", AgentState.WRAP_UP, AgentState.READY)

    row = callback_of(house, number, CallbackState.REACHED)
    call_id = row.call_id or ""
    found = outbound_record(house, call_id)
    assert found.call.ended_by == "caller"
    tracks = {track.track: track.path for track in found.recordings}
    folder = house.settings.recordings_dir
    eventually(lambda: has_tone(folder / tracks["caller"], CALLER_TONE), "the caller's own track")
    assert has_tone(folder / tracks["line"], SEAT_TONE)
    assert not has_tone(folder / tracks["line"], CALLER_TONE)


@pytest.mark.parametrize(
    ("number", "refuse", "outcome"),
    [
        ("043117100003", True, OutboundOutcome.BUSY),
        ("043117100004", False, OutboundOutcome.NO_ANSWER),
    ],
)
def test_a_caller_who_is_not_reached_is_tried_again_later(
    house: TestHouse, number: str, refuse: bool, outcome: OutboundOutcome
) -> None:
    row = abandoned(house, number)
    caller = phone_outside(house, number, answers=False)
    house.seat_phone("cc01", tone=SEAT_TONE)
    house.agent("1023", "cc01")
    dial_as_the_console_does(house, row.id, "1023")
    if refuse:
        caller.reject(LIMIT)
    row = callback_of(house, number, CallbackState.FAILED_TRY)
    assert row.tries == 1
    assert row.next_at
    assert 0 < row.next_at.timestamp() - system_clock() <= 60 * 60
    found = outbound_record(house, f"test-out-{row.id}.1")
    assert found.call.outcome == outcome
    house.wait_agent("1023", AgentState.WRAP_UP, AgentState.READY)


def test_a_seat_that_does_not_answer_is_set_aside_and_no_try_is_used_up(house: TestHouse) -> None:
    number = "043117100005"
    row = abandoned(house, number)
    house.seat_phone("cc01", answers=False)
    house.agent("1023", "cc01")
    dial_as_the_console_does(house, row.id, "1023")
    house.wait_agent("1023", AgentState.NOT_ANSWERING)
    row = callback_of(house, number, CallbackState.DUE)
    assert row.tries == 0
    found = outbound_record(house, f"test-out-{row.id}.1")
    assert [leg.result for leg in found.legs] == [LegResult.NO_ANSWER]


def test_a_caller_who_calls_in_is_owed_nothing(house: TestHouse) -> None:
    number = "043117100006"
    ask_for_callback(house, number)
    row = callback_of(house, number, CallbackState.DUE)
    eventually(lambda: house.live_call(number), "the call-back keeps its place in the line")
    with house.sessions.begin() as session:
        # What a call that is answered at once writes, without racing the call-back for the agent.
        session.add(
            Call(
                id="test-called-in",
                direction="inbound",
                caller_number=number,
                caller_name="",
                called_number="12348",
                started_at=row.since + timedelta(seconds=30),
                answered_at=row.since + timedelta(seconds=31),
                stage="talking",
            )
        )
    callback_of(house, number, CallbackState.CALLED_IN)
    eventually(lambda: not house.live_call(number), "its place is given up")


def test_the_caller_first_then_the_agent(house: TestHouse) -> None:
    number = "043117100007"
    row = abandoned(house, number)
    caller = phone_outside(house, number)
    seat = house.seat_phone("cc01", tone=SEAT_TONE, answers=False)
    house.agent("1023", "cc01")
    dial_as_the_console_does(house, row.id, "1023", first="caller")
    caller.wait_call(LIMIT).wait_established(LIMIT)
    seat.answer(LIMIT)
    house.wait_agent("1023", AgentState.TALKING)
    eventually(lambda: has_tone(seat.heard, CALLER_TONE, 1.0), "the seat hears the caller")
    eventually(lambda: has_tone(caller.heard, SEAT_TONE, 1.0), "the caller hears the seat")
    seat.hangup()
    house.wait_agent("1023", AgentState.WRAP_UP, AgentState.READY)
    callback_of(house, number, CallbackState.REACHED)


def test_a_busy_caller_rung_first_leaves_the_agent_ready(house: TestHouse) -> None:
    number = "043117100008"
    row = abandoned(house, number)
    caller = phone_outside(house, number, answers=False)
    house.seat_phone("cc01")
    house.agent("1023", "cc01")
    dial_as_the_console_does(house, row.id, "1023", first="caller")
    caller.reject(LIMIT)
    callback_of(house, number, CallbackState.FAILED_TRY)
    assert outbound_record(house, f"test-out-{row.id}.1").call.outcome == OutboundOutcome.BUSY
    house.wait_agent("1023", AgentState.READY)

"""Nobody forgotten, on a real Asterisk: who gave up is called back, and hears a person."""

from sqlalchemy import select

from casework.callback_machine import CallbackReason, CallbackState
from hotline.addresses import split_address
from hotline.calls.events import LegRole
from hotline.calls.history import CallWithFacts, call_with_facts
from hotline.calls.machine import LegResult, Outcome, Stage
from hotline.calls.outbound import OutboundOutcome
from hotline.db.models import Callback
from hotline.phones.config import PhoneSettings
from hotline.phones.softphone import Softphone
from hotline.phones.tones import has_tone
from routing.agent_machine import AgentState
from tests.telephony.eventually import LIMIT, eventually
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

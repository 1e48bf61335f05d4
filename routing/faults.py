"""Where live state and Asterisk's channels disagree: pure, from one picture of each."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from hotline.calls.outbound import is_outbound
from routing.channels import Channels
from routing.line_machine import LineState
from routing.offers import LiveCall


class Fault(StrEnum):
    """What can be wrong with a live call."""

    CALLER_GONE = "caller_gone"
    SEAT_GONE = "seat_gone"  # the agent talks, says live state; the seat has no channel
    SEAT_NOT_RUNG = "seat_not_rung"  # dialled, says live state; the seat has no channel
    PLACE_UNKEPT = "place_unkept"  # a call-back waits in the line, and no worker keeps its place
    ANSWER_UNTOLD = "answer_untold"  # the seat's channel is up; live state still has it ringing


#: Seconds that a fault must last before something is done: scripts tell most things themselves
#: a moment later, and a seat that was dialled gets its channel a moment later.
PATIENCE: Mapping[Fault, float] = {
    Fault.CALLER_GONE: 2.0,
    Fault.SEAT_GONE: 3.0,
    Fault.SEAT_NOT_RUNG: 5.0,
    Fault.PLACE_UNKEPT: 10.0,
    Fault.ANSWER_UNTOLD: 0.5,
}


def find_faults(calls: Iterable[LiveCall], channels: Channels) -> list[tuple[LiveCall, Fault]]:
    """Every call with what is wrong with it, if anything is."""
    found = ((call, fault_of(call, channels)) for call in calls)
    return [(call, fault) for call, fault in found if fault is not None]


def fault_of(call: LiveCall, channels: Channels) -> Fault | None:
    """What is wrong with a call. The caller's own channel counts first.

    A call of ours has no channel before it is placed; its first one has the call's own id.
    """
    if is_outbound(call.call_id):
        return _fault_of_outbound(call, channels)
    if not channels.has(call.call_id):
        return Fault.CALLER_GONE
    if call.offer is None or call.line is LineState.OFFERED:
        return None
    seat = channels.of_seat(call.offer.seat, call.call_id)
    if call.line is LineState.TALKING:
        return None if seat else Fault.SEAT_GONE
    if seat is None:
        return Fault.SEAT_NOT_RUNG
    return Fault.ANSWER_UNTOLD if seat.is_up else None


def _fault_of_outbound(call: LiveCall, channels: Channels) -> Fault | None:
    if call.line in (LineState.RINGING, LineState.TALKING):
        if not channels.has(call.call_id):
            return Fault.CALLER_GONE
        seat = channels.of_seat(call.offer.seat, call.call_id) if call.offer else None
        untold = call.line is LineState.RINGING and seat is not None and seat.is_up
        return Fault.ANSWER_UNTOLD if untold else None
    # Lasts only while nobody renews the owner, see `routing.watch`.
    return Fault.PLACE_UNKEPT

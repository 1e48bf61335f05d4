"""What came of a call that we placed, read off its legs."""

from dataclasses import dataclass

from hotline.calls.events import LegRole
from hotline.calls.legs import FoldedLeg
from hotline.calls.outbound import OUTCOME_OF_LEG, OutboundOutcome


@dataclass(frozen=True)
class OutboundEnding:
    """Both sides' part: reached means that both were on the line at once."""

    outcome: OutboundOutcome
    seat_leg: FoldedLeg | None
    answered_at: float | None
    talk_seconds: float | None


def ending_of(legs: tuple[FoldedLeg, ...]) -> OutboundEnding:
    """The ending that the legs tell, in order of their start, as far as it is known."""
    seats = [leg for leg in legs if leg.role == LegRole.SEAT]
    callers = [leg for leg in legs if leg.role == LegRole.CALLER]
    seat = next((leg for leg in seats if leg.answered_at is not None), None)
    caller = next((leg for leg in callers if leg.answered_at is not None), None)
    shown = seat or (seats[-1] if seats else None)
    if seat and caller and seat.answered_at is not None and caller.answered_at is not None:
        answered_at = max(seat.answered_at, caller.answered_at)
        ends = [leg.ended_at for leg in (seat, caller) if leg.ended_at is not None]
        talked = max(0.0, min(ends) - answered_at) if ends else None
        return OutboundEnding(OutboundOutcome.REACHED, shown, answered_at, talked)
    result = callers[-1].result if callers else None
    outcome = OUTCOME_OF_LEG.get(result, OutboundOutcome.FAILED) if result else None
    return OutboundEnding(outcome or OutboundOutcome.FAILED, shown, None, None)

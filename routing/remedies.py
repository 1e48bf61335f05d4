"""What is done about each fault, and what the record is told when nobody else can tell it."""

from collections.abc import Callable, Mapping

import structlog

from hotline.calls.events import EventKind
from hotline.calls.journal import Journal
from hotline.calls.machine import LegResult, Stage
from hotline.calls.outbound import caller_leg, is_outbound, result_of_cause
from hotline.errors import IllegalTransitionError, JournalError
from routing.channels import Channels
from routing.faults import Fault
from routing.line import Line
from routing.line_machine import LineState
from routing.offers import LiveCall
from routing.outbound import CALLER_FIRST

#: Takes the call as it was when found, when the fault began, and Asterisk's channels.
Remedy = Callable[[LiveCall, float, Channels], None]

log = structlog.get_logger()


class Remedies:
    """One for each fault. Facts carry the time at which the fault was first seen."""

    def __init__(self, line: Line, journal: Journal) -> None:
        self._line = line
        self._journal = journal
        self._table: Mapping[Fault, Remedy] = {
            Fault.CALLER_GONE: self._end,
            Fault.SEAT_GONE: self._finish_talk,
            Fault.SEAT_NOT_RUNG: self._withdraw,
            Fault.ANSWER_UNTOLD: self._answer,
            Fault.PLACE_UNKEPT: self._give_place_up,
        }

    def apply(self, call: LiveCall, fault: Fault, since: float, channels: Channels) -> None:
        """Put one fault right; somebody else's having been faster is no harm.

        Raises:
            LiveStateAwayError: Redis is away.
        """
        try:
            self._table[fault](call, since, channels)
        except IllegalTransitionError as error:
            log.info("healed by somebody else", call=call.call_id, reason=str(error))

    def _end(self, call: LiveCall, since: float, channels: Channels) -> None:
        """Free what the call holds; who frees it tells the record of the end."""
        if is_outbound(call.call_id) and self._end_unanswered(call, since, channels):
            return
        if not self._line.leave(call.call_id, cut_off=not is_outbound(call.call_id)):
            return
        if call.offer and call.line is not LineState.OFFERED:
            talked = call.line is LineState.TALKING
            result = (LegResult.ANSWERED if talked else LegResult.CALLER_GONE).value
            leg = call.offer.leg
            self._tell(call, EventKind.LEG_ENDED, since, leg=leg, result=result, ended_by="caller")
        self._tell(call, EventKind.ENDED, since, ended_by="caller")

    def _end_unanswered(self, call: LiveCall, since: float, channels: Channels) -> bool:
        """A call of ours whose first phone rang in vain. False: the seat was on the line.

        A seat is set aside then (RONA); an agent whose caller did not answer is ready again.
        """
        if call.offer is None or call.line is LineState.TALKING:
            return False
        result = result_of_cause(channels.cause_of(call.call_id))
        if call.channel == CALLER_FIRST:
            leg, freed = caller_leg(call.call_id), self._line.leave(call.call_id)
        else:
            leg, freed = call.offer.leg, self._line.seat_unanswered(call.offer, result)
        if freed:
            told = {"result": result.value, "ended_by": "system"}
            self._tell(call, EventKind.LEG_ENDED, since, leg=leg, **told)
            self._tell(call, EventKind.ENDED, since, ended_by="system")
        return True

    def _finish_talk(self, call: LiveCall, since: float, channels: Channels) -> None:
        """The caller is still there: the caller's next script closes the leg."""
        del since, channels
        self._line.finish_talk(call.call_id)

    def _give_place_up(self, call: LiveCall, since: float, channels: Channels) -> None:
        """Or agents would be held for a call that nobody places; the worker enters it again."""
        del since, channels
        self._line.leave(call.call_id)

    def _withdraw(self, call: LiveCall, since: float, channels: Channels) -> None:
        del since, channels
        if call.offer:
            self._line.withdraw(call.offer)

    def _answer(self, call: LiveCall, since: float, channels: Channels) -> None:
        """The script that should have told of the answer is dead, or may die before it does."""
        if call.offer is None:
            return
        seat = channels.of_seat(call.offer.seat, call.call_id)
        if self._line.answered(call.offer, seat.name if seat else ""):
            self._tell(call, EventKind.LEG_ANSWERED, since, leg=call.offer.leg)
            self._tell(call, EventKind.STAGE, since, stage=Stage.TALKING.value)

    def _tell(self, call: LiveCall, kind: EventKind, at: float, **data: str) -> None:
        try:
            self._journal.append(call.call_id, kind, data, at=at)
        except JournalError:
            log.exception("fact not on disk yet", call=call.call_id, kind=kind)

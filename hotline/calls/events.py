"""Call facts: what happened, told once by one source, never edited.

A fact is unique by ``(call_id, source, source_seq)``; a source is one incarnation of one
process (its name, pid and start), so a restarted process never reuses a number.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """The vocabulary of the record. The comment names the keys of ``data``."""

    ARRIVED = "arrived"  # direction caller_number caller_name called_number origin_city trunk
    STAGE = "stage"  # stage (hotline.calls.machine.Stage)
    RECORDING_STARTED = "recording_started"  # path (relative to the recordings folder)
    CHOSEN = "chosen"  # key city wants priority: what the caller chose in the menu
    LEG_STARTED = "leg_started"  # leg role agent seat city
    LEG_ANSWERED = "leg_answered"  # leg
    LEG_ENDED = "leg_ended"  # leg result (LegResult) ended_by (caller agent system)
    RATING_ASKED = "rating_asked"  # leg by (button hang_up)
    RATED = "rated"  # score (1-5) leg
    FALLBACK = "fallback"  # by (dialplan agi) reason
    CLASSIFIED = "classified"  # outcome, for endings a person chose (voicemail, blocked, ...)
    ENDED = "ended"  # ended_by (caller agent system)
    RECORDING_SEALED = "recording_sealed"  # track path sha256 seconds bytes


class LegRole(StrEnum):
    """What a person was asked to do in the call."""

    SEAT = "seat"
    CONSULT = "consult"
    SUPERVISOR = "supervisor"
    CALLER = "caller"  # rung by us: a call-back


@dataclass(frozen=True, order=True)
class CallEvent:
    """One fact of one call. Ordered by time, then by source, so any pile sorts one way."""

    at: float
    source: str
    source_seq: int
    call_id: str = field(compare=False)
    kind: EventKind = field(compare=False)
    data: dict[str, Any] = field(compare=False, default_factory=dict)

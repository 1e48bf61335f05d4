"""The life of a call of ours to somebody outside (call-back), as data.

Its id says that it is one: ``jl1-out-17.2`` is the second call for call-back 17. The first
channel made for it gets that very id, so Asterisk's account (CEL linkedid) and ours agree.
"""

from collections.abc import Mapping
from enum import StrEnum

from hotline.calls.machine import LegResult
from hotline.states import Machine

_MARK = "-out-"


class OutboundStage(StrEnum):
    """Where such a call is; the first channel's variable HOTLINE_STAGE mirrors it."""

    FIRST_RINGING = "first_ringing"  # the side that is rung first (callback.first)
    SECOND_RINGING = "second_ringing"
    TALKING = "talking"
    ENDED = "ended"


class OutboundMove(StrEnum):
    """What can happen to it."""

    FIRST_ANSWERED = "first_answered"
    SECOND_ANSWERED = "second_answered"
    END = "end"


OUTBOUND: Machine[OutboundStage, OutboundMove] = Machine(
    name="outbound call",
    start=OutboundStage.FIRST_RINGING,
    table={
        (OutboundStage.FIRST_RINGING, OutboundMove.FIRST_ANSWERED): OutboundStage.SECOND_RINGING,
        (OutboundStage.SECOND_RINGING, OutboundMove.SECOND_ANSWERED): OutboundStage.TALKING,
        **{
            (stage, OutboundMove.END): OutboundStage.ENDED
            for stage in OutboundStage
            if stage is not OutboundStage.ENDED
        },
    },
)


class OutboundOutcome(StrEnum):
    """How it ended: each has exactly one. Never counted among inbound outcomes."""

    REACHED = "reached"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    FAILED = "failed"


#: What the caller's leg says of the whole call, when nobody talked.
OUTCOME_OF_LEG: Mapping[LegResult, OutboundOutcome] = {
    LegResult.BUSY: OutboundOutcome.BUSY,
    LegResult.NO_ANSWER: OutboundOutcome.NO_ANSWER,
    LegResult.REJECTED: OutboundOutcome.REFUSED,
}

#: Q.850 causes of a first phone that was not answered; a channel that we gave up after the time
#: to ring says nothing of its own.
_CAUSES: Mapping[str, LegResult] = {
    **dict.fromkeys(("1", "3", "18", "20", "27"), LegResult.UNREACHABLE),
    **dict.fromkeys(("34", "38", "41", "42", "58"), LegResult.FAILED),
    "17": LegResult.BUSY,
    "21": LegResult.REJECTED,
}


def result_of_cause(cause: str) -> LegResult:
    """Why a phone that we rang was not answered, by its channel's Q.850 cause."""
    return _CAUSES.get(cause, LegResult.NO_ANSWER)


def caller_leg(call_id: str) -> str:
    """The leg of the person called."""
    return f"{call_id}/caller"


def outbound_id(system_name: str, task: int, number: int) -> str:
    """The id of the ``number``-th call for a call-back, on the Asterisk of that name."""
    return f"{system_name}{_MARK}{task}.{number}"


def is_outbound(call_id: str) -> bool:
    """Whether that is the id of a call of ours to somebody outside."""
    return _MARK in call_id

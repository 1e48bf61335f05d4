"""Words for states and outcomes, as message ids of the catalogue."""

from enum import StrEnum

from agent_console.shared.i18n import N_
from casework.callback_machine import CallbackReason, CallbackState
from casework.ticket_machine import TicketMove, TicketState
from hotline.calls.machine import LegResult, Outcome, Stage
from hotline.calls.outbound import OutboundOutcome, OutboundStage
from hotline.db.models import Role
from routing.agent_machine import AgentState

WORDS: dict[type[StrEnum], dict[str, str]] = {
    AgentState: {
        AgentState.OFFLINE: N_("Not signed in"),
        AgentState.READY: N_("Ready"),
        AgentState.OFFERED: N_("Ringing"),
        AgentState.TALKING: N_("Talking"),
        AgentState.WRAP_UP: N_("Wrap-up"),
        AgentState.PAUSED: N_("Paused"),
        AgentState.NOT_ANSWERING: N_("Not answering"),
    },
    Role: {
        Role.AGENT: N_("Agent"),
        Role.SUPERVISOR: N_("Supervisor"),
        Role.ADMIN: N_("Administrator"),
    },
    Stage: {
        Stage.ARRIVED: N_("Arriving"),
        Stage.GREETING: N_("Greeting"),
        Stage.MENU: N_("Menu"),
        Stage.WAITING: N_("Waiting"),
        Stage.OFFERED: N_("Ringing"),
        Stage.TALKING: N_("Talking"),
        Stage.RATING: N_("Rating"),
        Stage.ENDED: N_("Ended"),
    },
    Outcome: {
        Outcome.ANSWERED: N_("Answered"),
        Outcome.HANDED_OVER: N_("Handed over"),
        Outcome.VOICEMAIL: N_("Voicemail"),
        Outcome.CALLBACK_REQUESTED: N_("Call-back requested"),
        Outcome.ABANDONED_GREETING: N_("Abandoned in the greeting"),
        Outcome.ABANDONED_MENU: N_("Abandoned in the menu"),
        Outcome.ABANDONED_QUEUE: N_("Abandoned while waiting"),
        Outcome.ABANDONED_RINGING: N_("Abandoned while ringing"),
        Outcome.BLOCKED: N_("Blocked"),
        Outcome.CLOSED_HOURS: N_("Outside opening hours"),
        Outcome.FAILED: N_("Failed"),
    },
    OutboundOutcome: {
        OutboundOutcome.REACHED: N_("Reached"),
        OutboundOutcome.BUSY: N_("Busy"),
        OutboundOutcome.NO_ANSWER: N_("No answer"),
        OutboundOutcome.REFUSED: N_("Refused"),
        OutboundOutcome.FAILED: N_("Failed"),
    },
    OutboundStage: {
        OutboundStage.FIRST_RINGING: N_("Ringing"),
        OutboundStage.SECOND_RINGING: N_("Being called"),
        OutboundStage.TALKING: N_("Talking"),
        OutboundStage.ENDED: N_("Ended"),
    },
    LegResult: {
        LegResult.ANSWERED: N_("Answered"),
        LegResult.NO_ANSWER: N_("No answer"),
        LegResult.BUSY: N_("Busy"),
        LegResult.REJECTED: N_("Rejected"),
        LegResult.UNREACHABLE: N_("Unreachable"),
        LegResult.CALLER_GONE: N_("Caller gone"),
        LegResult.ELSEWHERE: N_("Answered elsewhere"),
        LegResult.FAILED: N_("Failed"),
    },
    TicketState: {
        TicketState.PENDING: N_("Pending"),
        TicketState.ACCEPTED: N_("Accepted"),
        TicketState.APPOINTED: N_("Answer by appointment"),
        TicketState.ANSWERED_DIRECTLY: N_("Answered directly"),
        TicketState.AWAITING_DISPATCH: N_("Awaiting dispatch"),
        TicketState.DISPATCHED: N_("Dispatched"),
        TicketState.SIGNED: N_("Signed for"),
        TicketState.HANDLING: N_("Being handled"),
        TicketState.RETURNED: N_("Returned"),
        TicketState.DISPUTED: N_("Return under review"),
        TicketState.REPORTED_BACK: N_("Reported back"),
        TicketState.FOLLOW_UP_PENDING: N_("Awaiting follow-up"),
        TicketState.CLOSED: N_("Closed"),
        TicketState.ARCHIVED: N_("Archived"),
        TicketState.DECLINED: N_("Declined"),
        TicketState.MERGED: N_("Merged"),
    },
    CallbackState: {
        CallbackState.OPEN: N_("Not due yet"),
        CallbackState.DUE: N_("Due"),
        CallbackState.CLAIMED: N_("Taken on"),
        CallbackState.CALLING: N_("Being called"),
        CallbackState.FAILED_TRY: N_("To be tried again"),
        CallbackState.REACHED: N_("Reached"),
        CallbackState.CALLED_IN: N_("Called in again"),
        CallbackState.GIVEN_UP: N_("Given up"),
    },
    CallbackReason: {
        CallbackReason.ABANDONED: N_("Gave up waiting"),
        CallbackReason.REQUESTED: N_("Asked to be called"),
    },
    TicketMove: {
        TicketMove.ACCEPT: N_("Accepted"),
        TicketMove.DECLINE: N_("Declined"),
        TicketMove.APPOINT: N_("Answer by appointment"),
        TicketMove.ANSWER_DIRECTLY: N_("Answered directly"),
        TicketMove.QUEUE_FOR_DISPATCH: N_("Given for dispatch"),
        TicketMove.DISPATCH: N_("Dispatched"),
        TicketMove.SIGN: N_("Signed for"),
        TicketMove.HANDLE: N_("Handling begun"),
        TicketMove.RETURN: N_("Returned"),
        TicketMove.DISPUTE: N_("Return disputed"),
        TicketMove.UPHOLD_RETURN: N_("Return upheld"),
        TicketMove.REFUSE_RETURN: N_("Return refused"),
        TicketMove.REASSIGN: N_("Reassigned"),
        TicketMove.REPORT_BACK: N_("Reported back"),
        TicketMove.ASK_FOLLOW_UP: N_("Given for follow-up"),
        TicketMove.REDO: N_("Redone"),
        TicketMove.CLOSE: N_("Closed"),
        TicketMove.ARCHIVE: N_("Archived"),
        TicketMove.MERGE: N_("Merged"),
        TicketMove.URGE: N_("Urged"),
        TicketMove.SUPERVISE: N_("Supervised"),
        TicketMove.ASK_EXTENSION: N_("Extension asked for"),
        TicketMove.GRANT_EXTENSION: N_("Extension granted"),
        TicketMove.REFUSE_EXTENSION: N_("Extension refused"),
    },
}

#: A ticket's first move is no row of the machine.
CREATED = N_("Created")

#: Ratings by key, five levels (domain.md).
RATINGS = {
    5: N_("Very satisfied"),
    4: N_("Satisfied"),
    3: N_("Fairly satisfied"),
    2: N_("Dissatisfied"),
    1: N_("Very dissatisfied"),
}


#: Calls of ours share columns with callers' calls, never the figures.
_SHARES: dict[type[StrEnum], type[StrEnum]] = {Outcome: OutboundOutcome, Stage: OutboundStage}


def word(kind: type[StrEnum], value: str | None) -> str:
    """The message id for a kept value; one of a later version is shown as it is."""
    words = WORDS[kind] | (WORDS[_SHARES[kind]] if kind in _SHARES else {})
    return words.get(value or "", value or "")

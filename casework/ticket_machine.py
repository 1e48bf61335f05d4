"""The life of a ticket 工单: every state and every move of domain.md, in one table.

Urging, supervision and extensions leave the state as it is: they are moves because they are
kept like moves (who, when, why) and are possible in some states only.
"""

from enum import StrEnum

from hotline.states import Machine


class TicketState(StrEnum):
    """Where a ticket stands. The Chinese words are in the console's catalogue."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    APPOINTED = "appointed"
    ANSWERED_DIRECTLY = "answered_directly"
    AWAITING_DISPATCH = "awaiting_dispatch"
    DISPATCHED = "dispatched"
    SIGNED = "signed"
    HANDLING = "handling"
    RETURNED = "returned"
    DISPUTED = "disputed"
    REPORTED_BACK = "reported_back"
    FOLLOW_UP_PENDING = "follow_up_pending"
    CLOSED = "closed"
    ARCHIVED = "archived"
    DECLINED = "declined"
    MERGED = "merged"


class TicketMove(StrEnum):
    """What can be done with a ticket."""

    ACCEPT = "accept"
    DECLINE = "decline"
    APPOINT = "appoint"
    ANSWER_DIRECTLY = "answer_directly"
    QUEUE_FOR_DISPATCH = "queue_for_dispatch"
    DISPATCH = "dispatch"
    SIGN = "sign"
    HANDLE = "handle"
    RETURN = "return"
    DISPUTE = "dispute"
    UPHOLD_RETURN = "uphold_return"
    REFUSE_RETURN = "refuse_return"
    REASSIGN = "reassign"
    REPORT_BACK = "report_back"
    ASK_FOLLOW_UP = "ask_follow_up"
    REDO = "redo"
    CLOSE = "close"
    ARCHIVE = "archive"
    MERGE = "merge"
    URGE = "urge"
    SUPERVISE = "supervise"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"


S, M = TicketState, TicketMove

#: A handling unit has the ticket, or is about to.
_WITH_UNIT = (S.DISPATCHED, S.SIGNED, S.HANDLING)
#: Nothing was given to the caller yet.
_OPEN = (S.PENDING, S.ACCEPTED, S.APPOINTED, S.AWAITING_DISPATCH, *_WITH_UNIT, S.RETURNED)
#: Moves that are kept and leave the state as it is.
SIDE_MOVES = (M.URGE, M.SUPERVISE, M.ASK_EXTENSION, M.GRANT_EXTENSION, M.REFUSE_EXTENSION)

#: Moves whose reason somebody will ask for.
NEEDS_REASON = frozenset(
    {M.DECLINE, M.RETURN, M.DISPUTE, M.REFUSE_RETURN, M.REASSIGN, M.REDO, M.MERGE}
    | {M.SUPERVISE, M.ASK_EXTENSION, M.REFUSE_EXTENSION}
)

TICKET = Machine(
    name="ticket",
    start=S.PENDING,
    table={
        (S.PENDING, M.ACCEPT): S.ACCEPTED,
        (S.PENDING, M.DECLINE): S.DECLINED,
        (S.ACCEPTED, M.DECLINE): S.DECLINED,
        (S.ACCEPTED, M.APPOINT): S.APPOINTED,
        (S.ACCEPTED, M.ANSWER_DIRECTLY): S.ANSWERED_DIRECTLY,
        (S.APPOINTED, M.ANSWER_DIRECTLY): S.ANSWERED_DIRECTLY,
        (S.ACCEPTED, M.QUEUE_FOR_DISPATCH): S.AWAITING_DISPATCH,
        (S.APPOINTED, M.QUEUE_FOR_DISPATCH): S.AWAITING_DISPATCH,
        (S.AWAITING_DISPATCH, M.DISPATCH): S.DISPATCHED,
        (S.DISPATCHED, M.SIGN): S.SIGNED,
        (S.SIGNED, M.HANDLE): S.HANDLING,
        **{(state, M.RETURN): S.RETURNED for state in (S.DISPATCHED, S.SIGNED)},
        **{(state, M.REASSIGN): S.DISPATCHED for state in (*_WITH_UNIT, S.RETURNED)},
        (S.RETURNED, M.DISPUTE): S.DISPUTED,
        (S.DISPUTED, M.UPHOLD_RETURN): S.AWAITING_DISPATCH,
        (S.DISPUTED, M.REFUSE_RETURN): S.DISPATCHED,
        (S.HANDLING, M.REPORT_BACK): S.REPORTED_BACK,
        (S.REPORTED_BACK, M.ASK_FOLLOW_UP): S.FOLLOW_UP_PENDING,
        (S.REPORTED_BACK, M.REDO): S.DISPATCHED,
        (S.FOLLOW_UP_PENDING, M.REDO): S.DISPATCHED,
        (S.ANSWERED_DIRECTLY, M.CLOSE): S.CLOSED,
        (S.FOLLOW_UP_PENDING, M.CLOSE): S.CLOSED,
        (S.CLOSED, M.ARCHIVE): S.ARCHIVED,
        (S.DECLINED, M.ARCHIVE): S.ARCHIVED,
        **{(state, M.MERGE): S.MERGED for state in _OPEN},
        **{(state, move): state for state in _WITH_UNIT for move in SIDE_MOVES},
        (S.AWAITING_DISPATCH, M.URGE): S.AWAITING_DISPATCH,
    },
)

#: States in which a ticket's words may still be changed.
EDITABLE = frozenset({S.PENDING, S.ACCEPTED, S.APPOINTED, S.AWAITING_DISPATCH, S.RETURNED})

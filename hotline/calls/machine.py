"""The life of an inbound call: its stages, what moves it, and how it can end."""

from enum import StrEnum

from hotline.states import Machine


class Direction(StrEnum):
    """Which side placed the call. Outbound ones stay out of the connection rate."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Stage(StrEnum):
    """Where in its life a call is; the caller's channel variable HOTLINE_STAGE mirrors it."""

    ARRIVED = "arrived"
    GREETING = "greeting"
    MENU = "menu"
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    RATING = "rating"
    ENDED = "ended"


class CallMove(StrEnum):
    """What can happen to a call."""

    GREET = "greet"
    ASK = "ask"
    WAIT = "wait"
    OFFER = "offer"
    SEAT_FAILED = "seat_failed"
    ANSWER = "answer"
    ASK_RATING = "ask_rating"
    END = "end"


#: An offer may come while the caller is still greeted: the caller is in the line from arrival.
CALL: Machine[Stage, CallMove] = Machine(
    name="call",
    start=Stage.ARRIVED,
    table={
        (Stage.ARRIVED, CallMove.GREET): Stage.GREETING,
        (Stage.ARRIVED, CallMove.WAIT): Stage.WAITING,
        (Stage.ARRIVED, CallMove.OFFER): Stage.OFFERED,
        (Stage.GREETING, CallMove.ASK): Stage.MENU,
        (Stage.GREETING, CallMove.WAIT): Stage.WAITING,
        (Stage.GREETING, CallMove.OFFER): Stage.OFFERED,
        (Stage.MENU, CallMove.WAIT): Stage.WAITING,
        (Stage.MENU, CallMove.OFFER): Stage.OFFERED,
        (Stage.WAITING, CallMove.OFFER): Stage.OFFERED,
        (Stage.OFFERED, CallMove.SEAT_FAILED): Stage.WAITING,
        (Stage.OFFERED, CallMove.ANSWER): Stage.TALKING,
        (Stage.TALKING, CallMove.WAIT): Stage.WAITING,
        (Stage.TALKING, CallMove.ASK_RATING): Stage.RATING,
        **{(stage, CallMove.END): Stage.ENDED for stage in Stage if stage is not Stage.ENDED},
    },
)


class Outcome(StrEnum):
    """How an inbound call ended: each has exactly one."""

    ANSWERED = "answered"
    HANDED_OVER = "handed_over"
    VOICEMAIL = "voicemail"
    CALLBACK_REQUESTED = "callback_requested"
    ABANDONED_GREETING = "abandoned_greeting"
    ABANDONED_MENU = "abandoned_menu"
    ABANDONED_QUEUE = "abandoned_queue"
    ABANDONED_RINGING = "abandoned_ringing"
    BLOCKED = "blocked"
    CLOSED_HOURS = "closed_hours"
    FAILED = "failed"


class LegResult(StrEnum):
    """How one person's being asked to take part ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    ELSEWHERE = "elsewhere"  # rung together with others, and one of those answered
    CALLER_GONE = "caller_gone"
    FAILED = "failed"

"""The life of a call-back 回拨: every state and every move, in one table."""

from enum import StrEnum

from hotline.states import Machine


class CallbackReason(StrEnum):
    """Why we owe the call."""

    ABANDONED = "abandoned"
    REQUESTED = "requested"


class CallbackState(StrEnum):
    """Where a call-back stands. The Chinese words are in the console's catalogue."""

    OPEN = "open"  # its time has not come
    DUE = "due"
    CLAIMED = "claimed"  # an agent has taken it on
    CALLING = "calling"
    FAILED_TRY = "failed_try"  # tried, and to be tried again
    REACHED = "reached"
    CALLED_IN = "called_in"  # the caller called us and was answered
    GIVEN_UP = "given_up"


class CallbackMove(StrEnum):
    """What can happen to a call-back."""

    FALL_DUE = "fall_due"
    CLAIM = "claim"
    RELEASE = "release"
    DIAL = "dial"
    REACH = "reach"
    MISS = "miss"
    NOT_DIALLED = "not_dialled"  # our own side failed: the caller's phone never rang
    CALL_IN = "call_in"
    EXHAUST = "exhaust"  # the last try failed
    GIVE_UP = "give_up"  # by a person, with a reason


S, M = CallbackState, CallbackMove

#: Nobody is on the phone for it, so everything may still happen.
WAITING = (S.OPEN, S.DUE, S.CLAIMED, S.FAILED_TRY)

CALLBACK: Machine[CallbackState, CallbackMove] = Machine(
    name="call-back",
    start=S.OPEN,
    table={
        (S.OPEN, M.FALL_DUE): S.DUE,
        (S.FAILED_TRY, M.FALL_DUE): S.DUE,
        **{(state, M.CLAIM): S.CLAIMED for state in (S.OPEN, S.DUE, S.FAILED_TRY)},
        (S.CLAIMED, M.RELEASE): S.DUE,
        (S.CLAIMED, M.DIAL): S.CALLING,
        (S.DUE, M.DIAL): S.CALLING,
        (S.CALLING, M.REACH): S.REACHED,
        (S.CALLING, M.MISS): S.FAILED_TRY,
        (S.CALLING, M.NOT_DIALLED): S.DUE,
        (S.CALLING, M.EXHAUST): S.GIVEN_UP,
        **{(state, M.CALL_IN): S.CALLED_IN for state in WAITING},
        **{(state, M.GIVE_UP): S.GIVEN_UP for state in WAITING},
    },
)

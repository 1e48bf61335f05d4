"""The table of call-backs: every end is an end, and every state can be reached and left."""

import pytest

from casework.callback_machine import CALLBACK, WAITING, CallbackMove, CallbackState
from hotline.calls.outbound import OUTBOUND, OutboundStage, is_outbound, outbound_id
from hotline.errors import IllegalTransitionError


def test_the_ends_are_reached_called_in_and_given_up() -> None:
    assert CALLBACK.final() == {
        CallbackState.REACHED,
        CallbackState.CALLED_IN,
        CallbackState.GIVEN_UP,
    }


def test_every_state_can_be_reached() -> None:
    assert set(CALLBACK.table.values()) | {CALLBACK.start} == set(CallbackState)


@pytest.mark.parametrize("state", WAITING)
def test_a_caller_who_calls_in_ends_what_waits(state: CallbackState) -> None:
    assert CALLBACK.step(state, CallbackMove.CALL_IN) is CallbackState.CALLED_IN


def test_a_call_under_way_is_not_claimed() -> None:
    with pytest.raises(IllegalTransitionError):
        CALLBACK.step(CallbackState.CALLING, CallbackMove.CLAIM)


def test_an_outbound_call_ends_once() -> None:
    assert OUTBOUND.final() == {OutboundStage.ENDED}


def test_an_outbound_id_is_told_from_a_callers() -> None:
    assert outbound_id("jl1", 17, 2) == "jl1-out-17.2"
    assert is_outbound("jl1-out-17.2")
    assert not is_outbound("jl1-1763869200.12")

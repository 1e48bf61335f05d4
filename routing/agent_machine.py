"""The life of an agent at work. moves.lua is given this very table, see `routing.moves`."""

from enum import StrEnum

from hotline.states import Machine


class AgentState(StrEnum):
    """What an agent is doing. Ready counts only at a seat whose phone is registered."""

    OFFLINE = "offline"
    READY = "ready"
    OFFERED = "offered"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"
    NOT_ANSWERING = "not_answering"


class AgentMove(StrEnum):
    """What can happen to an agent."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    READY = "ready"
    PAUSE = "pause"
    OFFER = "offer"
    ANSWER = "answer"
    TAKE_BACK = "take_back"
    FAIL = "fail"
    FINISH = "finish"
    END_WRAP_UP = "end_wrap_up"


#: States in which an agent may do as they like: no call holds them.
_FREE = (AgentState.READY, AgentState.WRAP_UP, AgentState.PAUSED, AgentState.NOT_ANSWERING)

#: Signing in ends at a pause, so that nobody is rung before they said they are ready.
#: A ready agent who says so again, or ends a wrap-up twice, stays ready and keeps the idle time.
#: Offered → wrap-up: the answer was never told (Redis was away), the end of the talk was.
AGENT = Machine(
    name="agent",
    start=AgentState.OFFLINE,
    table={
        (AgentState.OFFLINE, AgentMove.SIGN_IN): AgentState.PAUSED,
        **{(state, AgentMove.SIGN_IN): AgentState.PAUSED for state in _FREE},
        **{(state, AgentMove.SIGN_OUT): AgentState.OFFLINE for state in _FREE},
        **{(state, AgentMove.READY): AgentState.READY for state in _FREE},
        **{(state, AgentMove.PAUSE): AgentState.PAUSED for state in _FREE},
        (AgentState.READY, AgentMove.OFFER): AgentState.OFFERED,
        (AgentState.READY, AgentMove.END_WRAP_UP): AgentState.READY,
        (AgentState.OFFERED, AgentMove.ANSWER): AgentState.TALKING,
        (AgentState.OFFERED, AgentMove.TAKE_BACK): AgentState.READY,
        (AgentState.OFFERED, AgentMove.FAIL): AgentState.NOT_ANSWERING,
        (AgentState.OFFERED, AgentMove.FINISH): AgentState.WRAP_UP,
        (AgentState.TALKING, AgentMove.FINISH): AgentState.WRAP_UP,
        (AgentState.WRAP_UP, AgentMove.END_WRAP_UP): AgentState.READY,
    },
)

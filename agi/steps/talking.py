"""The talk is over because the seat's side ended it: close its leg, free the agent's wrap-up."""

from agi.call import CallScript
from hotline.calls.machine import CallMove, LegResult


def close_talk(call: CallScript) -> CallMove:
    """The agent is in wrap-up from now on; the caller goes on to the rating."""
    call.legs_ended(LegResult.NO_ANSWER, "agent")
    call.live(call.services.line.finish_talk, call.id)
    return CallMove.ASK_RATING

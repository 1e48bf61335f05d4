"""A caller's script from first ring to goodbye: stage by stage, as the call's table allows."""

import structlog

from agi.call import CallScript
from agi.errors import CallerGoneError, SessionLostError
from agi.steps import STEPS
from hotline.calls.machine import CallMove, Stage

log = structlog.get_logger()


def run(call: CallScript) -> None:
    """Walk the stages until the call is over; whatever happens, its record is closed.

    A lost session (Asterisk gone, or its socket) ends nothing: the channel may still live and
    another server, the dialplan or the watch then speaks for it.
    """
    call.services.registry.add(call)
    try:
        _walk(call)
    except CallerGoneError:
        call.end("caller")
    except SessionLostError as error:
        log.warning("session lost", call=call.id, stage=call.stage, reason=str(error))
    finally:
        call.services.registry.remove(call)


def _walk(call: CallScript) -> None:
    while call.stage is not Stage.ENDED:
        move = STEPS[call.stage](call)
        if move is CallMove.END:
            call.end("system")
            return
        call.move(move)

"""Route ``outbound``: the first phone has answered, the agent's or the caller's; now the other.

Redis away: the two talk all the same. SQL away: nothing here needs it. The prompt missing: the
caller hears the agent at once. A script that died is followed by the next server, which closes
the record from what Dial left behind.
"""

import structlog

from agi.errors import CallerGoneError, SessionLostError
from agi.outbound.call import OutboundScript
from agi.outbound.dialling import close_legs, dial_second
from agi.services import Services
from agi.session import Session
from hotline import channel_variables as variables
from hotline.calls.events import EventKind
from hotline.calls.outbound import OutboundMove, OutboundStage
from routing.offers import Offer
from routing.outbound import AGENT_FIRST, CALLER_FIRST

log = structlog.get_logger()


def serve_outbound(session: Session, services: Services) -> None:
    """See the call through."""
    call = _script_of(session, services)
    ended_by = call.second
    try:
        if call.stage is OutboundStage.FIRST_RINGING:
            _note_first(call)
            dial_second(call)
    except CallerGoneError:
        ended_by = call.first
    except SessionLostError as error:
        log.warning("session lost", call=call.id, stage=call.stage, reason=str(error))
        return
    call.end(close_legs(call, ended_by))


def _script_of(session: Session, services: Services) -> OutboundScript:
    call_id = session.get(variables.CALL_ID) or session.env["agi_uniqueid"]
    agent, seat = session.get(variables.AGENT), session.get(variables.SEAT)
    stage = session.get(variables.STAGE)
    leg = session.get(variables.LEG)
    return OutboundScript(
        id=call_id,
        channel=session.env["agi_channel"],
        number=session.get(variables.NUMBER),
        first=CALLER_FIRST if session.env.get("agi_extension") == CALLER_FIRST else AGENT_FIRST,
        offer=Offer(leg, call_id, agent, seat, "", services.clock()),
        session=session,
        services=services,
        stage=OutboundStage(stage) if stage else OutboundStage.FIRST_RINGING,
    )


def _note_first(call: OutboundScript) -> None:
    """One side is on the line; an agent who is there is held until the end."""
    if call.first != CALLER_FIRST:
        call.live(lambda: call.services.line.answered(call.offer, call.channel))
    call.tell(EventKind.LEG_ANSWERED, leg=call.legs[0])
    recording = call.session.get(variables.RECORDING)
    if recording:
        call.tell(EventKind.RECORDING_STARTED, path=recording)
    call.move(OutboundMove.FIRST_ANSWERED)
    call.session.put(variables.STAGE, call.stage.value)

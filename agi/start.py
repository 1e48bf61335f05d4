"""A new caller: who they are, and their script from the first stage."""

from agi.call import CallScript
from agi.script import run
from agi.services import Services
from agi.session import Session
from hotline import channel_variables as variables
from routing.origin import origin_city


def start_call(session: Session, services: Services) -> None:
    """Route ``call``."""
    run(caller_of(session, services))


def caller_of(session: Session, services: Services) -> CallScript:
    """The caller as the channel tells them. The name is shown, never trusted."""
    number = session.get("CALLERID(num)")
    return CallScript(
        id=session.get(variables.CALL_ID) or session.env["agi_uniqueid"],
        channel=session.env["agi_channel"],
        number=number[:32],
        name=session.get("CALLERID(name)")[:64],
        city=origin_city(services.settings.site, number),
        entered_at=services.clock(),
        session=session,
        services=services,
    )

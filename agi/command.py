"""`hotline agi`: one FastAGI server."""

import os
import signal
import threading
from typing import Annotated

import structlog
import typer

from agi.familiar import Familiar, nobody
from agi.floor import Floor
from agi.server import AgiServer
from agi.services import Services
from hotline.calls.journal import Journal
from hotline.cli.options import SiteOption, StateOption, settings_from
from hotline.clock import system_clock
from hotline.db.open_tickets import OpenTickets
from hotline.redis_client import connect
from routing.conditions import Waits
from routing.line import Line

log = structlog.get_logger()


def agi(
    site: SiteOption = None,
    state: StateOption = None,
    listen: Annotated[
        str, typer.Option(help="host:port; default: the first of the site file's server.agi.")
    ] = "",
) -> None:
    """Run callers' scripts: a FastAGI server that Asterisk connects to for each call.

    Run as many as the site file's server.agi lists; a caller whose server dies goes on at the
    next one. Live state, SQL or AMI being away never stops it.
    """
    settings = settings_from(site, state)
    address = listen or settings.site.server.agi[0]
    live = connect(settings)
    tickets = OpenTickets(settings.database_url)
    waits = settings.site.limits.same_agent_seconds > 0
    services = Services(
        settings=settings,
        line=Line(live, system_clock, settings.site.limits),
        journal=Journal(settings.journal_dir, "agi", system_clock),
        clock=system_clock,
        owner=f"agi-{os.getpid()}@{address}",
        knows=Familiar(tickets.agent_for) if waits else nobody,
        waits=Waits(live, system_clock, settings.site.limits),
    )
    floor = Floor(services, live)
    with AgiServer(address, services) as server:
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        floor.start()
        log.info("agi ready", address=address)
        server.serve_forever(poll_interval=0.2)
    floor.close()
    services.journal.close()
    tickets.close()

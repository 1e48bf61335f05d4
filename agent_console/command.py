"""`hotline console`: the web pages of people at work."""

from types import FrameType

import uvicorn

from agent_console.app import create_app
from agent_console.services import Services
from hotline.addresses import split_address
from hotline.cli.options import SiteOption, StateOption, settings_from
from hotline.settings import Settings

#: Seconds for requests under way when told to stop.
_GRACE = 5


class ConsoleServer(uvicorn.Server):
    """Ends the open pages' streams before it waits for connections to end."""

    def __init__(self, config: uvicorn.Config, services: Services) -> None:
        super().__init__(config)
        self._services = services

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal to stop has come."""
        self._services.changes.end_streams()
        super().handle_exit(sig, frame)


def make_server(settings: Settings) -> ConsoleServer:
    """The console's server on its address of the site file."""
    app = create_app(settings)
    host, port = split_address(settings.site.server.console)
    config = uvicorn.Config(
        app,
        host=host or "0.0.0.0",  # noqa: S104 - an empty host is the site's own choice
        port=port,
        access_log=False,  # ours has no queries and no numbers in it
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    return ConsoleServer(config, app.state.services)


def console(site: SiteOption = None, state: StateOption = None) -> None:
    """Serve the console: log in, take a seat, see the caller, write the ticket.

    It listens on server.console of the site file. Put a reverse proxy with TLS in front of it
    when it is to be reached from other machines.
    """
    make_server(settings_from(site, state)).run()

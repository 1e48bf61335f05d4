"""The FastAGI server: a thread a call, routes in one table."""

import socket
import socketserver
from collections.abc import Callable, Mapping
from contextlib import closing

import structlog

from agi.errors import AgiError
from agi.outbound.route import serve_outbound
from agi.resume import resume_call
from agi.services import Services
from agi.session import Session
from agi.start import start_call
from hotline.addresses import split_address

log = structlog.get_logger()


def answer_probe(session: Session, services: Services) -> None:
    """A supervisor asks whether scripts still run here."""
    session.execute("NOOP", "alive", services.owner)


#: agi://host/<route>
ROUTES: Mapping[str, Callable[[Session, Services], None]] = {
    "call": start_call,
    "resume": resume_call,
    "outbound": serve_outbound,
    "health": answer_probe,
}


class AgiServer(socketserver.ThreadingTCPServer):
    """Listens on one address of the site's ``server.agi``."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: str, services: Services) -> None:
        self.services = services
        super().__init__(split_address(address), _Handler)


class _Handler(socketserver.StreamRequestHandler):
    server: AgiServer

    def handle(self) -> None:
        """One caller from connect to close."""
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with closing(Session(self.connection)) as session:
                self._run(session)
        except OSError as error:
            log.info("no session", reason=str(error))

    def _run(self, session: Session) -> None:
        route = ROUTES.get(session.script)
        if route is None:
            log.error("unknown route", route=session.script)
            return
        try:
            route(session, self.server.services)
        except AgiError as error:
            log.warning("session ended early", route=session.script, reason=str(error))

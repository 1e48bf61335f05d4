"""A console on a real port, served by uvicorn in a thread as `hotline console` serves it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import uvicorn

from agent_console.command import ConsoleServer
from hotline.addresses import free_port
from tests.agent_console.conftest import House

#: Seconds that anything here may take.
LIMIT = 10.0


@dataclass
class Served:
    """A running console."""

    house: House
    url: str
    server: ConsoleServer
    thread: threading.Thread

    def stop(self) -> float:
        """Stop as a signal does; the seconds it took."""
        began = time.monotonic()
        self.server.handle_exit(15, None)
        self.thread.join(LIMIT)
        assert not self.thread.is_alive()
        return time.monotonic() - began


@contextmanager
def served(house: House) -> Iterator[Served]:
    """Serve ``house`` until the block ends."""
    port = free_port()
    config = uvicorn.Config(house.app, host="127.0.0.1", port=port, log_config=None)
    server = ConsoleServer(config, house.services)
    thread = threading.Thread(target=server.run)
    thread.start()
    running = Served(house, f"http://127.0.0.1:{port}", server, thread)
    try:
        _wait_started(server)
        yield running
    finally:
        if thread.is_alive():
            running.stop()


def _wait_started(server: ConsoleServer) -> None:
    deadline = time.monotonic() + LIMIT
    while not server.started:
        if time.monotonic() > deadline:
            pytest.fail(f"the console did not start within {LIMIT} s")
        time.sleep(0.01)

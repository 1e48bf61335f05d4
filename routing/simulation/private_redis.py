"""A Redis of the simulation's own: the one the hotline runs on is never touched."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from hotline.tools import find_redis_server
from routing.simulation.errors import SimulationError

#: Seconds within which it must have started.
_START_WITHIN = 10.0


@contextmanager
def private_redis() -> Iterator[redis.Redis]:
    """A client of a fresh server on a unix socket, which goes when the block ends.

    Raises:
        ToolMissingError: there is no redis-server.
        SimulationError: it does not start.
    """
    tool = find_redis_server()
    with tempfile.TemporaryDirectory(prefix="hotline-simulate-") as folder:
        socket = Path(folder) / "redis.sock"
        command = [
            *tool.argv,
            *("--port", "0", "--unixsocket", str(socket), "--dir", folder),
            *("--save", "", "--appendonly", "no", "--loglevel", "warning"),
        ]
        with subprocess.Popen(
            command, env={**os.environ, **tool.env}, stdout=subprocess.DEVNULL
        ) as server:
            try:
                with redis.Redis(unix_socket_path=str(socket), decode_responses=True) as client:
                    _wait_until_ready(client)
                    yield client
            finally:
                server.terminate()


def _wait_until_ready(client: redis.Redis) -> None:
    deadline = time.monotonic() + _START_WITHIN
    while time.monotonic() < deadline:
        try:
            client.ping()
        except redis.ConnectionError:
            time.sleep(0.005)
        else:
            return
    raise SimulationError(f"the private Redis did not start within {_START_WITHIN:g} s")

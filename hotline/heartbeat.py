"""A file that says: this process's main loop still turns.

The supervisor kills a process whose beat is too old, for a frozen one frees its callers only
when its sockets close.
"""

import math
import os
import time
from pathlib import Path

_WIDTH = 24


class Heartbeat:
    """One process's beat, in one small file.

    The beat is the machine's monotonic time, the same for all processes since boot: setting
    the clock must not make every process look frozen.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
        self.beat()

    def beat(self) -> None:
        """Say that the loop turns; call it about once a second."""
        os.pwrite(self._file, f"{time.monotonic_ns():{_WIDTH}}".encode(), 0)

    def stop(self) -> None:
        """Take the file away: the process ends on purpose."""
        os.close(self._file)
        self._path.unlink(missing_ok=True)


def age(path: Path) -> float:
    """Seconds since the last beat in ``path``; infinite when there was none since boot."""
    try:
        nanoseconds = time.monotonic_ns() - int(path.read_bytes())
    except (OSError, ValueError):
        return math.inf
    return nanoseconds / 1e9 if nanoseconds >= 0 else math.inf

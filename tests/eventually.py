"""Waiting for what another process does: ask again until it holds, within a generous limit."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

#: Seconds; machines that run tests are slow and shared.
LIMIT = 30.0


def eventually(read: Callable[[], T | None], what: str, limit: float = LIMIT) -> T:
    """The first truthy value that ``read`` gives.

    Raises:
        AssertionError: there was none within ``limit`` seconds.
    """
    deadline = time.monotonic() + limit
    while True:
        value = read()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {limit:g} s; last seen {value!r}")
        time.sleep(0.02)

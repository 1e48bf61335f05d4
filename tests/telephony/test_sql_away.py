"""SQL is away for a minute while people call: nothing is lost, no caller notices."""

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from hotline.calls.machine import Outcome
from routing.agent_machine import AgentState
from tests.telephony.house import TestHouse, start_house

#: Seconds.
MINUTE = 60.0


@pytest.fixture
def houses(postgres_url: str) -> Iterator[list[TestHouse]]:
    """One hotline on SQLite, one on PostgreSQL, so that both sit out the same minute."""
    with ExitStack() as open_now:
        running = []
        for url in ("", postgres_url):
            folder = open_now.enter_context(tempfile.TemporaryDirectory(prefix="hl-sql-"))
            house = start_house(Path(folder), url)
            open_now.callback(house.close)
            running.append(house)
        yield running


@pytest.mark.timeout(240)
def test_a_minute_without_sql(houses: list[TestHouse]) -> None:
    for house in houses:
        house.seat_phone("cc01")
        house.agent("1023", "cc01")
    placed = 0
    with ExitStack() as outages:
        for house in houses:
            outages.enter_context(sql_away(house.settings.database_url))
        until = time.monotonic() + MINUTE
        while time.monotonic() < until:
            for house in houses:
                one_call(house, f"0431160{placed:05}")
            placed += 1
    for house in houses:
        for n in range(placed):
            record = house.record(f"0431160{n:05}")
            assert record.call.outcome == Outcome.ANSWERED
            assert [leg.agent for leg in record.legs] == ["1023"]


def one_call(house: TestHouse, number: str) -> None:
    """A caller talks with the agent and hangs up."""
    house.dial(number)
    house.wait_agent("1023", AgentState.TALKING)
    house.caller_hangs_up(number)
    house.wait_agent("1023", AgentState.READY)


@contextmanager
def sql_away(url: str) -> Iterator[None]:
    """Nobody can write (SQLite: locked by another) or even connect (PostgreSQL)."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(parts.database), isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")
        return
    server = parts.set(drivername="postgresql", database="postgres")
    name = str(parts.database)
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        try:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            yield
        finally:
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())

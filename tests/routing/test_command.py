"""`hotline seats` as a program reads it."""

import json
from pathlib import Path

import pytest
import redis
import typer
from typer.testing import CliRunner

from routing.agents import Agents
from routing.command import seats as seats_command
from routing.seats import Seats

EXAMPLE = Path(__file__).parents[2] / "hotline.toml.example"


def run(*arguments: str) -> str:
    app = typer.Typer()
    app.command()(seats_command)
    result = CliRunner().invoke(app, ["--site", str(EXAMPLE), *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(autouse=True)
def here(redis_server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command talks to the private Redis."""
    monkeypatch.setenv("HOTLINE_REDIS_URL", f"unix://{redis_server}")


def test_seats_for_a_program(
    live_redis: redis.Redis, agents: Agents, seats: Seats, zhang: str
) -> None:
    seats.registered("cc01", can_ring=True)
    seats.registered("cc02", can_ring=False)
    rows = {row["seat"]: row for row in json.loads(run("--json"))}
    assert rows["cc01"] == {
        "seat": "cc01",
        "city": "changchun",
        "registered": True,
        "agent": zhang,
        "state": "ready",
        "since": "2023-11-15T06:13:20+08:00",
    }
    assert (rows["cc02"]["registered"], rows["cc02"]["state"]) == (False, "offline")
    assert (rows["jl01"]["registered"], rows["jl01"]["agent"]) == (None, None)


def test_seats_for_a_person(live_redis: redis.Redis, zhang: str) -> None:
    table = run()
    assert "registered" in table
    assert any("cc01" in row and zhang in row and "ready" in row for row in table.splitlines())

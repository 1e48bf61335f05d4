"""`python -m bench` finds the plain benches and prints what they measured."""

import json

import pytest
import typer
from typer.testing import CliRunner

import bench.erlang
from bench.plain import PLAIN, add_plain

FIGURE = {"theory": 0.5, "simulated": 0.51, "standard_error": 0.01, "deviation": 0.02}
MEASURED = {"erlang_c": {"calls": 1000, "figures": {"waiting_share": FIGURE}}}


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """The command line, with a measurement that is done already."""
    monkeypatch.setattr(bench.erlang, "measure", lambda: MEASURED)
    app = typer.Typer()
    add_plain(app)
    return app


def test_json_for_a_program(app: typer.Typer) -> None:
    assert json.loads(CliRunner().invoke(app, ["erlang", "--json"]).stdout) == MEASURED


def test_a_table_for_people(app: typer.Typer) -> None:
    shown = CliRunner().invoke(app, ["erlang"], env={"COLUMNS": "120"}).stdout
    assert "waiting_share" in shown
    assert "+2.00%" in shown


def test_every_plain_bench_has_a_command(app: typer.Typer) -> None:
    shown = CliRunner().invoke(app, ["--help"]).stdout
    assert all(name in shown for name in PLAIN)

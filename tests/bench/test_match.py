"""The benchmark of matching, small: it must keep running as the moves change."""

import json

from typer.testing import CliRunner

from bench.__main__ import app

SMALL = ("match", "--seats", "40", "--waiting", "60", "--matches", "50")


def run(*words: str) -> str:
    """Run the command and return what it printed."""
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_figures_are_of_so_many_matches() -> None:
    told = json.loads(run(*SMALL, "--json"))
    assert (told["seats"], told["waiting"], told["matches"]) == (40, 60, 50)
    assert 0 < told["p50_ms"] <= told["p99_ms"] <= told["max_ms"]
    assert told["per_second"] > 0


def test_the_table_names_the_aims() -> None:
    table = run(*SMALL)
    assert "p99_ms" in table
    assert "≥ 2000" in table

"""`hotline simulate` as it is typed."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from routing.simulation.command import simulate_command
from tests.fixtures.sites import ROOT

RUNNER = CliRunner()


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    """The example site in a folder of its own."""
    path = tmp_path / "hotline.toml"
    path.write_text((ROOT / "hotline.toml.example").read_text(encoding="utf-8"), encoding="utf-8")
    return path


@pytest.fixture
def app() -> typer.Typer:
    """The one command."""
    app = typer.Typer()
    app.command()(simulate_command)
    return app


def test_json_and_a_picture(app: typer.Typer, site_file: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "day.svg"
    words = ["--site", str(site_file), "--day", "40", "--json", "--picture", str(drawn)]
    result = RUNNER.invoke(app, words)
    assert result.exit_code == 0, result.output
    run = json.loads(result.stdout)["runs"]["hotline.toml"]
    assert run["seats"] == 13
    assert run["whole"]["calls"] == run["whole"]["answered"] + run["whole"]["abandoned"]
    assert "<svg" in drawn.read_text(encoding="utf-8")


def test_two_sites_side_by_side(app: typer.Typer, site_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    text = site_file.read_text(encoding="utf-8")
    changed = text.replace("own_city_seconds = 10 ", "own_city_seconds = 60 ")
    other.write_text(changed, encoding="utf-8")
    words = ["--site", str(site_file), "--day", "40", "--against", str(other), "--json"]
    runs = json.loads(RUNNER.invoke(app, words).stdout)["runs"]
    assert set(runs) == {"hotline.toml", "other.toml"}
    assert runs["hotline.toml"]["whole"]["calls"] == runs["other.toml"]["whole"]["calls"]
    assert runs["hotline.toml"]["overflow"] > runs["other.toml"]["overflow"]


def test_a_table_for_people(app: typer.Typer, site_file: Path) -> None:
    result = RUNNER.invoke(app, ["--site", str(site_file), "--day", "20"])
    assert "answered / calls" in result.stdout
    assert "长春" in result.stdout


def test_there_is_no_record_yet(app: typer.Typer, site_file: Path) -> None:
    result = RUNNER.invoke(app, ["--site", str(site_file), "--recorded"])
    assert result.exit_code == 2
    assert "no record yet" in result.output

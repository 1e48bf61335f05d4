"""`hotline calls`: what a person and what a program gets to read."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hotline.calls.errors import UnknownCallError
from hotline.calls.events import CallEvent, EventKind
from hotline.calls.history import CallFilter, calls_of_number, list_calls
from hotline.calls.store import store
from hotline.cli.calls import app
from hotline.db.engine import make_engine, session_factory
from tests.fixtures.databases import Database
from tests.hotline.calls.histories import CALL, answered_call

SITE = """
[server]
state_dir = "."
[[city]]
code = "changchun"
name = "长春"
[[city]]
code = "jilin"
name = "吉林"
"""


@pytest.fixture
def state(sqlite_url: str, tmp_path: Path) -> Path:
    """The state folder of a copy with one call in its record."""
    (tmp_path / "hotline.toml").write_text(SITE)
    engine = make_engine(sqlite_url)
    with session_factory(engine).begin() as session:
        store(session, answered_call())
        store(session, [CallEvent(5.0, "agi-1-1", 1, "other", EventKind.ARRIVED, {})])
    engine.dispose()
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})


def test_list_as_json(state: Path) -> None:
    rows = json.loads(run("list", "--state", str(state), "--json").stdout)
    assert [row["id"] for row in rows] == [CALL, "other"]
    assert rows[0]["started_at"] == "1970-01-01T00:01:40+00:00"
    rows = json.loads(run("list", "--state", str(state), "--json", "--outcome", "answered").stdout)
    assert [row["id"] for row in rows] == [CALL]
    assert json.loads(run("list", "--state", str(state), "--json", "--since", "1h").stdout) == []


def test_list_for_a_person(state: Path) -> None:
    text = run("list", "--site", str(state / "hotline.toml")).stdout
    assert "13904310000" in text
    assert "answered" in text


def test_show_tells_the_call_in_order(state: Path) -> None:
    text = run("show", CALL, "--state", str(state)).stdout
    told = [
        "13904310000 王芳 from 长春 calls 12348",
        "recording starts",
        "greeting",
        "seat cc01 (agent 1023) rings in 长春",
        "seat cc01 (agent 1023): no_answer",
        "seat jl01 (agent 1044) rings in 吉林",
        "+7.5 s  seat jl01 (agent 1044) answers",
        "seat jl01 (agent 1044): ended by agent",
        "caller rates 5 of 5",
        "call ended by caller",
        "outcome    answered",
        "talked     60.0 s",
        f"recording  mixed  {state / 'recordings' / '2026/11/23/a.wav'}  not sealed yet",
    ]
    places = [text.find(line) for line in told]
    assert -1 not in places, text
    assert places == sorted(places)


def test_show_as_json(state: Path) -> None:
    call = json.loads(run("show", CALL, "--state", str(state), "--json").stdout)
    assert (call["outcome"], call["wait_seconds"], call["rating"]) == ("answered", 7.5, 5)
    assert len(call["facts"]) == 15
    assert [leg["result"] for leg in call["legs"]] == ["no_answer", "answered"]


def test_an_unknown_call_is_said_to_be_unknown(state: Path) -> None:
    assert isinstance(run("show", "nobody", "--state", str(state)).exception, UnknownCallError)


@pytest.mark.parametrize("extra", [["--since", "yesterday"], ["--site", "x"], ["--limit", "0"]])
def test_nonsense_is_refused(state: Path, extra: list[str]) -> None:
    assert run("list", "--state", str(state), *extra).exit_code == 2


def test_a_callers_name_cannot_drive_the_terminal(sqlite_url: str, state: Path) -> None:
    engine = make_engine(sqlite_url)
    name = {"caller_name": "\x1b[2J[red]x"}
    with session_factory(engine).begin() as session:
        store(session, [CallEvent(5.0, "agi-1-1", 1, "evil", EventKind.ARRIVED, name)])
    engine.dispose()
    text = run("show", "evil", "--state", str(state)).stdout
    assert "\x1b[2J" not in text
    assert "[red]x" in text


def test_earlier_calls_of_a_number(database: Database) -> None:
    calls = [
        CallEvent(float(n), "agi-1-1", n, f"c{n}", EventKind.ARRIVED, {"caller_number": number})
        for n, number in enumerate(["1", "2", "1", "", "1"])
    ]
    with database.sessions.begin() as session:
        store(session, calls)
    with database.sessions() as session:
        assert [call.id for call in calls_of_number(session, "1", 2)] == ["c4", "c2"]
        assert calls_of_number(session, "", 5) == []
        assert [call.id for call in list_calls(session, CallFilter(limit=1))] == ["c4"]

"""`hotline people`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from casework.command import app
from hotline.errors import HotlineError

SITE = """
[[city]]
code = "changchun"
name = "长春"

[[skill]]
code = "labour"
name = "劳动"
"""


@pytest.fixture
def state(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A state folder with a site file."""
    (tmp_path / "hotline.toml").write_text(SITE, encoding="utf-8")
    monkeypatch.setenv("HOTLINE_DATABASE_URL", sqlite_url)
    return str(tmp_path)


def run(*words: str, typed: str = "") -> str:
    """Run the command and return what it printed; raise what it raised."""
    result = CliRunner().invoke(app, list(words), input=typed, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_made_password_is_shown_once(state: str) -> None:
    add = ("add", "--code", "1023", "--name", "王敏", "--city", "changchun", "--state", state)
    assert "password (shown once): " in run(*add)
    listed = run("list", "--json", "--state", state)
    assert [row["code"] for row in json.loads(listed)] == ["1023"]
    assert "password" not in listed


def test_a_password_from_standard_input_is_not_printed(state: str) -> None:
    add = ("add", "--code", "1", "--name", "李", "--role", "admin", "--state", state)
    printed = run(*add, "--password-file", "-", typed="Correct-Horse-7\n")
    assert "Correct-Horse-7" not in printed
    assert "李" in run("list", "--state", state)
    ask = ("password", "--code", "1", "--ask", "--state", state)
    assert "new password" in run(*ask, typed="Another-Horse-8\nAnother-Horse-8\n")


def test_a_city_must_be_of_the_site(state: str) -> None:
    with pytest.raises(Exception, match="nowhere"):
        run("add", "--code", "1", "--name", "李", "--city", "nowhere", "--state", state)


def test_a_new_person_may_come_with_skills(state: str) -> None:
    add = ("add", "--code", "1023", "--name", "王敏", "--city", "changchun", "--state", state)
    run(*add, "--has", "labour:3")
    assert json.loads(run("skills", "--code", "1023", "--json", "--state", state)) == {"labour": 3}


def test_skills_are_set_shown_and_taken_away(state: str) -> None:
    run("add", "--code", "1023", "--name", "王敏", "--city", "changchun", "--state", state)
    skills = ("skills", "--code", "1023", "--json", "--state", state)
    assert json.loads(run(*skills)) == {}
    assert json.loads(run(*skills, "--has", "labour:2")) == {"labour": 2}
    assert json.loads(run(*skills)) == {"labour": 2}
    assert json.loads(run(*skills, "--none")) == {}


@pytest.mark.parametrize(
    ("word", "reason"), [("law:1", "'law' is none of labour"), ("labour:4", "1 to 3")]
)
def test_a_skill_nobody_can_have_is_refused(state: str, word: str, reason: str) -> None:
    run("add", "--code", "1023", "--name", "王敏", "--city", "changchun", "--state", state)
    with pytest.raises(HotlineError, match=reason):
        run("skills", "--code", "1023", "--has", word, "--state", state)

"""`hotline dialplan`."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dialplan import command
from hotline.tools import AsteriskTool

EXAMPLE = Path(__file__).parents[2] / "hotline.toml.example"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site file in an empty folder, on a machine whose Asterisk is not running."""
    tool = AsteriskTool("asterisk", ("false",), {}, None, "22", Path("/m"), Path("/d"))
    monkeypatch.setattr(command, "find_asterisk", lambda: tool)
    file = tmp_path / "hotline.toml"
    file.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return file


def _run(*arguments: str) -> Any:
    return CliRunner().invoke(command.app, arguments)


def _report(*arguments: str) -> Any:
    return json.loads(_run(*arguments, "--json").output)


def test_render_writes_once(site: Path) -> None:
    first = _run("render", "--site", str(site))
    assert first.exit_code == 0, first.output
    assert "wrote pjsip.conf" in first.output
    assert (site.parent / ".state/asterisk/etc/extensions.conf").exists()
    assert _run("render", "--site", str(site)).output == "nothing changed\n"


def test_render_elsewhere_leaves_asterisks_own_folder_alone(site: Path, tmp_path: Path) -> None:
    assert _run("render", "--site", str(site), "--out", str(tmp_path / "out")).exit_code == 0
    assert (tmp_path / "out" / "pjsip.conf").exists()
    assert not (site.parent / ".state/asterisk").exists()


def test_check_says_what_would_change_and_changes_nothing(site: Path) -> None:
    _run("render", "--site", str(site))
    assert _run("check", "--site", str(site)).exit_code == 0
    site.write_text(site.read_text().replace("ring_seconds = 20", "ring_seconds = 25"))
    for _ in range(2):
        said = _run("check", "--site", str(site))
        assert said.exit_code == 1
        assert "PJSIP" not in said.output.partition("+++")[0]
        assert ",25,${HOTLINE_DIAL_OPTIONS})" in said.output
    report = _report("check", "--site", str(site))
    assert [row["file"] for row in report["changed"]] == ["extensions.conf"]
    assert report["changed"][0]["reload"] == "pbx_config.so"


def test_check_tells_no_password(site: Path) -> None:
    said = _run("check", "--site", str(site)).output
    secrets = (site.parent / ".state/secrets.toml").read_text()
    passwords = [line.split('"')[1] for line in secrets.splitlines() if '"' in line]
    assert len(passwords) > 10
    assert not [password for password in passwords if password in said]


def test_reload_without_a_running_asterisk_writes_and_says_so(site: Path) -> None:
    report = _report("check", "--site", str(site), "--reload")
    assert report["reloaded"] == []
    assert "pjsip.conf" in report["at_restart"]
    assert _run("check", "--site", str(site)).exit_code == 0

"""Web files: locked packages, no addresses in the lock file, copies where the console serves."""

import json
import os
from pathlib import Path

import pytest

from hotline.errors import ToolMissingError
from hotline.setup import web
from hotline.tools import CHECKOUT


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a lock file, and an npm that puts down what is asked for."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "package-lock.json").write_text("{}")
    files = " ".join(f"node_modules/{source}" for source in web.VENDORED.values())
    npm(tmp_path / "bin", f"for f in {files}; do mkdir -p $(dirname $f); echo $f > $f; done")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return folder


def npm(folder: Path, script: str) -> None:
    """A stand-in npm."""
    folder.mkdir(exist_ok=True)
    (folder / "npm").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "npm").chmod(0o755)


def test_files_are_copied_to_where_the_console_serves_them(checkout: Path) -> None:
    assert web.missing_files(checkout) == list(web.VENDORED)
    web.install(checkout)
    assert web.missing_files(checkout) == []
    copied = checkout / "agent_console" / "static" / "vendor" / "htmx.min.js"
    assert copied.read_text().strip() == "node_modules/htmx.org/dist/htmx.min.js"


def test_a_new_lock_file_is_noticed(checkout: Path) -> None:
    before = web.wanted(checkout)
    (checkout / "package-lock.json").write_text('{"name": "x"}')
    assert web.wanted(checkout) != before


def test_without_npm_the_message_says_which_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissingError, match="nodejs and npm"):
        web.install(tmp_path)


def test_a_refusal_is_told_in_npms_own_words(checkout: Path, tmp_path: Path) -> None:
    npm(tmp_path / "bin", "echo 'npm error no such version' >&2; exit 1")
    with pytest.raises(ToolMissingError, match="no such version"):
        web.install(checkout)


def test_the_lock_file_pins_contents_and_names_no_host() -> None:
    lock = json.loads((CHECKOUT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for name, entry in packages.items():
        assert entry["integrity"].startswith("sha512-"), name
        assert "resolved" not in entry, name


def test_every_copied_package_is_pinned_to_one_version() -> None:
    wanted = json.loads((CHECKOUT / "package.json").read_text())["dependencies"]
    assert all(version[0].isdigit() for version in wanted.values())
    assert all(
        any(source.startswith(f"{name}/") for name in wanted) for source in web.VENDORED.values()
    )

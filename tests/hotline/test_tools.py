"""Programs: PATH first when new enough, then the runtime folder, else a helpful message."""

import platform
from collections.abc import Callable
from pathlib import Path

import pytest

from hotline import tools
from hotline.errors import ToolMissingError


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with nothing on PATH and an empty runtime folder."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOTLINE_RUNTIME", str(tmp_path / "runtime"))
    tools.forget_found()


def program(path: Path, says: str) -> Path:
    """A program that says its version and nothing else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def private_loader(root: Path) -> Path:
    """A stand-in for the tree's own loader: runs what is behind `--library-path PATH`."""
    loader = root / "usr" / "lib" / tools.triplet() / "ld-linux-test.so.2"
    loader.parent.mkdir(parents=True)
    loader.write_text('#!/bin/sh\nshift 2\nexec "$@"\n')
    loader.chmod(0o755)
    return loader


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1", "22.10.1"),
        ("Redis server v=6.2.14 sha=00000000:0 malloc=libc bits=64", "6.2.14"),
        ("\n SIPp v3.8.0-TLS-SCTP-PCAP.\n", "3.8.0"),
        ("baresip v1.1.0 Copyright (C) 2010 - 2021", "1.1.0"),
        ("nothing of the kind", ""),
    ],
)
def test_version_is_the_first_dotted_number(said: str, version: str) -> None:
    assert tools.parse_version(said) == version


@pytest.mark.parametrize(
    ("version", "used"), [("20.1.0", True), ("22.10.1", True), ("16.28.0", False), ("", False)]
)
def test_only_maintained_asterisk_is_used(version: str, used: bool) -> None:
    assert tools.is_new_enough(version) is used


@pytest.mark.parametrize(
    ("find", "package"),
    [
        (tools.find_asterisk, "asterisk"),
        (tools.find_sipp, "sip-tester"),
        (tools.find_baresip, "baresip-core"),
        (tools.find_espeak, "espeak-ng"),
        (tools.find_chromium, "chromium"),
    ],
)
def test_what_is_nowhere_is_named_with_its_package(
    find: Callable[[], tools.Tool], package: str
) -> None:
    with pytest.raises(ToolMissingError) as caught:
        find()
    assert f"Debian's package {package}" in str(caught.value)
    assert "make setup" in str(caught.value)


def test_a_program_on_path_is_used_as_it_is(tmp_path: Path) -> None:
    path = program(tmp_path / "bin" / "sipp", "SIPp v3.7.1")
    assert tools.find_sipp() == tools.Tool("sipp", (str(path),), {}, None, "3.7.1")


def test_the_private_tree_brings_its_own_loader(tmp_path: Path) -> None:
    root = tmp_path / "runtime" / "debian"
    loader = private_loader(root)
    path = program(root / "usr" / "bin" / "sipp", "SIPp v3.8.0")
    found = tools.find_sipp()
    assert (found.argv[0], found.argv[-1]) == (str(loader), str(path))
    assert (found.root, found.version) == (root, "3.8.0")


def test_an_old_asterisk_on_path_gives_way_to_the_private_one(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "asterisk", "Asterisk 16.28.0")
    root = tmp_path / "runtime" / "debian"
    private_loader(root)
    program(root / "usr" / "sbin" / "asterisk", "Asterisk 22.10.1")
    found = tools.find_asterisk()
    assert (found.version, found.root) == ("22.10.1", root)
    assert found.modules_dir == root / "usr" / "lib" / tools.triplet() / "asterisk" / "modules"
    assert found.data_dir == root / "usr" / "share" / "asterisk"


def test_redis_is_embedded_when_there_is_none_on_path(tmp_path: Path) -> None:
    assert Path(tools.find_redis_server().argv[0]).is_file()
    path = program(tmp_path / "bin" / "redis-server", "Redis server v=7.0.15")
    assert tools.find_redis_server().argv == (str(path),)


@pytest.mark.parametrize("name", tools.CHROMIUM_NAMES)
def test_any_name_of_the_browser_will_do(tmp_path: Path, name: str) -> None:
    path = program(tmp_path / "bin" / name, "Chromium 156.0.8078.79")
    assert tools.find_chromium().argv == (str(path),)


def test_the_private_browser_is_started_without_a_loader(tmp_path: Path) -> None:
    root = tmp_path / "runtime" / "chromium"
    path = program(root / "usr" / "lib" / "chromium" / "chromium", "Chromium 156.0.8078.79")
    found = tools.find_chromium()
    assert found.argv == (str(path),)
    assert str(root / "usr" / "lib" / tools.triplet()) in found.env["LD_LIBRARY_PATH"]
    assert found.env["FONTCONFIG_FILE"] == str(root / "fonts.conf")


def test_baresip_modules_lie_beside_it(tmp_path: Path) -> None:
    root = tmp_path / "runtime" / "debian"
    private_loader(root)
    program(root / "usr" / "bin" / "baresip", "baresip v1.1.0")
    with pytest.raises(ToolMissingError, match=r"account\.so"):
        tools.baresip_modules_dir()
    modules = root / "usr" / "lib" / "baresip" / "modules"
    modules.mkdir(parents=True)
    (modules / "account.so").touch()
    assert tools.baresip_modules_dir() == modules


def test_a_program_that_does_not_start_has_no_version(tmp_path: Path) -> None:
    path = tmp_path / "bin" / "sipp"
    path.write_bytes(b"\x7fELF of another machine")
    path.chmod(0o755)
    assert tools.find_sipp().version == ""


def test_the_triplet_is_of_this_machine() -> None:
    assert tools.triplet().startswith(platform.machine())


def test_the_runtime_folder_lies_in_the_checkout_unless_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert tools.runtime_dir() == tmp_path / "runtime"
    monkeypatch.delenv("HOTLINE_RUNTIME")
    assert tools.runtime_dir() == tools.CHECKOUT / ".runtime"

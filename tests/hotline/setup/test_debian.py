"""Private Debian packages: the mirror is the machine's, the tree whole, the message helpful."""

import os
import subprocess
from pathlib import Path

import pytest

from hotline.errors import ToolMissingError
from hotline.setup import debian

WANTED = debian.Wanted(("asterisk", "sip-tester"), "forky")


def fake(folder: Path, name: str, script: str) -> None:
    """A stand-in program on PATH."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder before all others on PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


@pytest.mark.parametrize(
    ("targets", "mirror"),
    [
        (["Packages bookworm http://mirror.test/debian/"], "http://mirror.test/debian/"),
        (
            [
                "Translations bookworm http://wrong.test/debian/",
                "Packages node http://vendor.test/apt/",
                "Packages bookworm-security http://mirror.test/debian-security/",
                "Packages bookworm http://mirror.test/debian",
            ],
            "http://mirror.test/debian",
        ),
        (["Packages noble http://mirror.test/ubuntu/"], None),
        ([], None),
    ],
)
def test_the_mirror_is_the_archive_the_machine_uses(targets: list[str], mirror: str | None) -> None:
    assert debian.main_mirror(targets) == mirror


def test_without_apt_the_message_says_which_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissingError) as caught:
        debian.install(WANTED, tmp_path / "tree", lambda _: None)
    assert "no apt-get" in str(caught.value)
    assert "Install the Debian packages asterisk, sip-tester" in str(caught.value)


def test_a_refused_download_is_told_in_apts_own_words(tmp_path: Path, programs: Path) -> None:
    fake(programs, "apt-get", "echo 'W: a warning' >&2; echo 'E: no route' >&2; exit 100")
    fake(programs, "dpkg", "exit 0")
    with pytest.raises(ToolMissingError, match="E: no route"):
        debian.install(WANTED, tmp_path / "tree", lambda _: None)
    assert not (tmp_path / "tree").exists()


def test_apt_is_told_nothing_is_installed_and_one_source(tmp_path: Path, programs: Path) -> None:
    fake(programs, "apt-get", "echo 'Packages bookworm http://mirror.test/debian/'")
    options = debian.apt_options(tmp_path / "apt", WANTED)
    assert f"Dir::State::status={tmp_path}/apt/state/status" in options
    assert (tmp_path / "apt" / "state" / "status").read_text() == ""
    source = (tmp_path / "apt" / "sources.list").read_text()
    assert source.endswith("http://mirror.test/debian/ forky main\n")


def test_the_machines_own_sources_serve_when_no_suite_is_named(tmp_path: Path) -> None:
    options = debian.apt_options(tmp_path / "apt", debian.Wanted(("chromium",)))
    assert not any(option.startswith("Dir::Etc::source") for option in options)


@pytest.fixture
def deb(tmp_path: Path) -> Path:
    """A small package with a set-uid program."""
    package = tmp_path / "package"
    (package / "DEBIAN").mkdir(parents=True)
    (package / "DEBIAN" / "control").write_text(
        "Package: tool\nVersion: 1\nArchitecture: all\nMaintainer: A <a@b.test>\nDescription: x\n"
    )
    program = package / "usr" / "bin" / "tool"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o4755)
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-b", package, tmp_path], check=True, capture_output=True
    )
    return tmp_path / "tool_1_all.deb"


def test_unpacked_programs_keep_no_privileges(tmp_path: Path, deb: Path) -> None:
    debian.unpack([deb], tmp_path / "tree")
    program = tmp_path / "tree" / "usr" / "bin" / "tool"
    assert program.stat().st_mode & 0o7777 == 0o4755
    debian.drop_privileges(tmp_path / "tree")
    assert program.stat().st_mode & 0o7777 == 0o755


def test_the_new_tree_replaces_the_old_one_whole(
    tmp_path: Path, deb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debian, "download", lambda *_: [deb])
    tree = tmp_path / "tree"
    (tree / "old").mkdir(parents=True)
    debian.install(WANTED, tree, lambda _: None)
    assert [path.name for path in tree.iterdir()] == ["usr"]
    assert not tree.with_name("tree.part").exists()


def test_a_broken_package_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken_1_all.deb"
    broken.write_text("not a package")
    with pytest.raises(ToolMissingError, match="broken_1_all"):
        debian.unpack([broken], tmp_path / "tree")


def test_what_is_left_out_is_left_out_by_package_name() -> None:
    assert debian.package_of(Path("libc6_2.36-9+deb12u10_amd64.deb")) == "libc6"

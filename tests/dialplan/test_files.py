"""The rendered files on disk."""

from pathlib import Path

import pytest

from dialplan.files import Change, changes, etc_dir, make_folders, write
from hotline.settings import Settings


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    write(tmp_path, changes(tmp_path, {"rtp.conf": "a\n", "cel.conf": "b\n"}))
    before = (tmp_path / "rtp.conf").stat().st_ino
    wanted = changes(tmp_path, {"rtp.conf": "a\n", "cel.conf": "c\n"})
    write(tmp_path, wanted)
    assert [change.name for change in wanted] == ["cel.conf"]
    assert (tmp_path / "rtp.conf").stat().st_ino == before
    assert (tmp_path / "cel.conf").read_text() == "c\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cel.conf", "rtp.conf"]


@pytest.mark.parametrize(("name", "mode"), [("pjsip.conf", 0o600), ("manager.conf", 0o600)])
def test_passwords_are_for_their_owner(tmp_path: Path, name: str, mode: int) -> None:
    write(tmp_path, changes(tmp_path, {name: "password = x\n"}))
    assert (tmp_path / name).stat().st_mode & 0o777 == mode


def test_a_file_with_passwords_left_open_is_closed(tmp_path: Path) -> None:
    (tmp_path / "pjsip.conf").write_text("password = x\n")
    (tmp_path / "pjsip.conf").chmod(0o644)
    wanted = changes(tmp_path, {"pjsip.conf": "password = x\n"})
    assert "mode" in wanted[0].diff()
    write(tmp_path, wanted)
    assert (tmp_path / "pjsip.conf").stat().st_mode & 0o777 == 0o600


def test_a_diff_is_short_and_tells_no_password() -> None:
    old = "[a]\npassword = hunter2\nx = 1\ny = 1\nz = 1\n"
    new = "[a]\npassword = hunter3\nx = 1\ny = 1\nz = 2\n"
    diff = Change("pjsip.conf", old, new).diff()
    assert "hunter" not in diff
    assert "-z = 1\n+z = 2" in diff
    assert "x = 1" not in diff
    assert "password" in Change("pjsip.conf", "secret = a\n", "secret = b\n").diff()


def test_every_folder_asterisk_needs_is_made(settings: Settings) -> None:
    make_folders(settings)
    make_folders(settings)
    assert etc_dir(settings).is_dir()
    assert (settings.asterisk_dir / "log" / "cel-custom").is_dir()
    assert (settings.state_dir / "moh-greeting").is_dir()

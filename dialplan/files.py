"""The rendered files on disk: what differs from them, and writing only that."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hotline.settings import Settings

#: Files that hold passwords: readable by their owner only.
SECRET_FILES = frozenset({"manager.conf", "pjsip.conf"})

_SECRET_LINE = re.compile(r"^([ +-]?(?:secret|password) *= *)\S.*$", re.MULTILINE)


@dataclass(frozen=True)
class Change:
    """A file as it lies on disk (None: it does not) and as the site file says now."""

    name: str
    old: str | None
    new: str

    def diff(self) -> str:
        """A unified diff with one line of context; passwords are masked."""
        lines = difflib.unified_diff(
            _masked(self.old or "").splitlines(),
            _masked(self.new).splitlines(),
            self.name,
            self.name,
            n=1,
            lineterm="",
        )
        body = "\n".join(lines)
        return body or f"{self.name}: only a password or its mode changed"


def _masked(text: str) -> str:
    return _SECRET_LINE.sub(r"\1********", text)


def etc_dir(settings: Settings) -> Path:
    """Where Asterisk reads its files."""
    return settings.asterisk_dir / "etc"


def changes(folder: Path, files: Mapping[str, str]) -> list[Change]:
    """The files that are not in ``folder`` as they should be."""
    found = [Change(name, _read(folder / name), text) for name, text in files.items()]
    return [c for c in found if c.old != c.new or _too_open(folder / c.name)]


def write(folder: Path, wanted: list[Change]) -> None:
    """Put each file in its place, whole or not at all; one with passwords for its owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    for change in wanted:
        mode = 0o600 if change.name in SECRET_FILES else 0o644
        fresh = folder / f".{change.name}.new"
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=mode)
        fresh.write_text(change.new, encoding="utf-8")
        fresh.replace(folder / change.name)


def make_folders(settings: Settings) -> None:
    """Every folder Asterisk expects to find."""
    own = settings.asterisk_dir
    for name in ("etc", "keys", "log/cel-custom", "run", "spool", "varlib"):
        (own / name).mkdir(parents=True, exist_ok=True)
    for folder in (settings.recordings_dir, settings.prompts_dir):
        folder.mkdir(parents=True, exist_ok=True)
    for name in ("moh", "moh-greeting"):
        (settings.state_dir / name).mkdir(parents=True, exist_ok=True)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _too_open(path: Path) -> bool:
    return path.name in SECRET_FILES and path.exists() and bool(path.stat().st_mode & 0o077)

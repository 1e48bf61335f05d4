"""How far each journal file has been drained, in one small file."""

import json
from pathlib import Path


class Offsets:
    """Byte offsets by file name; replaced atomically, so a reader sees the old or the new.

    Not synced: what a power cut takes back is read again, and storing a fact twice changes
    nothing.
    """

    def __init__(self, path: Path) -> None:
        """Read ``path``; missing or damaged, everything is read from the start."""
        self._path = path
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
            self._offsets = {str(name): int(offset) for name, offset in known.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            self._offsets = {}

    def __getitem__(self, name: str) -> int:
        return self._offsets.get(name, 0)

    def move(self, ends: dict[str, int]) -> None:
        """Set and keep these offsets."""
        self._save(self._offsets | ends)

    def forget(self, names: set[str]) -> None:
        """Drop files that are gone."""
        self._save({name: end for name, end in self._offsets.items() if name not in names})

    def _save(self, offsets: dict[str, int]) -> None:
        if offsets == self._offsets:
            return
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(offsets), encoding="utf-8")
        fresh.replace(self._path)
        self._offsets = offsets

"""The sound files of a call: one recording makes three tracks."""

from dataclasses import dataclass
from enum import StrEnum

from hotline.calls.events import CallEvent, EventKind
from hotline.calls.facts import Facts, first_text


class Track(StrEnum):
    """Whose voice is in a file: both, the caller's alone, the line's alone (MixMonitor r, t)."""

    MIXED = "mixed"
    CALLER = "caller"
    LINE = "line"

    def file(self, path: str) -> str:
        """The file of this track for a recording's path (below the recordings folder)."""
        return f"{path}.wav" if self is Track.MIXED else f"{path}-{self.value}.wav"


@dataclass(frozen=True)
class FoldedRecording:
    """One file; ``sha256`` None until sealed, ``missing`` when it was not found."""

    track: Track
    path: str
    sha256: str | None = None
    seconds: float | None = None
    bytes: int | None = None
    missing: bool = False


def fold_recordings(facts: Facts) -> tuple[FoldedRecording, ...]:
    """The tracks of the call's first recording, sealed or not."""
    path = facts.text(EventKind.RECORDING_STARTED, "path", 240)
    seals = facts.of(EventKind.RECORDING_SEALED)
    tracks = [_track(track, track.file(path) if path else None, seals) for track in Track]
    return tuple(track for track in tracks if track is not None)


def _track(track: Track, path: str | None, seals: list[CallEvent]) -> FoldedRecording | None:
    mine = [seal for seal in seals if seal.data.get("track") == track]
    found = [seal for seal in mine if first_text([seal], "sha256", 64)]
    path = path or first_text(mine, "path", 255)
    if path is None:
        return None
    if not found:
        return FoldedRecording(track, path, missing=bool(mine))
    return FoldedRecording(
        track,
        first_text(found, "path", 255) or path,
        first_text(found, "sha256", 64),
        _number(found[0].data.get("seconds")),
        _whole(found[0].data.get("bytes")),
    )


def _number(value: object) -> float | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain and isinstance(value, int | float) else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and 0 <= number < 2**63 else None

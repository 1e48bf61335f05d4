"""Tones: made for microphones, and looked for in what was heard (Goertzel's filter)."""

import math
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

from hotline.phones.sound import RATE, Sound, read_wav, write_wav

#: Length of the pieces in which a tone is looked for, seconds: long enough to
#: tell tones 50 Hz apart, short enough to time a gap.
PIECE = 0.05
#: Share of a piece's energy at the frequency from which the tone counts as
#: there. Two equal tones at once have half of it each.
SHARE = 0.2
#: Root mean square below which a piece is silence (full scale is 32767).
SILENCE = 50.0


def tone(hz: float, seconds: float, amplitude: int = 8000, rate: int = RATE) -> Sound:
    """A sine tone; ``amplitude`` is its peak, at most 32767."""
    turn = 2 * math.pi * hz / rate
    count = int(seconds * rate)
    return Sound(array("h", (round(amplitude * math.sin(turn * i)) for i in range(count))), rate)


def write_tone(path: Path, hz: float, seconds: float, amplitude: int = 8000) -> Path:
    """Write a tone as an 8 kHz mono WAV and return its path."""
    return write_wav(path, tone(hz, seconds, amplitude))


def rms(samples: Sequence[int]) -> float:
    """Root mean square: 0 for silence, 23170 for a sine at full scale."""
    if not samples:
        return 0.0
    return math.sqrt(sum(s * s for s in samples) / len(samples))


def tone_strength(samples: Sequence[int], hz: float, rate: int = RATE) -> float:
    """Share of the samples' energy at ``hz``: 1.0 for that tone alone, 0.0 for silence."""
    energy = sum(s * s for s in samples)
    if not energy:
        return 0.0
    factor = 2 * math.cos(2 * math.pi * hz / rate)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + factor * last - before
    power = before * before + last * last - factor * before * last
    return min(1.0, 2 * power / (len(samples) * energy))


def loudness(path: Path) -> float:
    """Root mean square of a whole WAV."""
    return rms(read_wav(path).samples)


def seconds(path: Path) -> float:
    """How long a WAV lasts."""
    return read_wav(path).seconds


def seconds_with_tone(path: Path, hz: float) -> float:
    """For how many seconds altogether the tone is in the WAV."""
    return PIECE * sum(_heard(read_wav(path), hz))


def has_tone(path: Path, hz: float, at_least: float = 0.5) -> bool:
    """Whether the tone is in the WAV for ``at_least`` seconds altogether."""
    return seconds_with_tone(path, hz) >= at_least - 1e-9


def first_heard(path: Path, hz: float) -> float | None:
    """Seconds from the WAV's start to the tone, or None if it is never there."""
    at = next((i for i, there in enumerate(_heard(read_wav(path), hz)) if there), None)
    return None if at is None else at * PIECE


def longest_gap(path: Path, hz: float, start: float = 0.0, end: float | None = None) -> float:
    """Longest stretch without the tone between ``start`` and ``end``, in seconds."""
    sound = read_wav(path)
    window = slice(int(start * sound.rate), None if end is None else int(end * sound.rate))
    longest = current = 0
    for there in _heard(Sound(sound.samples[window], sound.rate), hz):
        current = 0 if there else current + 1
        longest = max(longest, current)
    return longest * PIECE


def _heard(sound: Sound, hz: float) -> Iterator[bool]:
    """Whether the tone is there, piece by piece; a rest shorter than a piece is left out."""
    size = int(PIECE * sound.rate)
    for at in range(0, len(sound.samples) - size + 1, size):
        piece = sound.samples[at : at + size]
        yield rms(piece) >= SILENCE and tone_strength(piece, hz, sound.rate) >= SHARE

"""Music on hold, made here: slow chords under a broken-chord melody, the same on every machine.

Recorded music costs fees and cannot be shipped; this is nobody's.
"""

from __future__ import annotations

import math
import shutil
from array import array
from pathlib import Path

from hotline.setup.sound import FULL_SCALE, RATE, write_wav

#: Changes with the sound, so that set-up makes it anew.
MUSIC_VERSION = "1"
CHORD_SECONDS = 4.0
NOTE_SECONDS = 0.5
#: How long a melody note and a chord are heard; both outlast their step and so overlap.
NOTE_RING_SECONDS = 1.8
CHORD_RING_SECONDS = 5.0
#: The loudest sample, in full scales: a quiet background (-12 dB).
PEAK = 0.25
#: MIDI notes of ten chords; 60 is middle C. All stay within what a telephone passes well.
CHORDS = (
    (60, 64, 67, 71),
    (57, 60, 64, 67),
    (65, 69, 72, 76),
    (55, 62, 65, 71),
    (60, 64, 67, 74),
    (64, 67, 71, 74),
    (57, 64, 67, 72),
    (62, 65, 69, 72),
    (55, 62, 67, 71),
    (60, 64, 67, 72),
)
MUSIC = "music.wav"
GREETING_PARTS = ("00-greeting.wav", "05-notice.wav", "10-music.wav")
#: Which chord note each melody step takes, an octave up.
FIGURE = (0, 2, 1, 3, 2, 3, 1, 2)


def make_music(moh: Path) -> Path:
    """Write the waiting music (40 s, loops without a seam) as the only file of ``moh``."""
    fresh_folder(moh)
    path = moh / MUSIC
    write_wav(path, compose())
    return path


def make_greeting_music(prompts: Path, music: Path, out: Path) -> list[Path]:
    """What a caller hears whose seat rings during the greeting: greeting, notice, then music.

    Asterisk plays a folder in the order of its names.
    """
    fresh_folder(out)
    made = [prompts / "greeting.wav", prompts / "notice.wav", music]
    return [
        Path(shutil.copyfile(path, out / name))
        for name, path in zip(GREETING_PARTS, made, strict=True)
    ]


def is_whole(moh: Path, greeting: Path) -> bool:
    """Whether both folders hold what the functions above put there."""
    files = [moh / MUSIC, *(greeting / name for name in GREETING_PARTS)]
    return all(path.is_file() for path in files)


def fresh_folder(folder: Path) -> None:
    """An empty folder: music on hold plays whatever lies in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def compose() -> array[int]:
    """The whole piece as 8 kHz samples."""
    total = int(len(CHORDS) * CHORD_SECONDS * RATE)
    mix = [0.0] * total
    for index, chord in enumerate(CHORDS):
        start = index * CHORD_SECONDS
        for note in chord[:3]:
            _add(mix, start, _pad(_hertz(note)))
        for step, place in enumerate(FIGURE):
            _add(mix, start + step * NOTE_SECONDS, _pluck(_hertz(chord[place] + 12)))
    loudest = max(abs(value) for value in mix)
    return array("h", (round(PEAK * FULL_SCALE * value / loudest) for value in mix))


def _hertz(midi: int) -> float:
    return 440.0 * math.pow(2.0, (midi - 69) / 12)


def _add(mix: list[float], at_seconds: float, sound: list[float]) -> None:
    """Mix in; what rings past the end comes in at the beginning, so that the loop has no seam."""
    start = int(at_seconds * RATE)
    for index, value in enumerate(sound, start):
        mix[index % len(mix)] += value


def _pluck(hertz: float) -> list[float]:
    """A soft bell: strikes within 10 ms and dies away."""
    count = int(NOTE_RING_SECONDS * RATE)
    attack = RATE // 100
    turn = 2 * math.pi * hertz / RATE
    return [
        0.5
        * min(1.0, index / attack)
        * math.exp(-3.5 * index / count)
        * (1 - index / count)
        * (math.sin(turn * index) + 0.2 * math.sin(2 * turn * index))
        for index in range(count)
    ]


def _pad(hertz: float) -> list[float]:
    """A held tone that swells and fades over its whole length."""
    count = int(CHORD_RING_SECONDS * RATE)
    turn = 2 * math.pi * hertz / RATE
    return [
        0.3 * math.sin(math.pi * index / count) * math.sin(turn * index) for index in range(count)
    ]

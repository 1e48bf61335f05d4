"""Waiting music: always the same, quiet, never silent, without a seam."""

from __future__ import annotations

import itertools
from array import array
from pathlib import Path

import pytest

from hotline.setup import music
from hotline.setup.sound import FULL_SCALE, RATE, read_wav, rms, write_wav


@pytest.fixture(scope="module")
def piece(tmp_path_factory: pytest.TempPathFactory) -> array[int]:
    """The music as set-up writes it."""
    path = music.make_music(tmp_path_factory.mktemp("moh"))
    return read_wav(path)[1]


def test_it_lasts_forty_seconds_and_is_never_silent(piece: array[int]) -> None:
    assert len(piece) == 40 * RATE
    seconds = [rms(piece[start : start + RATE]) for start in range(0, len(piece), RATE)]
    assert min(seconds) > 0.02
    assert max(seconds) < 0.15


def test_it_is_quiet_enough_to_speak_over(piece: array[int]) -> None:
    assert max(map(abs, piece)) == round(music.PEAK * FULL_SCALE)


def test_it_loops_without_a_seam(piece: array[int]) -> None:
    steps = [abs(a - b) for a, b in itertools.pairwise(piece)]
    assert abs(piece[-1] - piece[0]) <= max(steps)


def test_it_is_the_same_each_time(piece: array[int]) -> None:
    assert music.compose() == piece


def test_the_greeting_comes_before_the_music(tmp_path: Path) -> None:
    for name in ("greeting", "notice", "music"):
        write_wav(tmp_path / f"{name}.wav", array("h", name.encode() * 2))
    out, moh = tmp_path / "moh-greeting", tmp_path / "moh"
    out.mkdir()
    (out / "left-over.wav").touch()
    made = music.make_greeting_music(tmp_path, tmp_path / "music.wav", out)
    assert made == sorted(out.iterdir())
    heard = [path.read_bytes() for path in made]
    expected = [tmp_path / f"{name}.wav" for name in ("greeting", "notice", "music")]
    assert heard == [path.read_bytes() for path in expected]
    assert not music.is_whole(moh, out)

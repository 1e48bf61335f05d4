"""Tones: one that was made is found, another is not, and gaps are timed."""

import time
from array import array
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotline.phones import tones
from hotline.phones.sound import Sound, write_wav

HZ = st.integers(200, 3700)
AMPLITUDE = st.integers(300, 32000)


@given(HZ, AMPLITUDE)
def test_a_tone_has_all_its_energy_at_its_frequency(hz: int, amplitude: int) -> None:
    assert tones.tone_strength(tones.tone(hz, 0.05, amplitude).samples, hz) > 0.9


@given(HZ, HZ, AMPLITUDE)
def test_another_tone_is_not_found(hz: int, other: int, amplitude: int) -> None:
    assume(abs(hz - other) >= 50)
    assert tones.tone_strength(tones.tone(hz, 0.05, amplitude).samples, other) < tones.SHARE


@given(HZ, HZ)
def test_of_two_tones_at_once_both_are_found(first: int, second: int) -> None:
    assume(abs(first - second) >= 100)
    mixed = [
        a + b
        for a, b in zip(
            tones.tone(first, 0.05).samples, tones.tone(second, 0.05).samples, strict=True
        )
    ]
    assert tones.tone_strength(mixed, first) >= tones.SHARE
    assert tones.tone_strength(mixed, second) >= tones.SHARE


def test_silence_has_no_tone_and_no_loudness(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "silence.wav", Sound(array("h", bytes(16000))))
    assert not tones.has_tone(path, 440, at_least=0.05)
    assert tones.loudness(path) == 0
    assert tones.first_heard(path, 440) is None
    assert tones.longest_gap(path, 440) == pytest.approx(1.0)


def test_a_sine_is_as_loud_as_it_was_made(tmp_path: Path) -> None:
    path = tones.write_tone(tmp_path / "tone.wav", 440, 1, amplitude=10000)
    assert tones.loudness(path) == pytest.approx(7071, rel=0.01)
    assert tones.seconds(path) == 1


@given(before=st.integers(0, 10), gap=st.integers(1, 10), after=st.integers(1, 10))
def test_a_gap_is_timed(
    tmp_path_factory: pytest.TempPathFactory, before: int, gap: int, after: int
) -> None:
    parts = [(0, before), (440, 5), (900, gap), (440, after)]
    samples = array("h")
    for hz, tenths in parts:
        samples += tones.tone(hz, tenths / 10).samples
    path = write_wav(tmp_path_factory.mktemp("gap") / "gap.wav", Sound(samples))
    assert tones.first_heard(path, 440) == pytest.approx(before / 10)
    assert tones.seconds_with_tone(path, 440) == pytest.approx((5 + after) / 10)
    assert tones.longest_gap(path, 440) == pytest.approx(max(before, gap) / 10)
    assert tones.longest_gap(path, 440, start=(before + 5) / 10) == pytest.approx(gap / 10)
    assert tones.longest_gap(path, 440, start=before / 10, end=(before + 5) / 10) == 0


def test_a_minute_is_looked_through_in_under_a_second(tmp_path: Path) -> None:
    path = tones.write_tone(tmp_path / "tone.wav", 440, 60)
    begun = time.process_time()
    assert tones.has_tone(path, 440, at_least=60)
    assert time.process_time() - begun < 1

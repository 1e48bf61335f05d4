"""Telephone sound: the right tones survive, ends are trimmed, levels even, files checked."""

from __future__ import annotations

import itertools
import math
import wave
from array import array
from pathlib import Path

import pytest

from hotline.setup import sound


def tone(hertz: float, rate: int, seconds: float = 0.5, peak: int = 10000) -> array[int]:
    """A sine wave."""
    turn = 2 * math.pi * hertz / rate
    return array("h", (round(peak * math.sin(turn * i)) for i in range(int(seconds * rate))))


@pytest.mark.parametrize("rate", [22050, 16000, 44100])
def test_a_voice_tone_survives_and_what_a_telephone_cannot_carry_does_not(rate: int) -> None:
    before = sound.rms(tone(1000, rate))
    kept = sound.resample(tone(1000, rate), rate)
    assert len(kept) == pytest.approx(sound.RATE * 0.5, abs=1)
    assert sound.rms(kept[400:-400]) == pytest.approx(before, rel=0.02)
    lost = sound.resample(tone(5500, rate), rate)
    assert sound.rms(lost[400:-400]) < before * 0.01


def test_the_pitch_stays() -> None:
    kept = sound.resample(tone(1000, 22050), 22050)[400:-400]
    crossings = sum(1 for a, b in itertools.pairwise(kept) if a < 0 <= b)
    assert crossings / (len(kept) / sound.RATE) == pytest.approx(1000, rel=0.01)


def test_8_khz_is_left_alone() -> None:
    samples = tone(1000, 8000)
    assert sound.resample(samples, 8000) is samples


def test_silence_at_the_ends_goes_but_for_a_short_rest() -> None:
    silence = array("h", bytes(2 * sound.RATE))
    trimmed = sound.trim(silence + tone(440, 8000) + silence)
    assert len(trimmed) / sound.RATE == pytest.approx(0.6, abs=0.01)
    assert sound.trim(silence) == silence


def test_loud_and_quiet_voices_come_out_equal() -> None:
    for peak in (300, 30000):
        made = sound.level(tone(440, 8000, peak=peak))
        assert sound.rms(made) == pytest.approx(sound.SPEECH_LEVEL, rel=0.02)


def test_the_peak_is_limited() -> None:
    click = array("h", [0] * 8000 + [20000])
    assert max(sound.level(click)) == round(sound.SPEECH_PEAK * sound.FULL_SCALE)


def test_nothing_stays_nothing() -> None:
    assert sound.rms(array("h")) == 0
    assert sound.speech(array("h", [0, 0]), 8000) == array("h", [0, 0])


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    samples = tone(440, 8000)
    sound.write_wav(tmp_path / "a.wav", samples)
    assert sound.read_wav(tmp_path / "a.wav") == (8000, samples)
    sound.check_playable(tmp_path / "a.wav")


def write(path: Path, *, channels: int = 1, width: int = 2, rate: int = 8000) -> None:
    """A tenth of a second of silence in the given shape."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(bytes(channels * width * rate // 10))


@pytest.mark.parametrize(
    ("shape", "complaint"),
    [
        ({"channels": 2}, "mono"),
        ({"width": 1}, "16 bit"),
        ({"rate": 44100}, "must be 8000 Hz; is 44100 Hz"),
    ],
)
def test_what_asterisk_cannot_play_is_named(
    tmp_path: Path, shape: dict[str, int], complaint: str
) -> None:
    write(tmp_path / "greeting.wav", **shape)
    with pytest.raises(sound.SoundError, match=complaint) as caught:
        sound.check_playable(tmp_path / "greeting.wav")
    assert "greeting.wav" in str(caught.value)


def test_a_file_that_is_no_sound_is_named(tmp_path: Path) -> None:
    (tmp_path / "greeting.wav").write_text("hello")
    with pytest.raises(sound.SoundError, match="not a readable wav"):
        sound.check_playable(tmp_path / "greeting.wav")


def test_an_empty_recording_is_refused(tmp_path: Path) -> None:
    sound.write_wav(tmp_path / "greeting.wav", array("h"))
    with pytest.raises(sound.SoundError, match="empty"):
        sound.check_playable(tmp_path / "greeting.wav")

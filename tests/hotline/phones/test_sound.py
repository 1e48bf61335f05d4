"""Sound files: what is written is read back; what is no WAV is refused."""

from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.phones.errors import SoundError
from hotline.phones.sound import RATE, Sound, padded, read_wav, write_alaw, write_wav

SAMPLES = st.lists(st.integers(-32768, 32767), max_size=200)


@given(SAMPLES, st.sampled_from([8000, 16000, 48000]))
def test_a_wav_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, samples: list[int], rate: int
) -> None:
    path = tmp_path_factory.mktemp("sound") / "some.wav"
    write_wav(path, Sound(array("h", samples), rate))
    assert read_wav(path) == Sound(array("h", samples), rate)


def test_a_wav_still_being_written_is_read_to_its_end(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "some.wav", Sound(array("h", range(100))))
    data = bytearray(path.read_bytes())
    data[40:44] = bytes(4)
    path.write_bytes(data)
    assert read_wav(path).samples == array("h", range(100))


def test_a_wav_not_yet_begun_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "some.wav"
    path.touch()
    assert read_wav(path).seconds == 0


def test_one_channel_is_picked(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "some.wav", Sound(array("h", [1, -1, 2, -2])))
    data = bytearray(path.read_bytes())
    data[22] = 2
    path.write_bytes(data)
    assert read_wav(path, channel=1).samples == array("h", [-1, -2])


@pytest.mark.parametrize(
    "data", [b"ID3", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + bytes(16)]
)
def test_what_is_no_wav_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "some.wav"
    path.write_bytes(data)
    with pytest.raises(SoundError, match=r"some\.wav"):
        read_wav(path)


def test_padding_adds_silence_and_never_cuts() -> None:
    short = Sound(array("h", [5] * RATE))
    assert padded(short, 2).seconds == 2
    assert padded(short, 0.5) == short


@pytest.mark.parametrize(
    ("sample", "code"),
    [(0, 0xD5), (-1, 0x55), (32767, 0xAA), (-32768, 0x2A), (8, 0xD5), (16, 0xD4), (1000, 0xFA)],
)
def test_alaw_is_that_of_the_recommendation(tmp_path: Path, sample: int, code: int) -> None:
    path = write_alaw(tmp_path / "some.alaw", Sound(array("h", [sample])))
    assert path.read_bytes() == bytes([code])

"""Sound files: 16-bit WAV in and out, raw A-law out, with the standard library only."""

import sys
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

from hotline.phones.errors import SoundError

#: Samples per second of every file made here: what a telephone line carries.
RATE = 8000

_SEGMENT_ENDS = (0x1F, 0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF, 0xFFF)


@dataclass(frozen=True)
class Sound:
    """Samples of one channel, 16-bit, and how many there are to a second."""

    samples: "array[int]"
    rate: int = RATE

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate


def read_wav(path: Path, channel: int = 0) -> Sound:
    """One channel of a 16-bit PCM WAV, also of one that is still being written.

    A phone writes the length into the header when the call ends; until then it
    says 0, so a length of 0 or too much means "up to the end of the file".
    Raises SoundError for anything that is not a 16-bit PCM WAV.
    """
    data = path.read_bytes()
    if not data:
        return Sound(array("h"))  # opened by a phone that has not written yet
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise SoundError(f"{path}: not a WAV file")
    chunks = _chunks(data)
    layout = chunks.get(b"fmt ", b"")
    if len(layout) < 16 or layout[:2] != b"\x01\x00" or layout[14:16] != b"\x10\x00":
        raise SoundError(f"{path}: not 16-bit PCM")
    channels = int.from_bytes(layout[2:4], "little")
    samples = _from_little_endian(chunks.get(b"data", b""))
    return Sound(samples[channel::channels], int.from_bytes(layout[4:8], "little"))


def write_wav(path: Path, sound: Sound) -> Path:
    """Write a mono WAV and return its path."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(sound.rate)
        out.writeframes(_to_little_endian(sound.samples))
    return path


def write_alaw(path: Path, sound: Sound) -> Path:
    """Write the bare A-law bytes that SIPp streams as RTP, and return the path."""
    path.write_bytes(bytes(map(_alaw, sound.samples)))
    return path


def padded(sound: Sound, seconds: float) -> Sound:
    """The sound followed by silence, at least ``seconds`` long."""
    missing = int(seconds * sound.rate) - len(sound.samples)
    return Sound(sound.samples + array("h", bytes(2 * max(0, missing))), sound.rate)


def _chunks(data: bytes) -> dict[bytes, bytes]:
    chunks: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        unfinished = name == b"data" and (size == 0 or at + 8 + size > len(data))
        end = len(data) if unfinished else at + 8 + size
        chunks.setdefault(name, data[at + 8 : end])
        at = end + end % 2
    return chunks


def _from_little_endian(data: bytes) -> "array[int]":
    samples = array("h", data[: len(data) & ~1])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _to_little_endian(samples: "array[int]") -> bytes:
    if sys.byteorder == "little":
        return samples.tobytes()
    swapped = array("h", samples)
    swapped.byteswap()
    return swapped.tobytes()


def _alaw(sample: int) -> int:
    """One 16-bit sample in ITU-T G.711 A-law."""
    sign, level = (0xD5, sample >> 3) if sample >= 0 else (0x55, -(sample >> 3) - 1)
    segment = next(i for i, end in enumerate(_SEGMENT_ENDS) if level <= end)
    step = (level >> 1 if segment < 2 else level >> segment) & 0x0F
    return (segment << 4 | step) ^ sign

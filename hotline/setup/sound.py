"""Sound as a telephone network carries it: 8 kHz, one channel, 16-bit samples.

Written in plain Python: the standard library's audioop is leaving it, and a
few seconds of speech at set-up do not justify a dependency.
"""

from __future__ import annotations

import math
import os
import wave
from array import array
from operator import mul
from pathlib import Path

from hotline.errors import HotlineError

#: Samples per second on the telephone network.
RATE = 8000
FULL_SCALE = 32767
#: Input periods on each side of an output sample that the filter looks at.
HALF_WIDTH = 16
#: Hz kept when the rate is lowered: a telephone passes up to 3400.
PASS_BAND = 3600
#: Loudness of speech in full scales (-20 dB), and the peak it may reach (-3 dB).
SPEECH_LEVEL = 0.1
SPEECH_PEAK = 0.7
#: Below this part of the peak is silence at the ends, of which a little is kept.
SILENCE = 0.01
KEPT_SILENCE_SECONDS = 0.05


class SoundError(HotlineError):
    """A sound file is not what Asterisk can play: names the file and what is wrong."""

    permanent = True


def read_wav(path: Path) -> tuple[int, array[int]]:
    """Rate in Hz and samples of a mono 16-bit file. Raises SoundError."""
    try:
        with wave.open(str(path), "rb") as sound:
            shape = (sound.getnchannels(), sound.getsampwidth())
            rate, frames = sound.getframerate(), sound.readframes(sound.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise SoundError(f"{path}: not a readable wav file: {error}") from error
    if shape != (1, 2):
        raise SoundError(f"{path}: must be mono, 16 bit; is {shape[0]} x {shape[1] * 8} bit")
    return rate, array("h", frames)


def write_wav(path: Path, samples: array[int]) -> None:
    """Write samples at 8 kHz; the file appears complete or not at all."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with wave.open(str(fresh), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())
    fresh.replace(path)


def check_playable(path: Path) -> None:
    """Raises SoundError unless the file is 8 kHz, mono, 16 bit and holds sound."""
    rate, samples = read_wav(path)
    if rate != RATE:
        raise SoundError(f"{path}: must be {RATE} Hz; is {rate} Hz")
    if not samples:
        raise SoundError(f"{path}: is empty")


def speech(samples: array[int], rate: int) -> array[int]:
    """A voice made ready for the telephone: 8 kHz, even loudness, no long silence at its ends."""
    return level(trim(resample(samples, rate)))


def resample(samples: array[int], rate: int) -> array[int]:
    """Lower the rate to 8 kHz through a windowed-sinc low-pass, one filter per phase."""
    if rate == RATE:
        return samples
    common = math.gcd(rate, RATE)
    step, phases = rate // common, RATE // common
    reach = max(1, math.ceil(HALF_WIDTH * rate / RATE))
    filters = [_filter(phase / phases, reach, rate) for phase in range(phases)]
    padded = array("h", bytes(2 * reach)) + samples + array("h", bytes(2 * reach + 2))
    made = array("h")
    for index in range(len(samples) * RATE // rate):
        start, phase = divmod(index * step, phases)
        window = padded[start + 1 : start + 1 + 2 * reach]
        made.append(_clip(sum(map(mul, filters[phase], window))))
    return made


def _filter(offset: float, reach: int, rate: int) -> list[float]:
    """Weights of the ``2 * reach`` input samples around a point ``offset`` after one of them."""
    cut = 2 * PASS_BAND / rate
    places = [index - reach + 1 - offset for index in range(2 * reach)]
    weights = [_sinc(cut * place) * _window(place / (reach + 1)) for place in places]
    total = sum(weights)
    return [weight / total for weight in weights]


def _sinc(x: float) -> float:
    return 1.0 if x == 0 else math.sin(math.pi * x) / (math.pi * x)


def _window(x: float) -> float:
    """Hann's: falls to nothing at either end, so that the filter does not ring."""
    return 0.5 + 0.5 * math.cos(math.pi * x)


def trim(samples: array[int]) -> array[int]:
    """Without the silence at both ends, but for a short rest of it."""
    limit = SILENCE * max((abs(sample) for sample in samples), default=0)
    loud = [index for index, sample in enumerate(samples) if abs(sample) > limit]
    if not loud:
        return samples
    rest = int(KEPT_SILENCE_SECONDS * RATE)
    return samples[max(0, loud[0] - rest) : loud[-1] + rest]


def level(samples: array[int]) -> array[int]:
    """At the loudness of speech, or as near as the peak allows."""
    peak = max((abs(sample) for sample in samples), default=0)
    if peak == 0:
        return samples
    gain = min(SPEECH_LEVEL / rms(samples), SPEECH_PEAK * FULL_SCALE / peak)
    return array("h", (_clip(gain * sample) for sample in samples))


def rms(samples: array[int]) -> float:
    """Root mean square, as a part of full scale; 0 for no samples."""
    if not samples:
        return 0.0
    return math.sqrt(sum(map(mul, samples, samples)) / len(samples)) / FULL_SCALE


def _clip(value: float) -> int:
    return max(-FULL_SCALE, min(FULL_SCALE, round(value)))

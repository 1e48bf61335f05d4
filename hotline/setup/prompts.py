"""Prompts: each text spoken once into a sound file; a studio recording may take its place."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hotline.errors import ToolMissingError
from hotline.setup.sound import check_playable, read_wav, speech, write_wav
from hotline.tools import Tool, find_espeak

TEXTS = Path(__file__).resolve().parent.parent / "prompts" / "zh_CN.toml"
VOICE = "cmn-latn-pinyin"
#: espeak-ng's words per minute; this gives nearly four syllables a second in Chinese.
SPEED = 200
#: Changes with what is done to the sound, so that set-up speaks everything anew.
RECIPE = "1"
DIGITS = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
#: Beside the sounds: which text and voice each was made from.
MADE_FROM = "made-from.json"
_NUMBER = re.compile(r"\d{2,}")


def texts() -> dict[str, str]:
    """Every prompt as it is written: file name without ending -> Chinese text."""
    return {key: text for key, text in _file().items() if isinstance(text, str)}


def pronunciation() -> dict[str, str]:
    """Words which the voice would say wrongly -> their pinyin."""
    table = _file().get("pronunciation", {})
    return dict(table) if isinstance(table, Mapping) else {}


def _file() -> dict[str, object]:
    return tomllib.loads(TEXTS.read_text(encoding="utf-8"))


def spoken(text: str, instead: Mapping[str, str]) -> str:
    """The text as the voice needs it: numbers digit by digit, odd words in pinyin."""
    text = _NUMBER.sub(lambda number: "".join(DIGITS[digit] for digit in number[0]), text)
    for word, pinyin in instead.items():
        text = text.replace(word, pinyin)
    return text


def wanted() -> str:
    """What all spoken prompts depend on, as one hash."""
    return _hash(*origins().values())


def origins() -> dict[str, str]:
    """File name without ending -> a hash of everything that its sound depends on."""
    instead = pronunciation()
    return {
        key: _hash(RECIPE, VOICE, str(SPEED), spoken(text, instead))
        for key, text in texts().items()
    }


def make_prompts(out: Path) -> list[Path]:
    """Speak what is new or has changed since the last time into ``out``; returns those files.

    Raises ToolMissingError when something must be spoken and there is no voice.
    """
    out.mkdir(parents=True, exist_ok=True)
    now, before = origins(), _made_from(out)
    stale = [out / f"{key}.wav" for key in now if now[key] != before.get(key)]
    stale += [path for path in _files(out) if not path.is_file() and path not in stale]
    said = texts()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda path: say_to_file(said[path.stem], path), stale))
    (out / MADE_FROM).write_text(json.dumps(now, indent=1), encoding="utf-8")
    return stale


def is_whole(out: Path) -> bool:
    """Whether every prompt lies in ``out``."""
    return all(path.is_file() for path in _files(out))


def overlay_recordings(recordings: Path, out: Path) -> list[Path]:
    """Put a site's studio recordings in the place of prompts of the same name in ``out``.

    Raises SoundError for a recording which is not 8 kHz, mono, 16 bit; then none is copied.
    """
    studio = [path for path in _files(recordings) if path.is_file()]
    for path in studio:
        check_playable(path)
    return [Path(shutil.copyfile(path, out / path.name)) for path in studio]


def _files(folder: Path) -> list[Path]:
    return [folder / f"{key}.wav" for key in texts()]


def _made_from(out: Path) -> dict[str, str]:
    """What the last run noted; nothing when it was cut off, so all is made again."""
    try:
        noted = json.loads((out / MADE_FROM).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def say_to_file(text: str, path: Path) -> None:
    """Speak a Chinese text into an 8 kHz mono 16-bit wav file. Raises ToolMissingError."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "spoken.wav"
        _espeak(find_espeak(), spoken(text, pronunciation()), raw)
        rate, samples = read_wav(raw)
    write_wav(path, speech(samples, rate))


def _espeak(voice: Tool, text: str, path: Path) -> None:
    command = [*voice.argv, "-v", VOICE, "-s", str(SPEED), "-w", str(path), "--stdin"]
    try:
        subprocess.run(
            command,
            env={**os.environ, **voice.env},
            input=text.encode(),
            capture_output=True,
            timeout=60,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ToolMissingError(
            f"{voice.name} {voice.version} cannot speak with the voice {VOICE} ({error}): "
            "install Debian's package espeak-ng (version 1.51 or newer)"
        ) from error

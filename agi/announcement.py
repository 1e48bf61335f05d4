"""工号 1023 为您服务: one sound file per agent, joined from the prompts there are.

Asterisk's Dial plays a single file to the caller, so the words are joined once and kept.
Studio recordings of the same names are joined the same way.
"""

import os
import wave
from pathlib import Path

import structlog

from agi.services import Services

log = structlog.get_logger()


def announcement_for(services: Services, agent: str, *, with_notice: bool) -> str | None:
    """The announcement's path without ending; None when it cannot be made: then nothing is said.

    ``with_notice`` adds that the call is recorded, for a caller who has not heard it yet.
    """
    name = f"{agent}-notice" if with_notice else agent
    path = services.settings.prompts_dir / "agents" / f"{name}.wav"
    if not path.is_file():
        try:
            _join(
                path, [Path(f"{services.prompt(word)}.wav") for word in _words(agent, with_notice)]
            )
        except (OSError, EOFError, wave.Error) as error:
            log.error("announcement not made", reason=str(error))
            return None
    return str(path.with_suffix(""))


def _words(agent: str, with_notice: bool) -> list[str]:
    digits = [f"digit-{digit}" for digit in agent if digit.isdigit()]
    return [*(["notice"] if with_notice else []), "agent-number", *digits, "serves-you"]


def _join(path: Path, parts: list[Path]) -> None:
    """Write the parts one after the other; complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with wave.open(str(fresh), "wb") as joined:
        for index, part in enumerate(parts):
            with wave.open(str(part), "rb") as sound:
                if index == 0:
                    joined.setparams(sound.getparams())
                joined.writeframes(sound.readframes(sound.getnframes()))
    fresh.replace(path)

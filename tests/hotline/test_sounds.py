"""What callers hear is laid out per site: synthetic, studio, menu, music."""

import tomllib
from pathlib import Path

import pytest

from hotline.settings import Settings
from hotline.setup.music import GREETING_PARTS
from hotline.site import parse_site
from hotline.sounds import lay_out_sounds
from hotline.tools import runtime_dir

SITE = """
[[city]]
code = "changchun"
name = "长春"

[prompts]
recordings = "studio"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A site with one studio recording."""
    studio = tmp_path / "studio"
    studio.mkdir()
    (studio / "greeting.wav").write_bytes(made("thanks").read_bytes())
    site = parse_site(tomllib.loads(SITE))
    return Settings(tmp_path / "hotline.toml", site, tmp_path / "state", "", "")


def made(prompt: str) -> Path:
    """A prompt as set-up spoke it."""
    return runtime_dir() / "prompts" / "zh_CN" / f"{prompt}.wav"


def test_a_studio_recording_takes_the_place_of_the_voice(settings: Settings) -> None:
    lay_out_sounds(settings)
    laid = settings.prompts_dir
    assert (laid / "greeting.wav").read_bytes() == made("thanks").read_bytes()
    assert (laid / "notice.wav").read_bytes() == made("notice").read_bytes()
    whole = settings.state_dir / "moh-greeting" / GREETING_PARTS[0]
    assert whole.read_bytes() == made("thanks").read_bytes()


def test_what_is_right_already_is_left_alone(settings: Settings) -> None:
    lay_out_sounds(settings)
    before = (settings.prompts_dir / "notice.wav").stat().st_ino
    lay_out_sounds(settings)
    assert (settings.prompts_dir / "notice.wav").stat().st_ino == before

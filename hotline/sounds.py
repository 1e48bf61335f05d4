"""What callers hear, laid out where Asterisk plays it: prompts, the menu's text, music."""

import filecmp
import os
import shutil
from pathlib import Path

import structlog

from hotline.errors import ToolMissingError
from hotline.settings import Settings
from hotline.setup.music import GREETING_PARTS, MUSIC
from hotline.setup.prompts import overlay_recordings, say_to_file
from hotline.tools import runtime_dir

log = structlog.get_logger()


def lay_out_sounds(settings: Settings) -> None:
    """Fill a site's prompt and music folders; what is there already and right is left alone.

    Raises:
        SoundError: a studio recording of the site is not 8 kHz, mono, 16 bit.
    """
    made, prompts = runtime_dir(), settings.prompts_dir
    prompts.mkdir(parents=True, exist_ok=True)
    recordings = settings.site.prompts.recordings
    studio = settings.site_file.parent / recordings if recordings else None
    for path in sorted((made / "prompts" / "zh_CN").glob("*.wav")):
        if not (studio and (studio / path.name).is_file()):
            _put(path, prompts / path.name)
    if studio:
        overlay_recordings(studio, prompts)
    _speak_menu(settings)
    _put(made / "moh" / MUSIC, settings.state_dir / "moh" / MUSIC)
    parts = (prompts / "greeting.wav", prompts / "notice.wav", made / "moh" / MUSIC)
    for source, name in zip(parts, GREETING_PARTS, strict=True):
        _put(source, settings.state_dir / "moh-greeting" / name)


def _put(source: Path, target: Path) -> None:
    """Copy, whole or not at all, what differs: Asterisk may be playing from there."""
    if target.is_file() and filecmp.cmp(source, target, shallow=False):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, fresh)
    fresh.replace(target)


def _speak_menu(settings: Settings) -> None:
    """The menu's text is the site's own; without a voice there is no menu, which harms nobody."""
    menu, path = settings.site.menu, settings.prompts_dir / "menu.wav"
    noted = path.with_suffix(".txt")
    if menu is None or (noted.is_file() and noted.read_text(encoding="utf-8") == menu.text):
        return
    try:
        say_to_file(menu.text, path)
        noted.write_text(menu.text, encoding="utf-8")
    except ToolMissingError as error:
        log.error("no voice for the menu", reason=str(error))

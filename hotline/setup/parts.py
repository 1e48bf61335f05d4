"""The parts of set-up, each with the stamp which says that nothing is to do for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hotline import tools
from hotline.errors import ToolMissingError
from hotline.setup import chromium, debian, music, prompts, web

#: Program -> Debian package, for what the private tree may have to provide.
PACKAGES = {
    "asterisk": "asterisk",
    "sipp": "sip-tester",
    "baresip": "baresip-core",
    "espeak-ng": "espeak-ng",
}
FINDERS: dict[str, Callable[[], tools.Tool]] = {
    "asterisk": tools.find_asterisk,
    "sipp": tools.find_sipp,
    "baresip": tools.find_baresip,
    "espeak-ng": tools.find_espeak,
}


@dataclass(frozen=True)
class Part:
    """One thing to set up: ``make`` is called when ``wanted`` is not what the stamp says."""

    name: str
    wanted: str
    make: Callable[[debian.Say], None]
    is_whole: Callable[[], bool]

    def is_done(self) -> bool:
        """Whether this part was made from what is wanted now, and is still there."""
        stamp = _stamp(self.name)
        return stamp.is_file() and stamp.read_text() == self.wanted and self.is_whole()

    def run(self, say: debian.Say) -> None:
        """Make it and note what it was made from. Raises HotlineError."""
        stamp = _stamp(self.name)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        self.make(say)
        stamp.write_text(self.wanted)


def _stamp(name: str) -> Path:
    return tools.runtime_dir() / "stamps" / name


def programs() -> Part:
    """Asterisk, SIPp, baresip and espeak-ng: whichever are not on PATH, unpacked privately."""
    wanted = debian.Wanted(packages_wanted(), debian.ASTERISK_SUITE)

    def make(say: debian.Say) -> None:
        if wanted.packages:
            debian.install(wanted, tools.debian_tree(), say)
        tools.forget_found()

    return Part("programs", repr(wanted), make, lambda: all(map(_is_found, PACKAGES)))


def packages_wanted() -> tuple[str, ...]:
    """Debian packages of the programs that PATH does not provide."""
    return tuple(package for name, package in PACKAGES.items() if not _is_on_path(name))


def _is_on_path(name: str) -> bool:
    found = _find(name)
    return found is not None and found.root is None


def _is_found(name: str) -> bool:
    return _find(name) is not None


def _find(name: str) -> tools.Tool | None:
    try:
        return FINDERS[name]()
    except ToolMissingError:
        return None


def sounds() -> Part:
    """Prompts, waiting music, and the two joined for a caller whose seat rings at once."""
    runtime = tools.runtime_dir()
    spoken, moh, greeting = runtime / "prompts" / "zh_CN", runtime / "moh", runtime / "moh-greeting"

    def make(say: debian.Say) -> None:
        say("speaking the prompts")
        prompts.make_prompts(spoken)
        say("composing the music")
        music.make_greeting_music(spoken, music.make_music(moh), greeting)

    def is_whole() -> bool:
        return prompts.is_whole(spoken) and music.is_whole(moh, greeting)

    return Part("sounds", f"{prompts.wanted()} music {music.MUSIC_VERSION}", make, is_whole)


def web_files(checkout: Path) -> Part:
    """The console's scripts from npm."""

    def make(say: debian.Say) -> None:
        say("fetching npm packages")
        web.install(checkout)

    return Part("web", web.wanted(checkout), make, lambda: not web.missing_files(checkout))


def browser() -> Part:
    """Chromium for the tests, unless one is on PATH."""

    def make(say: debian.Say) -> None:
        if not any(map(tools.on_path, tools.CHROMIUM_NAMES)):
            chromium.install_chromium(tools.chromium_tree(), say)
        tools.forget_found()

    return Part("browser", chromium.wanted(tools.chromium_tree()), make, _has_chromium)


def _has_chromium() -> bool:
    try:
        return bool(tools.find_chromium().version)
    except ToolMissingError:
        return False


def all_parts(*, tests: bool) -> list[list[Part]]:
    """Chains of parts: chains may run side by side, the parts of a chain in this order."""
    chains = [[programs(), sounds()], [web_files(tools.CHECKOUT)]]
    return [*chains, [browser()]] if tests else chains

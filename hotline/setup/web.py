"""What the console's pages load: pinned npm packages, copied to where the console serves them.

Nothing is loaded from elsewhere at run time, so a province's closed network is enough.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from hotline.errors import ToolMissingError

#: File under agent_console/static/vendor -> file under node_modules. Alpine is
#: its build for a strict Content-Security-Policy: no eval.
VENDORED = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx-ext-sse.min.js": "htmx-ext-sse/dist/sse.min.js",
    "alpine.min.js": "@alpinejs/csp/dist/cdn.min.js",
}
VENDOR = Path("agent_console", "static", "vendor")
NPM_CI = ("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
#: Seconds for npm: a slow line, not a hung one.
NPM_TIMEOUT = 600.0


def wanted(checkout: Path) -> str:
    """What the vendored files depend on: the lock file and the table above."""
    lock = (checkout / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(VENDORED).encode()).hexdigest()


def missing_files(checkout: Path) -> list[str]:
    """Vendored files that are not there."""
    return [name for name in VENDORED if not (checkout / VENDOR / name).is_file()]


def install(checkout: Path) -> None:
    """Fetch the locked packages and copy their files. Raises ToolMissingError."""
    _npm_ci(checkout)
    target = checkout / VENDOR
    target.mkdir(parents=True, exist_ok=True)
    for name, source in VENDORED.items():
        shutil.copyfile(checkout / "node_modules" / source, target / name)


def _npm_ci(checkout: Path) -> None:
    if shutil.which("npm") is None:
        raise ToolMissingError(
            "npm is not on PATH: install the Debian packages nodejs and npm "
            "(any distribution's packages of them will do)"
        )
    try:
        subprocess.run(
            NPM_CI,
            cwd=checkout,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=NPM_TIMEOUT,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise ToolMissingError(f"npm could not fetch the web files: {error.stderr}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolMissingError(f"npm could not fetch the web files: {error}") from error

"""What a started Asterisk must have, asked over its control socket.

A module that does not load leaves Asterisk running without it: nobody notices until a call
needs it. So the start asks.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from dialplan.errors import AsteriskAwayError
from hotline.settings import Settings
from hotline.tools import Tool

#: Gives Asterisk one CLI command, returns what it says.
AsteriskRx = Callable[[str], str]

NEEDED_MODULES = (
    "app_chanspy",
    "app_confbridge",
    "app_dial",
    "app_mixmonitor",
    "cel_custom",
    "chan_pjsip",
    "res_agi",
    "res_http_websocket",
    "res_musiconhold",
)

#: Seconds for one command; a busy Asterisk answers in well under one.
_TIMEOUT = 10.0


def asterisk_rx(tool: Tool, settings: Settings) -> AsteriskRx:
    """Commands to the Asterisk that runs on this site's rendered files.

    The returned function raises AsteriskAwayError when there is none.
    """
    conf = settings.asterisk_dir / "etc" / "asterisk.conf"
    return lambda command: _run((*tool.argv, "-C", str(conf), "-rx", command), tool, conf)


def _run(argv: tuple[str, ...], tool: Tool, conf: Path) -> str:
    try:
        done = subprocess.run(
            argv,
            env={**os.environ, **tool.env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=True,
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise AsteriskAwayError(f"no Asterisk answers for {conf}: {type(error).__name__}") from None
    return done.stdout


def missing_modules(rx: AsteriskRx) -> list[str]:
    """The needed modules that are not running; empty when all is well.

    Raises:
        AsteriskAwayError: Asterisk does not answer.
    """
    running = {
        line.split(".so", 1)[0]
        for line in rx("module show").splitlines()
        if " Running " in line and " Not Running " not in line
    }
    return [name for name in NEEDED_MODULES if name not in running]


def missing_music(rx: AsteriskRx) -> list[str]:
    """The music classes without a single file: a caller would hear a ringing tone instead."""
    shown = rx("moh show classes")
    return [name for name in ("default", "greeting") if f"Class: {name}\n" not in shown]

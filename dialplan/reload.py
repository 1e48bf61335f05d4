"""Which part of Asterisk reads which file, and telling just that part to read it again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dialplan.verify import AsteriskRx

#: File -> the module or part that reloads it; None: read at start only.
RELOADS: Mapping[str, str | None] = {
    "acl.conf": "acl",
    "asterisk.conf": None,
    "ccss.conf": None,
    "cdr.conf": "cdr",
    "cel.conf": "cel",
    "cel_custom.conf": "cel_custom.so",
    "confbridge.conf": "app_confbridge.so",
    "extensions.conf": "pbx_config.so",
    "features.conf": "features",
    "http.conf": "http",
    "indications.conf": "indications",
    "logger.conf": "logger",
    "manager.conf": "manager",
    "modules.conf": None,
    "musiconhold.conf": "res_musiconhold.so",
    "pjproject.conf": None,
    "pjsip.conf": "res_pjsip.so",
    "pjsip_transports.conf": None,
    "rtp.conf": "res_rtp_asterisk.so",
    "udptl.conf": "udptl",
}


@dataclass(frozen=True)
class Reloaded:
    """What became of each changed file: read again, or to be read at the next start."""

    done: list[str]
    at_restart: list[str]


def reload(names: Iterable[str], rx: AsteriskRx) -> Reloaded:
    """Let a running Asterisk read these files again, where it can without a restart.

    Raises:
        AsteriskAwayError: Asterisk does not answer.
    """
    done: list[str] = []
    at_restart: list[str] = []
    for name in sorted(names):
        part = RELOADS[name]
        ok = part is not None and "reloaded successfully" in rx(f"module reload {part}")
        (done if ok else at_restart).append(name)
    return Reloaded(done, at_restart)

"""A private copy of the hotline in one folder, on its own ports: made once, started often."""

import random
import socket
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from hotline.errors import HotlineError
from hotline.settings import Settings, load_settings

#: Where things are above a copy's port base: 15000 gives SIP 15060, console 15080, as one knows
#: them from 5060 and 5080.
OFFSETS = {"ami": 38, "sip": 60, "agi_1": 73, "agi_2": 74, "console": 80}
RTP_OFFSET, RTP_PORTS = 1000, 400
DEFAULT_BASE = 15000

_TEMPLATE = files("hotline.demo") / "site.toml"


class PortsTakenError(HotlineError):
    """Another program listens where this copy would."""


def prepare(state: Path, base: int | None = None, template: str | None = None) -> Settings:
    """A copy in ``state``, on the ports it had before or, given ``base``, on those.

    ``template`` is a site file with places for the ports; by default the demo's.

    Raises:
        PortsTakenError: one of its ports is taken.
    """
    state.mkdir(parents=True, exist_ok=True)
    site_file = state / "hotline.toml"
    if base is not None or not site_file.exists():
        text = site_text(template or _TEMPLATE.read_text(encoding="utf-8"), base or DEFAULT_BASE)
        site_file.write_text(text, encoding="utf-8")
    settings = load_settings(site_file)
    _refuse_taken_ports(settings)
    return settings


def free_base() -> int:
    """A port base that is free now, below the ports that the kernel hands out by itself."""
    for base in _bases():
        if not _taken(base + offset for offset in (*OFFSETS.values(), RTP_OFFSET)):
            return base
    raise PortsTakenError("no free ports for a private copy")


def _bases() -> Iterator[int]:
    for _ in range(50):
        yield random.randrange(10_000, 30_000, 20)  # noqa: S311 - a port, not a secret


def site_text(template: str, base: int) -> str:
    """A site file with its ports filled in, ``base`` and upwards."""
    ports = {name: base + offset for name, offset in OFFSETS.items()}
    first = base + RTP_OFFSET
    return template.format(**ports, rtp_first=first, rtp_last=first + RTP_PORTS - 1)


def _refuse_taken_ports(settings: Settings) -> None:
    server = settings.site.server
    addresses = (server.sip_bind, server.ami, server.console, *server.agi)
    taken = _taken(int(address.rpartition(":")[2]) for address in addresses)
    if taken:
        raise PortsTakenError(
            f"port {taken[0]} is taken (another copy?); choose others with --port-base"
        )


def _taken(ports: Iterator[int]) -> list[int]:
    return [port for port in ports if not (_binds(port, "tcp") and _binds(port, "udp"))]


def _binds(port: int, protocol: str) -> bool:
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as probe:
        if protocol == "tcp":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

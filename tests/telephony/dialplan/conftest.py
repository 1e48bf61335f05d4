"""A private Asterisk on the rendered files alone: no FastAGI server, no Redis, nothing of ours."""

import socket
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dialplan.errors import AsteriskAwayError
from dialplan.example import EXAMPLE, STATE, DebianFolders
from dialplan.files import changes, etc_dir, make_folders, write
from dialplan.render import render
from dialplan.verify import AsteriskRx, asterisk_rx
from hotline.addresses import free_port
from hotline.processes import spawn, stop
from hotline.settings import Settings
from hotline.site import load_site
from hotline.tools import AsteriskTool, find_asterisk
from tests.eventually import eventually

#: Names that mean something to Asterisk elsewhere; here they are cities and seats.
_SITE = """
[hotline]
system_name = "jl1"
[server]
sip_bind = "127.0.0.1:{sip}"
ami = "127.0.0.1:{ami}"
agi = ["127.0.0.1:{away}"]
rtp_first = {rtp}
rtp_last = {rtp_last}
[limits]
ring_seconds = 3
[[city]]
code = "s"
name = "长春"
area_codes = ["0431"]
[[city]]
code = "h"
name = "梅河口"
area_codes = ["04318"]
[[seat]]
name = "global"
city = "s"
[[seat]]
name = "transport-udp"
city = "s"
[[seat]]
name = "phone"
city = "h"
[[trunk]]
name = "operator"
match = ["127.0.0.2"]
[[trunk]]
name = "system"
match = ["192.0.2.0/24", "2001:db8::5"]
"""


@dataclass(frozen=True)
class BareAsterisk:
    """A started Asterisk, its site and its CLI."""

    settings: Settings
    tool: AsteriskTool
    rx: AsteriskRx

    def log(self) -> str:
        """What it wrote into its log of notices, warnings and errors."""
        return (self.settings.asterisk_dir / "log" / "messages").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bare_asterisk() -> Iterator[BareAsterisk]:
    """Started once for the module; its folder is short, for its control socket's sake."""
    with tempfile.TemporaryDirectory(prefix="hl-ast-") as folder:
        settings = _settings(Path(folder))
        tool = find_asterisk()
        _lay_out(settings, tool)
        conf = etc_dir(settings) / "asterisk.conf"
        log = settings.log_dir / "asterisk.log"
        process = spawn([*tool.argv, "-C", str(conf), "-f"], log, tool.env)
        try:
            rx = asterisk_rx(tool, settings)
            eventually(lambda: _booted(rx, process), "Asterisk has booted")
            yield BareAsterisk(settings, tool, rx)
        finally:
            stop(process)


def _settings(folder: Path) -> Settings:
    rtp = free_port(kind=socket.SOCK_DGRAM) // 100 * 100
    ports = {name: free_port() for name in ("sip", "ami", "away")}
    file = folder / "hotline.toml"
    file.write_text(_SITE.format(**ports, rtp=rtp, rtp_last=rtp + 99), encoding="utf-8")
    return Settings(file, load_site(file), folder, database_url="", redis_url="")


def _lay_out(settings: Settings, tool: AsteriskTool) -> None:
    """The rendered files, but the main one from asterisk.conf.example with its folders edited."""
    make_folders(settings)
    files = render(settings, tool)
    debian = DebianFolders()
    main = EXAMPLE.read_text(encoding="utf-8")
    for shown, own in (
        (STATE, settings.state_dir),
        (debian.modules_dir, tool.modules_dir),
        (debian.data_dir, tool.data_dir),
    ):
        main = main.replace(str(shown), str(own))
    write(etc_dir(settings), changes(etc_dir(settings), {**files, "asterisk.conf": main}))
    for name in ("moh", "moh-greeting"):
        with wave.open(str(settings.state_dir / name / "00-silence.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(16000))


def _booted(rx: AsteriskRx, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "Asterisk ended"
    try:
        return "fully booted" in rx("core waitfullybooted")
    except AsteriskAwayError:
        return False

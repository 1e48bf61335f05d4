"""A small private Asterisk, just enough for phones to be tried on."""

import os
import queue
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from hotline import processes
from hotline.addresses import free_port
from hotline.ami import Ami, Message
from hotline.run.probes import answers_ami
from hotline.tools import AsteriskTool, find_asterisk
from tests.eventually import eventually

SEAT, PASSWORD = "seat", "s3cret"
_FOLDERS = ("etc", "varlib", "db", "keys", "spool", "run", "log")

_DIALPLAN = f"""
[phones]
exten => {SEAT},1,Dial(PJSIP/{SEAT},20)
 same => n,Hangup(${{HANGUPCAUSE}})
exten => echo,1,Answer()
 same => n,Echo()
exten => keys,1,Answer()
 same => n,Wait(20)
exten => bye,1,Answer()
 same => n,Wait(0.5)
 same => n,Hangup()
"""

_PJSIP = """
[udp]
type=transport
protocol=udp
bind=127.0.0.1:{port}

[{seat}]
type=auth
auth_type=digest
username={seat}
password={password}

[{seat}]
type=aor
max_contacts=1
remove_existing=yes

[{seat}]
type=endpoint
context=phones
disallow=all
allow=alaw
aors={seat}
auth={seat}
direct_media=no

[trunk]
type=endpoint
context=phones
disallow=all
allow=alaw
direct_media=no

[trunk]
type=identify
endpoint=trunk
match=127.0.0.2
"""

_MANAGER = """
[general]
enabled=yes
bindaddr=127.0.0.1
port={port}

[test]
secret=test
read=all
write=all
"""


@dataclass
class SmallAsterisk:
    """A running one, with what its manager interface told since ``forget``."""

    port: int
    process: subprocess.Popen[bytes]
    ami: Ami
    told: "queue.Queue[Message]"

    def forget(self) -> None:
        """Drop the events of earlier calls."""
        while not self.told.empty():
            self.told.get_nowait()

    def next_event(self, kind: str, limit: float = 10.0) -> Message:
        """The next event of that kind. Raises queue.Empty after ``limit`` seconds."""
        deadline = time.monotonic() + limit
        while True:
            event = self.told.get(timeout=max(0.0, deadline - time.monotonic()))
            if event.get("Event") == kind:
                return event

    def close(self) -> None:
        """End it."""
        self.ami.close()
        processes.stop(self.process)


def start(folder: Path) -> SmallAsterisk:
    """Start one in ``folder`` and wait until it is fully booted."""
    tool = find_asterisk()
    port, manager = free_port(kind=socket.SOCK_DGRAM), free_port()
    _write(folder, tool, port, manager)
    process = processes.spawn(
        [*tool.argv, "-C", str(folder / "etc" / "asterisk.conf"), "-f"],
        log=folder / "asterisk.log",
        env={**os.environ, **tool.env},
    )
    address = f"127.0.0.1:{manager}"
    booted = answers_ami(address)
    eventually(lambda: booted(process.pid), "Asterisk is booted")
    told: queue.Queue[Message] = queue.Queue()
    ami = Ami(address, "test", "test", told.put)
    ami.start()
    eventually(lambda: ami.connected, "the manager interface")
    return SmallAsterisk(port, process, ami, told)


def _write(folder: Path, tool: AsteriskTool, port: int, manager: int) -> None:
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True)
    etc = folder / "etc"
    for name, text in {
        "asterisk": _directories(folder, tool),
        "modules": "[modules]\nautoload=yes\n",
        "logger": "[logfiles]\nfull => notice,warning,error,dtmf\n",
        "rtp": "[general]\nrtpstart=10000\nrtpend=30000\n",
        "extensions": _DIALPLAN,
        "pjsip": _PJSIP.format(port=port, seat=SEAT, password=PASSWORD),
        "manager": _MANAGER.format(port=manager),
    }.items():
        (etc / f"{name}.conf").write_text(text, encoding="utf-8")


def _directories(folder: Path, tool: AsteriskTool) -> str:
    places = {
        "astetcdir": folder / "etc",
        "astmoddir": tool.modules_dir,
        "astdatadir": tool.data_dir,
        "astvarlibdir": folder / "varlib",
        "astdbdir": folder / "db",
        "astkeydir": folder / "keys",
        "astspooldir": folder / "spool",
        "astrundir": folder / "run",
        "astlogdir": folder / "log",
    }
    return "[directories]\n" + "".join(f"{key} => {path}\n" for key, path in places.items())

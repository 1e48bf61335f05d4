"""A small private Asterisk, just enough for phones to be tried on."""

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hotline import processes
from hotline.addresses import free_port
from hotline.tools import AsteriskTool, find_asterisk

SEAT, PASSWORD = "seat", "s3cret"
_FOLDERS = ("etc", "varlib", "db", "data", "spool", "run", "log")
_NOT_LOADED = ("chan_iax2", "chan_unistim", "pbx_ael", "pbx_lua", "res_xmpp", "res_snmp", "pbx_dundi")

_DIALPLAN = f"""
[from-trunk]
exten => seat,1,Dial(PJSIP/{SEAT},20)
 same => n,Hangup(${{HANGUPCAUSE}})
exten => echo,1,Answer()
 same => n,Echo()
exten => bye,1,Answer()
 same => n,Wait(0.5)
 same => n,Hangup()
; Who called and what was pressed, for the test to read.
exten => keys,1,Answer()
 same => n,Read(KEYS,,3,,1,5)
 same => n,System(printf '%s %s' "${{FILTER(0-9*,${{KEYS}})}}" "${{FILTER(0-9,${{CALLERID(num)}})}}" > {{folder}}/keys.txt)
 same => n,Hangup()
"""

_PJSIP = f"""
[udp]
type=transport
protocol=udp
bind=127.0.0.1:{{port}}

[seat-login](!)
type=auth
auth_type=digest

[{SEAT}](seat-login)
username={SEAT}
password={PASSWORD}

[{SEAT}]
type=aor
max_contacts=1
remove_existing=yes

[{SEAT}]
type=endpoint
context=from-trunk
disallow=all
allow=alaw
aors={SEAT}
auth={SEAT}
direct_media=no

[trunk]
type=endpoint
context=from-trunk
disallow=all
allow=alaw
direct_media=no

[trunk]
type=identify
endpoint=trunk
match=127.0.0.2
"""


@dataclass
class SmallAsterisk:
    """A running one."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def keys(self) -> Path:
        """What the last caller of ``keys`` pressed, and the number they called from."""
        return self.folder / "keys.txt"


def start(folder: Path) -> SmallAsterisk:
    """Start one in ``folder`` and wait until all its modules are loaded."""
    tool = find_asterisk()
    port = free_port(kind=socket.SOCK_DGRAM)
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True)
    _write(folder, tool, port)
    argv = [*tool.argv, "-C", str(folder / "etc" / "asterisk.conf")]
    environment = {**os.environ, **tool.env}
    log = folder / "asterisk.log"
    process = processes.spawn([*argv, "-f"], log=log, env=environment)
    # `-rx` retries for some seconds while the control socket is not there yet.
    subprocess.run(
        [*argv, "-Rx", "core waitfullybooted"],
        env=environment,
        check=True,
        capture_output=True,
        timeout=30,
    )
    return SmallAsterisk(folder, port, process)

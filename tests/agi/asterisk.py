"""The other end of a FastAGI session, for provoking what a real Asterisk does rarely.

Answers commands from a dictionary of channel variables and a list of Dial results; remembers
every command. The real Asterisk is in tests/telephony.
"""

import re
import socket
import threading
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import quote as urlquote

from agi.session import Session

_GET = re.compile(r'^GET FULL VARIABLE "=\$\{URIENCODE\(\$\{(.+)\}\)\}"$')
_SET = re.compile(r'^SET VARIABLE (\S+) "(.*)"$')
_DIAL = re.compile(r'^EXEC Dial "(.*)"$')


@dataclass
class Dialled:
    """What one Dial leaves behind; ``caller_gone``: the caller hung up during it."""

    status: str
    cause: str = "16"
    peer: str = ""
    answered_ms: int = 0
    caller_gone: bool = False


@dataclass
class FakeAsterisk:
    """Scripted channel. ``keys`` are pressed one by one, whenever the script listens."""

    opened: ClassVar[list[tuple[Session, socket.socket]]] = []

    variables: dict[str, str] = field(default_factory=dict)
    dials: list[Dialled] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    missing_prompts: bool = False
    hang_up_on: str = ""
    commands: list[str] = field(default_factory=list)
    script: str = "call"
    extension: str = "12348"
    _alive: bool = True

    def connect(self) -> Session:
        """A session whose commands come here."""
        here, there = socket.socketpair()
        threading.Thread(target=self._serve, args=(there,), daemon=True).start()
        session = Session(here)
        self.opened.append((session, here))
        return session

    def said(self, prompt: str) -> bool:
        """Whether that prompt was played."""
        return any(c.startswith("STREAM FILE") and f'/{prompt}"' in c for c in self.commands)

    def dialled(self) -> list[str]:
        """The arguments of every Dial."""
        return [match[1] for c in self.commands if (match := _DIAL.match(c))]

    def _serve(self, link: socket.socket) -> None:
        with link, link.makefile("rw", encoding="utf-8", newline="\n") as talk:
            talk.write(f"agi_network_script: {self.script}\nagi_channel: PJSIP/trunk-1\n")
            talk.write(f"agi_uniqueid: t-1.1\nagi_extension: {self.extension}\n\n")
            talk.flush()
            for line in talk:
                self.commands.append(line.rstrip("\n"))
                talk.write(self._answer(self.commands[-1]) + "\n")
                talk.flush()

    def _answer(self, command: str) -> str:
        if self.hang_up_on and command.startswith(self.hang_up_on):
            self._alive = False
        if match := _GET.match(command):
            return f"200 result=1 (={urlquote(self.variables.get(match[1], ''))})"
        if match := _SET.match(command):
            self.variables[match[1]] = match[2]
            return "200 result=1"
        if not self._alive:
            return "511 Command Not Permitted on a dead channel or intercept routine"
        return self._do(command)

    def _do(self, command: str) -> str:
        if _DIAL.match(command):
            return self._dial()
        if command.startswith("STREAM FILE"):
            return "200 result=-1 endpos=0" if self.missing_prompts else "200 result=0 endpos=800"
        if command.startswith("WAIT FOR DIGIT"):
            return f"200 result={ord(self.keys.pop(0)) if self.keys else 0}"
        return "200 result=6" if command == "CHANNEL STATUS" else "200 result=0"

    def _dial(self) -> str:
        done = self.dials.pop(0) if self.dials else Dialled("CHANUNAVAIL", cause="20")
        self.variables |= {
            "DIALSTATUS": done.status,
            "HANGUPCAUSE": done.cause,
            "DIALEDPEERNAME": done.peer,
            "ANSWEREDTIME_MS": str(done.answered_ms),
        }
        self._alive = not done.caller_gone
        return "200 result=-1" if done.caller_gone else "200 result=0"

"""One caller's AGI session: pyst2's AGI with its rough edges taken off, in one place.

pyst2 0.5.1 installs a signal handler (fails outside the main thread), prints every line to
stderr, does not escape quotes or line breaks (a caller-ID name could inject a command), and
cannot tell "application failed" from "caller hung up". Its command vocabulary is used as is.
"""

import socket
from typing import TextIO
from urllib.parse import unquote

from asterisk.agi import AGI, AGIException, AGIHangup

from agi.errors import CallerGoneError, CommandFailedError, SessionLostError

#: Result of WAIT FOR DIGIT and STREAM FILE when an AMI ControlPlayback stop ended them.
STOPPED = "1000"


def quote(text: str) -> str:
    """A double-quoted AGI argument that cannot end early: line breaks become spaces."""
    flat = "".join(" " if c in "\r\n\0" else c for c in text)
    escaped = flat.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class Session(AGI):  # type: ignore[misc]  # pyst2 has no types
    """Commands to the caller's channel. Every one raises:

    CallerGoneError: the caller hung up.
    CommandFailedError: Asterisk could not do it, the caller is still there.
    SessionLostError: the connection broke.
    """

    def __init__(self, link: socket.socket) -> None:
        self._reader = link.makefile("r", encoding="utf-8", errors="replace", newline="\n")
        self.stdin = _Answers(self._reader)
        self.stdout = _Commands(link)
        self.stderr = _Silence()
        self._got_sighup = False
        self.env: dict[str, str] = {}
        self._get_agi_env()

    def close(self) -> None:
        """Let go of the connection, which its owner closes."""
        self._reader.close()

    @property
    def script(self) -> str:
        """The path of the agi:// address that was called."""
        return self.env.get("agi_network_script", "")

    def _quote(self, string: object) -> str:
        return quote(str(string))

    def execute(self, command: str, *args: object) -> dict[str, tuple[str, str]]:
        """One command and its answer."""
        try:
            self.send_command(command, *args)
            result: dict[str, tuple[str, str]] = self.get_result()
        except (OSError, ValueError) as error:
            raise SessionLostError(f"{command}: {error}") from error
        except AGIHangup:
            raise CallerGoneError(command) from None
        except AGIException as error:
            if not self._alive():
                raise CallerGoneError(command) from None
            raise CommandFailedError(f"{command}: {error}") from error
        return result

    def _alive(self) -> bool:
        try:
            self.send_command("CHANNEL STATUS")
            return str(super().get_result()["result"][0]) != "-1"
        except AGIException:
            return False
        except (OSError, ValueError) as error:
            raise SessionLostError(f"CHANNEL STATUS: {error}") from error

    def get(self, variable: str) -> str:
        """A channel variable's or function's value, empty when unset."""
        # Encoded on the way, since a value may hold a line break, or be the word "hangup"
        # that pyst2 takes for the caller's end.
        result = self.execute("GET FULL VARIABLE", quote("=${URIENCODE(${" + variable + "})}"))
        value, data = result["result"]
        return unquote(data[1:]) if value == "1" else ""

    def put(self, variable: str, value: str) -> None:
        """Set a channel variable."""
        self.execute("SET VARIABLE", variable, quote(value))

    def dial(self, target: str, seconds: int, options: str) -> None:
        """EXEC Dial; returns when nobody answered or the seat's side hung up (option ``g``)."""
        result = self.execute("EXEC", "Dial", quote(f"{target},{seconds},{options}"))
        if result["result"][0] == "-2":
            raise CommandFailedError("Dial: no such application")

    def play(self, path: str, keys: str = "") -> str:
        """STREAM FILE: the key that ended it, `STOPPED`, or empty when played to its end."""
        return _key(self.execute("STREAM FILE", quote(path), quote(keys))["result"][0])

    def wait_key(self, milliseconds: int) -> str:
        """WAIT FOR DIGIT: the key, `STOPPED`, or empty when time passed."""
        return _key(self.execute("WAIT FOR DIGIT", milliseconds)["result"][0])

    def music(self, on: bool, name: str = "default") -> None:
        """Music on hold for the caller."""
        self.execute("SET MUSIC", "ON" if on else "OFF", name)


class _Commands:
    """What is said to Asterisk: sent at once, nothing kept that a closing file would flush."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link

    def write(self, text: str) -> None:
        """Send a command line."""
        self._link.sendall(text.encode("utf-8", "replace"))

    def flush(self) -> None:
        """Everything is sent already."""


class _Answers:
    """What Asterisk says, without the HANGUP line that answers no command."""

    def __init__(self, reader: TextIO) -> None:
        self._reader = reader

    def readline(self) -> str:
        """The next line; empty when the connection is closed."""
        while (line := self._reader.readline()).strip() == "HANGUP":
            continue
        return line


class _Silence:
    """Where pyst2's chatter goes: it would print callers' numbers."""

    def write(self, text: str) -> None:
        """Forget it."""


def _key(result: str) -> str:
    if result in {"0", ""}:
        return ""
    return STOPPED if result == STOPPED else chr(int(result))

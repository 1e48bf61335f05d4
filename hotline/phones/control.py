"""The control connection of a baresip phone: JSON in netstrings over TCP (its ctrl_tcp)."""

import contextlib
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hotline.phones.errors import PhoneError, PhoneGoneError, PhoneTimeoutError

#: Longest netstring believed, bytes; baresip's own are below 10 kB.
LONGEST = 1_000_000


@dataclass(frozen=True)
class Event:
    """Something the phone reported."""

    type: str
    call_id: str
    param: str
    #: When it was read, seconds of ``time.monotonic``.
    at: float
    fields: dict[str, Any] = field(repr=False)


def encode(message: dict[str, Any]) -> bytes:
    """One message as a netstring."""
    body = json.dumps(message).encode()
    return b"%d:%s," % (len(body), body)


class Decoder:
    """Cuts a stream of bytes, however it arrives, into messages."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """The messages that are complete now. Raises PhoneError for what is no netstring."""
        self._rest += data
        messages = []
        while (message := self._next()) is not None:
            messages.append(message)
        return messages

    def _next(self) -> dict[str, Any] | None:
        head, colon, body = self._rest.partition(b":")
        if not colon and len(head) < 8:
            return None
        if not head.isdigit() or int(head) > LONGEST:
            raise PhoneError(f"the phone's control connection sent no netstring: {head[:20]!r}")
        length = int(head)
        if len(body) <= length:
            return None
        self._rest = body[length + 1 :]
        # Peers' names come in whatever encoding they were sent in.
        message: dict[str, Any] = json.loads(body[:length].decode("utf-8", "replace"), strict=False)
        return message


class Control:
    """Commands to one phone, and its events as they happen.

    ``on_event`` runs on the reading thread while ``changed`` is held, so state
    kept by it may be read by anyone who holds ``changed``.
    """

    def __init__(self, host: str, port: int, on_event: Callable[[Event], None]) -> None:
        self.changed = threading.Condition()
        self.gone = False
        self._why_gone = ""
        self._on_event = on_event
        self._answers: dict[str, dict[str, Any]] = {}
        self._tokens = itertools.count(1)
        self._socket = socket.create_connection((host, port), timeout=5)
        self._socket.settimeout(None)
        self._reader = threading.Thread(target=self._read, name="phone-control", daemon=True)
        self._reader.start()

    def command(self, name: str, params: str = "", timeout: float = 5.0) -> str:
        """Run a command of baresip's menu and return what it prints.

        Raises PhoneError when the phone refuses it, PhoneTimeoutError, PhoneGoneError.
        """
        token = str(next(self._tokens))
        try:
            self._socket.sendall(encode({"command": name, "params": params, "token": token}))
        except OSError as error:
            raise PhoneGoneError(f"cannot send {name}: {error}") from error
        self.wait_until(lambda: token in self._answers, timeout, f"an answer to {name}")
        answer = self._answers.pop(token)
        text = str(answer.get("data", "")).strip()
        if not answer.get("ok"):
            raise PhoneError(f"the phone refused {name} {params}: {text}")
        return text

    def wait_until(self, test: Callable[[], bool], timeout: float, what: str) -> None:
        """Wait until ``test`` holds. Raises PhoneTimeoutError after ``timeout`` seconds."""
        with self.changed:
            met = self.changed.wait_for(lambda: test() or self.gone, timeout)
            if met and not test():
                raise PhoneGoneError(f"the phone ended while waiting for {what}{self._why_gone}")
        if not met:
            raise PhoneTimeoutError(f"no {what} within {timeout:g} s")

    def close(self) -> None:
        """End the connection; whoever waits gets PhoneGoneError."""
        with contextlib.suppress(OSError):  # the phone may have closed it first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._socket.close()

    def _read(self) -> None:
        decoder = Decoder()
        try:
            while data := self._socket.recv(65536):
                for message in decoder.feed(data):
                    self._take(message)
        except (OSError, ValueError, PhoneError) as error:
            self._why_gone = f" ({error})"
        finally:
            with self.changed:
                self.gone = True
                self.changed.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        with self.changed:
            if message.get("response"):
                self._answers[str(message.get("token", ""))] = message
            else:
                self._on_event(_event(message))
            self.changed.notify_all()


def _event(message: dict[str, Any]) -> Event:
    return Event(
        type=str(message.get("type", "")),
        call_id=str(message.get("id", "")),
        param=str(message.get("param", "")),
        at=time.monotonic(),
        fields=message,
    )

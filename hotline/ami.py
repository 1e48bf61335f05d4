"""A client of the Asterisk Manager Interface that survives Asterisk.

Messages are parsed by pyst2; the connection is ours, because pyst2's Manager waits for ever on
a silent peer, pairs answers by order instead of by ActionID and shares a default argument
between calls. One thread reads, one hands out events, so a callback may itself send actions.
"""

import itertools
import queue
import socket
import threading
from collections.abc import Callable, Iterator, Mapping

import structlog
from asterisk.manager import ManagerMsg

from hotline.addresses import split_address
from hotline.errors import AmiError

Message = Mapping[str, str]
log = structlog.get_logger()

#: Seconds between two attempts to connect: quick at first, since calls run meanwhile.
RETRY_PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0)
#: Seconds without any word from Asterisk after which the link is asked for one, then given up.
SILENCE = 5.0


class Ami:
    """One connection to Asterisk, made again whenever it is lost.

    ``on_event`` gets every event that answers no action; ``on_connected`` is called after each
    login, which is the moment to read again what may have been missed.
    """

    def __init__(
        self,
        address: str,
        username: str,
        secret: str,
        on_event: Callable[[Message], None] | None = None,
        on_connected: Callable[[], None] | None = None,
    ) -> None:
        self._address = split_address(address)
        self._credentials = (username, secret)
        self._on_event = on_event
        self._on_connected = on_connected
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._pending: dict[str, queue.Queue[Message | None]] = {}
        self._socket: socket.socket | None = None
        self._events: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._logged_in = threading.Event()
        self._closing = threading.Event()

    @property
    def connected(self) -> bool:
        """Whether actions can be sent now."""
        return self._logged_in.is_set()

    def start(self) -> None:
        """Connect in the background and stay connected until `close`."""
        threading.Thread(target=self._stay_connected, name="ami-read", daemon=True).start()
        threading.Thread(target=self._hand_out, name="ami-events", daemon=True).start()

    def wait_connected(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds for a login."""
        return self._logged_in.wait(timeout)

    def close(self) -> None:
        """Give the connection up for good."""
        self._closing.set()
        self._drop()
        self._events.put(None)

    def action(self, name: str, timeout: float = 3.0, **fields: str) -> list[Message]:
        """Send an action; its response and, for a list action, the events that follow.

        Raises:
            AmiError: not connected, no answer within ``timeout`` seconds, or Asterisk refused.
        """
        if not self.connected:
            raise AmiError(f"{name}: not connected")
        return self._action(name, timeout, fields)

    def _action(self, name: str, timeout: float, fields: Mapping[str, str]) -> list[Message]:
        action_id = f"hl-{next(self._ids)}"
        answers: queue.Queue[Message | None] = queue.Queue()
        self._pending[action_id] = answers
        try:
            self._send({"Action": name, "ActionID": action_id, **fields})
            return _collect(name, answers, timeout)
        finally:
            del self._pending[action_id]

    def _send(self, fields: Mapping[str, str]) -> None:
        for key, value in fields.items():
            if "\r" in value or "\n" in value:
                raise AmiError(f"{fields['Action']}: {key} holds a line break")
        text = "".join(f"{key}: {value}\r\n" for key, value in fields.items()) + "\r\n"
        with self._lock:
            if self._socket is None:
                raise AmiError(f"{fields['Action']}: not connected")
            try:
                self._socket.sendall(text.encode())
            except OSError as error:
                raise AmiError(f"{fields['Action']}: {error}") from error

    def _stay_connected(self) -> None:
        failures = 0
        while not self._closing.is_set():
            try:
                self._connect()
            except (OSError, AmiError) as error:
                if self.connected or failures == 0:
                    log.info("ami away", reason=str(error))
            if self.connected:
                failures = 0
            self._drop()
            pause = RETRY_PAUSES[min(failures, len(RETRY_PAUSES) - 1)]
            failures += 1
            self._closing.wait(pause)

    def _connect(self) -> None:
        """Log in, then read until the link is gone."""
        with socket.create_connection(self._address, timeout=SILENCE) as link:
            blocks = _blocks(link)
            with self._lock:
                self._socket = link
            threading.Thread(target=self._log_in, name="ami-login", daemon=True).start()
            for lines in blocks:
                if lines is None:
                    self._send({"Action": "Ping", "ActionID": "hl-ping"})
                else:
                    self._dispatch(ManagerMsg(lines).headers)
        raise AmiError("closed by Asterisk")

    def _log_in(self) -> None:
        username, secret = self._credentials
        try:
            self._action("Login", SILENCE, {"Username": username, "Secret": secret})
        except AmiError as error:
            log.error("ami login refused", reason=str(error))
            self._drop()
            return
        self._logged_in.set()
        if self._on_connected:
            self._events.put(self._on_connected)

    def _dispatch(self, message: Message) -> None:
        waiting = self._pending.get(message.get("ActionID", ""))
        if waiting is not None:
            waiting.put(message)
        elif "Event" in message and self._on_event:
            on_event = self._on_event
            self._events.put(lambda: on_event(message))

    def _hand_out(self) -> None:
        while (work := self._events.get()) is not None:
            try:
                work()
            except Exception:
                log.exception("ami event handler failed")

    def _drop(self) -> None:
        self._logged_in.clear()
        with self._lock:
            link, self._socket = self._socket, None
        if link is not None:
            try:
                link.shutdown(socket.SHUT_RDWR)
            except OSError:
                log.debug("ami link was already closed")
        for answers in list(self._pending.values()):
            answers.put(None)


def _blocks(link: socket.socket) -> Iterator[list[str] | None]:
    """Messages as lists of lines; None after `SILENCE` seconds without a word.

    Raises:
        AmiError: this is no manager port.
        TimeoutError: no word for twice that long, although one was asked for.
    """
    buffer, silent, greeted = b"", False, False
    while True:
        try:
            data = link.recv(65536)
        except TimeoutError:
            if silent:
                raise
            silent = True
            yield None
            continue
        if not data:
            return
        silent = False
        buffer += data
        if not greeted and b"\r\n" in buffer:
            title, buffer = buffer.split(b"\r\n", 1)
            greeted = title.startswith(b"Asterisk Call Manager")
            if not greeted:
                raise AmiError("not an Asterisk manager port")
        *whole, buffer = buffer.split(b"\r\n\r\n")
        for block in whole:
            yield [f"{line}\r\n" for line in block.decode("utf-8", "replace").split("\r\n")]


def _collect(name: str, answers: queue.Queue[Message | None], timeout: float) -> list[Message]:
    messages = [_next(name, answers, timeout)]
    first = messages[0]
    if first.get("Response") not in {"Success", "Goodbye"}:
        raise AmiError(f"{name}: {first.get('Message', 'refused')}")
    if first.get("EventList", "").lower() == "start":
        while messages[-1].get("EventList", "").lower() != "complete":
            messages.append(_next(name, answers, timeout))
    return messages


def _next(name: str, answers: queue.Queue[Message | None], timeout: float) -> Message:
    try:
        message = answers.get(timeout=timeout)
    except queue.Empty:
        raise AmiError(f"{name}: no answer within {timeout} s") from None
    if message is None:
        raise AmiError(f"{name}: the link was lost")
    return message

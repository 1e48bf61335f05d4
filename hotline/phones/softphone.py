"""One real SIP phone: a baresip process that Python drives and listens to.

A process per phone: idle it takes 3 MB of its own and no CPU, and one phone
can be killed, frozen or restarted without the others noticing.
"""

import re
import tempfile
import time
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self

from hotline.phones import config
from hotline.phones.baresip import Baresip
from hotline.phones.call import Call
from hotline.phones.config import PhoneSettings
from hotline.phones.control import Control, Event
from hotline.phones.errors import PhoneError, PhoneTimeoutError

#: Past events and calls that are kept to look at.
_KEPT = 500
#: How ``reginfo`` paints the two outcomes, whatever the account is called.
_REGISTERED = "\x1b[32mOK"
_REFUSED = "\x1b[31mERR"
_CALL_ID = re.compile(r"call id: (\S+)")


class Softphone:
    """A phone, from ``start`` to ``close``; best used as a context manager.

    ``folder`` keeps its configuration, its log and what it heard; without one
    a private folder is used and removed at the end.
    """

    def __init__(self, settings: PhoneSettings, folder: Path | None = None) -> None:
        self.settings = settings
        self.calls: deque[Call] = deque(maxlen=_KEPT)
        self.events: deque[Event] = deque(maxlen=_KEPT)
        self.registered_at: float | None = None
        self._registration = "not tried yet"
        self._own_folder: tempfile.TemporaryDirectory[str] | None = None
        if folder is None:
            self._own_folder = tempfile.TemporaryDirectory(prefix="phone-")
            folder = Path(self._own_folder.name)
        self.folder = folder
        self._baresip = Baresip(settings, folder)
        self._running: Control | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def heard(self) -> Path:
        """The WAV of what this phone heard in its last call, from ringing to the end.

        It runs in real time (silence where nothing came) and can be read during the call.
        """
        return self.folder / config.HEARD

    @property
    def pid(self) -> int:
        """Process id of the running phone."""
        return self._baresip.pid

    @property
    def call(self) -> Call | None:
        """The call going on now, if there is one."""
        return next((c for c in reversed(self.calls) if c.closed_at is None), None)

    def start(self, timeout: float = 10.0) -> None:
        """Start the process. Raises PhoneGoneError with its last words if it ends at once."""
        port = self._baresip.start(timeout)
        self._running = Control(config.CONTROL_HOST, port, self._take)

    def close(self) -> None:
        """End the call, unregister and stop the process; harmless when already done."""
        self._baresip.stop()
        if self._running is not None:
            self._running.close()
            self._running = None
        if self._own_folder is not None:
            self._own_folder.cleanup()

    def wait_registered(self, timeout: float = 10.0) -> None:
        """Wait for the first accepted REGISTER. Raises PhoneTimeoutError with the last refusal."""
        self._look_at_registration()
        try:
            self._control.wait_until(
                lambda: self.registered_at is not None, timeout, "registration"
            )
        except PhoneTimeoutError as error:
            raise PhoneTimeoutError(f"{error} ({self._registration})") from error

    def dial(self, number: str) -> Call:
        """Call a number; returns at once, while it is being set up."""
        uri = config.sip_uri(number, self.settings.server, self.settings.port)
        if self.call is None:
            self._baresip.forget_heard()
        started_at = time.monotonic()
        answer = self._control.command("dial", uri)
        found = _CALL_ID.search(answer)
        if found is None:
            raise PhoneError(f"the phone dialled and named no call: {answer!r}")
        with self._control.changed:
            return self._known(found[1], uri, incoming=False, at=started_at)

    def wait_call(self, timeout: float, after: Call | None = None) -> Call:
        """The incoming call now ringing or answered here, or the next one to come.

        ``after``: one that came later than this call.
        """
        since = after.started_at if after else float("-inf")

        def newest() -> Call | None:
            incoming = (c for c in reversed(self.calls) if c.incoming and c.started_at > since)
            return next((c for c in incoming if after or c.closed_at is None), None)

        self._control.wait_until(lambda: newest() is not None, timeout, "incoming call")
        found = newest()
        if found is None:
            raise PhoneError("the incoming call ended at once")
        return found

    def answer(self, timeout: float = 10.0) -> Call:
        """Pick up: waits for a call to ring here, answers it and waits until it is up."""
        call = self.wait_call(timeout)
        call.wait_ringing(timeout)
        self._control.command("accept", call.id)
        call.wait_established(timeout)
        return call

    def reject(self, timeout: float = 10.0) -> Call:
        """Wait for a call to ring here and refuse it with 486."""
        call = self.wait_call(timeout)
        call.wait_ringing(timeout)
        call.hangup()
        return call

    def do_not_disturb(self, on: bool) -> None:
        """While on, every call is refused at once with 480."""
        self._control.command("dnd", "true" if on else "false")

    def hangup(self) -> None:
        """End the call going on now, if there is one."""
        if (call := self.call) is not None:
            call.hangup()

    def send_digits(self, digits: str) -> None:
        """Send keys in the call going on now. Raises PhoneError if there is none."""
        if (call := self.call) is None:
            raise PhoneError("no call to send keys in")
        call.send_digits(digits)

    def wait_event(self, kind: str, timeout: float, since: float = float("-inf")) -> Event:
        """The first kept event of baresip's type ``kind`` at or after ``since`` (monotonic)."""

        def first() -> Event | None:
            return next((e for e in self.events if e.type == kind and e.at >= since), None)

        self._control.wait_until(lambda: first() is not None, timeout, kind)
        found = first()
        if found is None:
            raise PhoneError(f"{kind} came and is already forgotten")
        return found

    def _look_at_registration(self) -> None:
        """The registrar may have answered before the control connection was there."""
        state = self._control.command("reginfo")
        if self.registered_at is None and _REGISTERED in state:
            self.registered_at = time.monotonic()
        if _REFUSED in state:
            self._registration = "refused"

    @property
    def _control(self) -> Control:
        if self._running is None:
            raise PhoneError("the phone is not started")
        return self._running

    def _take(self, event: Event) -> None:
        """Keep an event (on the control's reading thread, its condition held)."""
        self.events.append(event)
        if event.type == "REGISTER_OK":
            self.registered_at = event.at
        if event.type.startswith("REGISTER_"):
            self._registration = f"{event.type} {event.param}"
        if event.call_id:
            incoming = event.fields.get("direction") == "incoming"
            peer = str(event.fields.get("peeruri", ""))
            self._known(event.call_id, peer, incoming, event.at).take(event)

    def _known(self, call_id: str, peer: str, incoming: bool, at: float) -> Call:
        """The call of that id; new ones are made by whichever comes first, dial or event."""
        for call in reversed(self.calls):
            if call.id == call_id:
                return call
        call = Call(self._control, call_id, peer, incoming, at)
        self.calls.append(call)
        return call

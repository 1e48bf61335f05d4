"""One call as a phone sees it: kept up to date by the phone's events."""

import re
from collections.abc import Callable
from typing import Literal

from hotline.phones.control import Control, Event
from hotline.phones.errors import CallEndedError, PhoneError

_DIGITS = re.compile(r"[0-9*#A-Da-d]+")
#: What baresip says when the other side ended an established call.
_ENDED_BY_PEER = "Connection reset by peer"


class Call:
    """A call of one phone. Times are seconds of ``time.monotonic``, None until they come."""

    def __init__(self, control: Control, call_id: str, peer: str, incoming: bool, at: float):
        self.id = call_id
        self.peer = peer
        self.peer_name = ""
        self.incoming = incoming
        self.started_at = at
        self.ringing_at: float | None = None
        self.established_at: float | None = None
        #: First sound packet from the other side.
        self.sound_at: float | None = None
        self.closed_at: float | None = None
        #: Why it ended: ``486 Busy Here``, or baresip's own words.
        self.reason = ""
        self.ended_by: Literal["us", "them"] | None = None
        self._control = control

    @property
    def sip_status(self) -> int | None:
        """The SIP status that refused the call, if one did."""
        head = self.reason[:3]
        return int(head) if head.isdigit() and self.established_at is None else None

    @property
    def seconds(self) -> float:
        """How long both sides were connected; 0 if they never were or still are."""
        if self.established_at is None or self.closed_at is None:
            return 0.0
        return self.closed_at - self.established_at

    @property
    def seconds_to_answer(self) -> float | None:
        """From the INVITE to its 200, or None."""
        return None if self.established_at is None else self.established_at - self.started_at

    def wait_ringing(self, timeout: float) -> None:
        """Wait until the other phone rings (or ours, for an incoming call)."""
        self._wait(lambda: self.ringing_at is not None, timeout, "ringing")

    def wait_established(self, timeout: float) -> None:
        """Wait until it is answered. Raises CallEndedError with the reason if it ends instead."""
        self._wait(lambda: self.established_at is not None, timeout, "answer")

    def wait_sound(self, timeout: float) -> None:
        """Wait for the first sound packet. Raises CallEndedError if the call ends instead."""
        self._wait(lambda: self.sound_at is not None, timeout, "sound")

    def wait_closed(self, timeout: float) -> None:
        """Wait until the call is over and what was heard is complete on disk."""
        self._control.wait_until(lambda: self.closed_at is not None, timeout, "end of the call")

    def hangup(self) -> None:
        """End it: BYE when talking, CANCEL when calling, 486 when it rings here."""
        with self._control.changed:
            if self.closed_at is not None:
                return
        try:
            self._control.command("hangup", self.id)
        except PhoneError:
            if self.closed_at is None:  # otherwise the other side was faster
                raise

    def send_digits(self, digits: str) -> None:
        """Send keys as telephone events, 180 ms each; returns before they are all sent.

        Raises PhoneError for anything but 0-9 * # A-D, or if the call is over.
        """
        if not _DIGITS.fullmatch(digits):
            raise PhoneError(f"{digits!r} are not keys of a telephone")
        self._control.command("sndcode", digits)

    def take(self, event: Event) -> None:
        """Apply one event of this call (called on the control's reading thread)."""
        if event.type in {"CALL_RINGING", "CALL_INCOMING", "CALL_PROGRESS"}:
            self.ringing_at = self.ringing_at or event.at
        elif event.type == "CALL_ESTABLISHED":
            self.established_at = event.at
        elif event.type == "CALL_RTPESTAB":
            self.sound_at = self.sound_at or event.at
        elif event.type == "CALL_CLOSED":
            self.closed_at = event.at
            self.reason = event.param
            self.ended_by = self._who_ended(event.param)
        self.peer_name = str(event.fields.get("peerdisplayname", self.peer_name))

    def _who_ended(self, reason: str) -> Literal["us", "them"]:
        if reason == _ENDED_BY_PEER or reason[:3].isdigit():
            return "them"
        return "us"  # also "end of file": our microphone's sound was over

    def _wait(self, test: Callable[[], bool], timeout: float, what: str) -> None:
        self._control.wait_until(lambda: test() or self.closed_at is not None, timeout, what)
        if not test():
            raise CallEndedError(self.reason)

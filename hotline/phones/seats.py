"""The demo's seat phones: each registers, answers by itself and hums its own tone."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from hotline.phones.config import PhoneSettings
from hotline.phones.softphone import Softphone


@dataclass(frozen=True)
class SeatPhone:
    """Login and voice of one seat's phone."""

    #: The seat's name in the site file, shown as the phone's display name.
    seat: str
    #: Also the name of the phone's folder.
    username: str
    password: str
    tone_hz: int


class DemoSeats:
    """Seat phones, a process each, started and stopped together."""

    def __init__(
        self,
        seats: Sequence[SeatPhone],
        server: str,
        port: int,
        folder: Path,
        *,
        answer_after_ms: int = 1500,
        keep_heard: bool = False,
    ) -> None:
        self.phones: dict[str, Softphone] = {
            seat.username: Softphone(
                PhoneSettings(
                    user=seat.username,
                    server=server,
                    port=port,
                    display_name=seat.seat,
                    password=seat.password,
                    auto_answer=True,
                    answer_after_ms=answer_after_ms,
                    tone_hz=seat.tone_hz,
                    keep_heard=keep_heard,
                ),
                folder / seat.username,
            )
            for seat in seats
        }
        self._started = ExitStack()

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

    def __getitem__(self, username: str) -> Softphone:
        return self.phones[username]

    def start(self) -> None:
        """Start every phone; if one fails, none is left. Raises PhoneError."""
        with ExitStack() as started:
            for phone in self.phones.values():
                started.enter_context(phone)
            self._started = started.pop_all()

    def wait_registered(self, timeout: float = 10.0) -> None:
        """Wait until all are registered. Raises PhoneTimeoutError for the first that is not."""
        for phone in self.phones.values():
            phone.wait_registered(timeout)

    def close(self) -> None:
        """Stop them all."""
        self._started.close()

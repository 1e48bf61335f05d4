"""What every script of one FastAGI process shares."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from agi.familiar import Lookup, nobody
from hotline.calls.journal import Journal
from hotline.clock import Clock
from hotline.settings import Settings
from routing.conditions import Waits
from routing.line import Line

if TYPE_CHECKING:
    from agi.call import CallScript

log = structlog.get_logger()


class Registry:
    """The scripts of this process by call id, for those who tell them something."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: dict[str, CallScript] = {}

    def add(self, call: "CallScript") -> None:
        """From now on `get` finds it."""
        with self._lock:
            self._calls[call.id] = call

    def remove(self, call: "CallScript") -> None:
        """Its script is over."""
        with self._lock:
            self._calls.pop(call.id, None)

    def get(self, call_id: str) -> "CallScript | None":
        """The call's script, if this process runs it."""
        with self._lock:
            return self._calls.get(call_id)


@dataclass(frozen=True)
class Services:
    """``owner`` names this process where live state says whose caller it is.

    ``waits`` estimates how long callers still wait; without it they are told no number.
    """

    settings: Settings
    line: Line
    journal: Journal
    clock: Clock
    owner: str
    registry: Registry = field(default_factory=Registry)
    knows: Lookup = nobody
    """The agent of a number's open ticket; answers within a tenth of a second."""
    waits: Waits | None = None

    def prompt(self, name: str) -> str:
        """A prompt's path as Asterisk wants it: absolute, without its ending."""
        return str(self.settings.prompts_dir / name)

    def prompt_failed(self, name: str) -> None:
        """Say once per failure that a prompt could not be played."""
        log.error("prompt not playable", prompt=name)

    def has_prompt(self, name: str) -> bool:
        """Whether that prompt can be played."""
        return Path(f"{self.prompt(name)}.wav").is_file()

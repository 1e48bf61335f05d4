"""Reading a journal as the drainer does."""

from pathlib import Path

from hotline.calls.events import CallEvent, EventKind
from hotline.calls.lines import decode


def read_facts(folder: Path) -> list[CallEvent]:
    """Every fact in the journals of ``folder``, in the order they were told."""
    lines = [
        line for file in sorted(folder.glob("*.journal")) for line in file.read_bytes().splitlines()
    ]
    return [decode(line) for line in lines]


def kinds(facts: list[CallEvent]) -> list[EventKind]:
    """What happened, in order."""
    return [fact.kind for fact in facts]


def stages(facts: list[CallEvent]) -> list[str]:
    """The stages gone through."""
    return [fact.data["stage"] for fact in facts if fact.kind is EventKind.STAGE]

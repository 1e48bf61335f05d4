"""A pile of facts about one call, sorted, each once, ready to be asked."""

from collections import defaultdict
from collections.abc import Iterable

from hotline.calls.events import CallEvent, EventKind


class Facts:
    """The facts of one call in the one order that time and source give them."""

    def __init__(self, events: Iterable[CallEvent]) -> None:
        """Sort ``events`` and drop repeats.

        Raises:
            ValueError: there are none, or they are of two calls.
        """
        self.events = sorted({(e.source, e.source_seq): e for e in events}.values())
        calls = {event.call_id for event in self.events}
        if len(calls) != 1:
            raise ValueError(f"facts of {len(calls)} calls")
        self.call_id = calls.pop()
        self._by_kind: defaultdict[EventKind, list[CallEvent]] = defaultdict(list)
        for event in self.events:
            self._by_kind[event.kind].append(event)

    def of(self, *kinds: EventKind) -> list[CallEvent]:
        """All facts of these kinds, in order."""
        return sorted(event for kind in kinds for event in self._by_kind[kind])

    def started_at(self) -> float:
        """When the call arrived; before that is told, the first thing known of it."""
        arrived = self._by_kind[EventKind.ARRIVED]
        return (arrived or self.events)[0].at

    def ended_at(self, started_at: float) -> float | None:
        """When the call ended, never before it started; None while it lives."""
        ended = self._by_kind[EventKind.ENDED]
        return max(ended[0].at, started_at) if ended else None

    def text(self, kind: EventKind, key: str, limit: int) -> str | None:
        """What the facts of ``kind`` first tell under ``key``; see `first_text`."""
        return first_text(self._by_kind[kind], key, limit)


def first_text(events: Iterable[CallEvent], key: str, limit: int) -> str | None:
    """The first text under ``key`` that is not empty, cut to ``limit`` characters."""
    told = (event.data.get(key) for event in events)
    return next((text[:limit] for text in told if isinstance(text, str) and text), None)

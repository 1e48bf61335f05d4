"""State machines as data: an Enum of states, an Enum of events, one table.

Every machine of the hotline (call, outbound call, agent, seat, ticket, transfer) is one
``Machine``; `step` is the only way from one state to the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from hotline.errors import IllegalTransitionError

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Machine(Generic[S, E]):
    """One table of ``(state, event) -> state``; what is not in it is illegal."""

    name: str
    start: S
    table: Mapping[tuple[S, E], S]

    def step(self, state: S, event: E) -> S:
        """The state after ``event``.

        Raises:
            IllegalTransitionError: the table has no such row.
        """
        try:
            return self.table[(state, event)]
        except KeyError:
            raise IllegalTransitionError(
                f"{self.name}: {event} is not possible while {state}"
            ) from None

    def allows(self, state: S, event: E) -> bool:
        """Whether ``event`` is possible while in ``state``."""
        return (state, event) in self.table

    def final(self) -> frozenset[S]:
        """States that no event leaves."""
        return frozenset(self.table.values()) - {state for state, _ in self.table}

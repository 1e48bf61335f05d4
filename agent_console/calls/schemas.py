"""Calls of the record as programs read them."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from hotline.calls.history import CallWithFacts


class _Row(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class CallOut(_Row):
    """One call."""

    id: str
    direction: str
    caller_number: str
    caller_name: str
    origin_city: str | None
    serving_city: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    stage: str
    outcome: str | None
    ended_by: str | None
    agent: str | None
    seat: str | None
    wait_seconds: float | None
    talk_seconds: float | None
    rating: int | None
    fallback: bool


class LegOut(_Row):
    """One person asked to take part."""

    leg: str
    role: str
    agent: str | None
    seat: str | None
    city: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    result: str | None
    ended_by: str | None


class RecordingOut(_Row):
    """One sound file; ``sha256`` once it is complete."""

    track: str
    sha256: str | None
    seconds: float | None
    bytes: int | None


class FactOut(_Row):
    """One fact; ``at`` in epoch seconds."""

    at: float
    kind: str
    data: dict[str, Any]


class CallDetailOut(CallOut):
    """One call with everything known of it."""

    legs: list[LegOut]
    recordings: list[RecordingOut]
    facts: list[FactOut]

    @classmethod
    def of(cls, found: CallWithFacts) -> Self:
        """A call as JSON."""
        return cls(
            **CallOut.model_validate(found.call).model_dump(),
            legs=[LegOut.model_validate(leg) for leg in found.legs],
            recordings=[RecordingOut.model_validate(row) for row in found.recordings],
            facts=[FactOut.model_validate(fact) for fact in found.facts],
        )


class HangUpOut(BaseModel):
    """The call whose seat was hung up."""

    call_id: str

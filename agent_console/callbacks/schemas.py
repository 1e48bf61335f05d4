"""Call-backs as programs read and write them."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class _Row(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class CallbackOut(_Row):
    """One call-back; ``since`` is when the caller entered the line."""

    id: int
    state: str
    reason: str
    number: str
    name: str
    city: str | None
    since: datetime
    next_at: datetime | None
    tries: int
    agent: str | None
    claimed_until: datetime | None
    source_call_id: str
    call_id: str | None
    closed_at: datetime | None
    why: str


class CallbackTryOut(_Row):
    """One call of ours; ``counts`` once the caller's phone was dialled."""

    call_id: str
    at: datetime
    agent: str
    outcome: str | None
    counts: bool


class CallbackDetailOut(CallbackOut):
    """One call-back with every try."""

    calls: list[CallbackTryOut]


class GiveUpIn(BaseModel):
    """Why no more is tried."""

    why: str = Field(max_length=255)

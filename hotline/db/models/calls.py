"""The call record: facts as told (call_events) and their fold (calls, call_legs, recordings).

Nothing but the fold writes `Call`, `CallLeg` and `Recording`; nothing edits `CallEventRow`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db.base import Base, JsonColumn, UtcDateTime

_UNSEALED = text("sha256 IS NULL")


class CallEventRow(Base):
    """One fact, exactly as its source told it."""

    __tablename__ = "call_events"
    __table_args__ = (UniqueConstraint("call_id", "source", "source_seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(96))
    source_seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[float]
    kind: Mapped[str] = mapped_column(String(32))
    data: Mapped[dict[str, Any]] = mapped_column(JsonColumn)


class Call(Base):
    """One call, folded from its facts.

    ``city`` is responsible for the caller, ``serving_city`` is where it was answered.
    """

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_started_outcome", "started_at", "outcome"),
        Index("ix_calls_caller_started", "caller_number", "started_at"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    direction: Mapped[str] = mapped_column(String(16))
    caller_number: Mapped[str] = mapped_column(String(32))
    caller_name: Mapped[str] = mapped_column(String(128))
    called_number: Mapped[str] = mapped_column(String(32))
    origin_city: Mapped[str | None] = mapped_column(String(32))
    city: Mapped[str | None] = mapped_column(String(32))
    serving_city: Mapped[str | None] = mapped_column(String(32))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stage: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str | None] = mapped_column(String(32))
    ended_by: Mapped[str | None] = mapped_column(String(16))
    agent: Mapped[str | None] = mapped_column(String(16), index=True)
    seat: Mapped[str | None] = mapped_column(String(32))
    wait_seconds: Mapped[float | None]
    talk_seconds: Mapped[float | None]
    rating: Mapped[int | None]
    fallback: Mapped[bool] = mapped_column(default=False)


class CallLeg(Base):
    """One person asked to take part, with their own start, answer, end and result."""

    __tablename__ = "call_legs"

    call_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    leg: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    agent: Mapped[str | None] = mapped_column(String(16), index=True)
    seat: Mapped[str | None] = mapped_column(String(32))
    city: Mapped[str | None] = mapped_column(String(32))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[str | None] = mapped_column(String(16))
    ended_by: Mapped[str | None] = mapped_column(String(16))


class Recording(Base):
    """One sound file of a call; ``track`` is mixed, caller or line.

    Sealed (``sha256`` set) once the file is complete; ``missing`` when it was looked for and
    not found.
    """

    __tablename__ = "recordings"
    __table_args__ = (
        Index(
            "ix_recordings_unsealed",
            "call_id",
            sqlite_where=_UNSEALED,
            postgresql_where=_UNSEALED,
        ),
    )

    call_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    track: Mapped[str] = mapped_column(String(16), primary_key=True)
    path: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str | None] = mapped_column(String(64))
    seconds: Mapped[float | None]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    missing: Mapped[bool] = mapped_column(default=False)

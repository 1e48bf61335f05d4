"""Call-backs 回拨: whom we owe a call, and every try to reach them. Rules: docs/callbacks.md."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db.base import Base, UtcDateTime

_OPEN = text("closed_at IS NULL")


class Callback(Base):
    """One caller whom we owe a call; one number has at most one that is open.

    ``since`` is when the caller entered the line: their place. ``call_id`` is the call of ours
    that is under way.
    """

    __tablename__ = "callbacks"
    __table_args__ = (
        Index(
            "uq_callbacks_open_number",
            "number",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_callbacks_state_next", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(16))
    source_call_id: Mapped[str] = mapped_column(String(64), unique=True)
    number: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(128), default="")
    city: Mapped[str | None] = mapped_column(String(32))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    agent: Mapped[str | None] = mapped_column(String(16))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    call_id: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    why: Mapped[str] = mapped_column(String(255), default="")


class CallbackTry(Base):
    """One call of ours for a call-back; ``outcome`` is `OutboundOutcome` once it is over."""

    __tablename__ = "callback_tries"

    call_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    agent: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str | None] = mapped_column(String(16))
    counts: Mapped[bool] = mapped_column(default=False)


class CallbackSource(Base):
    """A finished call that was looked at; ``callback_id`` is None when nothing is owed for it."""

    __tablename__ = "callback_sources"

    call_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    callback_id: Mapped[int | None] = mapped_column(ForeignKey("callbacks.id"), index=True)

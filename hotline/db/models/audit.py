"""Who did what to what, when: appended only."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db.base import Base, JsonColumn, UtcDateTime


class AuditEntry(Base):
    """One act worth keeping (GB/T 22239-2019: time, subject, object, type, result)."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    subject: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(64))
    object: Mapped[str] = mapped_column(String(128), index=True)
    result: Mapped[str] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(JsonColumn, default=dict)

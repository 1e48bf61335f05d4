"""The audit: who did what to what, when and how it went (GB/T 22239-2019, level 3)."""

from typing import Any

from sqlalchemy.orm import Session

from hotline.clock import as_datetime
from hotline.db.models import AuditEntry


def record(
    session: Session,
    at: float,
    subject: str,
    act: str,
    on: str,
    *,
    result: str = "done",
    **detail: Any,
) -> None:
    """Append one entry in the session's transaction.

    Args:
        session: The transaction of the act itself, so that neither is kept without the other.
        at: When, epoch seconds.
        subject: 工号 of who acts, or ``cli`` for the command line.
        act: What was done, as ``noun.verb``.
        on: What it was done to, as ``kind:id``. Cut to the column's 128 characters.
        result: How it went.
        detail: More, without secrets, telephone numbers or the text of tickets.
    """
    session.add(
        AuditEntry(
            at=as_datetime(at),
            subject=subject[:64],
            act=act,
            object=on[:128],
            result=result,
            detail=detail,
        )
    )

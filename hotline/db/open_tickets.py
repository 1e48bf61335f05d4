"""Who knows a caller's open matter: read only, for the caller's script."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.db.engine import make_engine, session_factory
from hotline.db.models import Ticket

#: Seconds to wait for a lock on SQLite; the caller waits less anyway (`agi.familiar`).
_LOCKED_SECONDS = 0.5


def open_ticket_agent(session: Session, number: str) -> str | None:
    """The agent of the newest ticket of this number that is not closed; None: there is none."""
    return session.scalar(
        select(Ticket.agent)
        .where(Ticket.caller_number == number, Ticket.closed_at.is_(None))
        .order_by(Ticket.created_at.desc(), Ticket.id.desc())
        .limit(1)
    )


class OpenTickets:
    """`open_ticket_agent` with connections of its own; it connects when first asked."""

    def __init__(self, database_url: str) -> None:
        self._engine = make_engine(database_url, busy_seconds=_LOCKED_SECONDS)
        self._sessions = session_factory(self._engine, read_only=True)

    def agent_for(self, number: str) -> str | None:
        """Who knows the open matter of this number; may be asked from many threads.

        Raises:
            SQLAlchemyError: SQL is away.
        """
        with self._sessions() as session:
            return open_ticket_agent(session, number)

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

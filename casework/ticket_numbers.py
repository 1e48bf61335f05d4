"""Ticket numbers: JL20261123-000123, counted from one each day."""

from datetime import date

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hotline.db.models import TicketDay


def next_number(session: Session, prefix: str, day: date) -> str:
    """The next number of ``day`` (local), given out once.

    One upsert raises the day's row and tells the result, so two transactions never read the
    same value; PostgreSQL makes the second one wait until the first has ended. A transaction
    rolled back gives its number back.
    """
    statement = (
        _insert(session.connection())
        .values(day=day, last=1)
        .on_conflict_do_update(index_elements=["day"], set_={"last": TicketDay.last + 1})
        .returning(TicketDay.last)
    )
    return f"{prefix}{day:%Y%m%d}-{session.execute(statement).scalar_one():06d}"


def _insert(connection: Connection) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(TicketDay)
    return sqlite.insert(TicketDay)

"""The agent of an open ticket: known in time, or nobody."""

import threading
from datetime import UTC, datetime

from sqlalchemy.exc import OperationalError

from agi.familiar import Familiar
from hotline.db.models import Ticket
from hotline.db.open_tickets import OpenTickets
from tests.fixtures.databases import Database


def test_the_newest_ticket_that_is_not_closed_counts(database: Database) -> None:
    with database.sessions.begin() as session:
        for day, agent, closed in ((1, "1001", False), (2, "1002", False), (3, "1003", True)):
            at = datetime(2026, 11, day, tzinfo=UTC)
            session.add(
                Ticket(
                    number=f"JL-{day}",
                    state="accepted",
                    source="hotline",
                    agent=agent,
                    caller_number="13904310000",
                    created_at=at,
                    updated_at=at,
                    closed_at=at if closed else None,
                )
            )
    tickets = OpenTickets(database.url)
    knows = Familiar(tickets.agent_for, patience=30)
    assert knows("13904310000") == "1002"
    assert knows("13904310001") is None
    tickets.close()


def test_sql_away_is_nobody() -> None:
    def away(number: str) -> str | None:
        raise OperationalError("SELECT", {}, OSError(number))

    assert Familiar(away, patience=30)("13904310000") is None


def test_a_slow_sql_holds_up_nobody() -> None:
    freed = threading.Event()

    def slow(number: str) -> str | None:
        freed.wait(30)
        return number

    knows = Familiar(slow, patience=0.01)
    before = threading.active_count()
    assert [knows("13904310000") for _ in range(10)] == [None] * 10
    assert threading.active_count() - before <= 4, "no heap of waiting questions"
    freed.set()

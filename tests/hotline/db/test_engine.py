"""The engine's promises: one schema on both databases, writers that wait for each other."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

import hotline.db.models  # noqa: F401
from hotline.db.base import Base
from hotline.db.engine import make_engine, migrate, session_factory
from hotline.db.models import Seat
from tests.fixtures.databases import Database


def test_the_migrations_say_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "render_as_batch": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database.url)
    with database.engine.connect() as connection:
        assert connection.scalars(text("SELECT count(*) FROM alembic_version")).one() == 1


def test_two_processes_may_migrate_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'fresh.db'}"
    script = f"from hotline.db.engine import migrate; migrate({url!r})"
    racers = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
    assert [racer.wait(60) for racer in racers] == [0, 0]
    engine = make_engine(url)
    assert "calls" in inspect(engine).get_table_names()
    engine.dispose()


def test_a_transaction_that_reads_first_may_write_beside_another_writer(sqlite_url: str) -> None:
    """With SQLite's own BEGIN the second one fails at once, whatever the busy time-out."""
    engine = make_engine(sqlite_url, busy_seconds=0.01)
    reading = session_factory(engine, read_only=True)
    with session_factory(engine)() as writer, reading() as reader:
        writer.add(Seat(name="cc01", city="changchun"))
        writer.flush()
        assert reader.get(Seat, "cc01") is None  # a reader neither waits nor sees half a change
        with pytest.raises(Exception, match="locked"), session_factory(engine)() as second:
            second.get(Seat, "cc01")  # already reading takes its turn behind the writer
        writer.commit()
    engine.dispose()


def test_sqlite_syncs_every_commit(sqlite_url: str) -> None:
    """The drainer deletes a journal once its facts are committed."""
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        assert connection.scalars(text("PRAGMA journal_mode")).one() == "wal"
        assert connection.scalars(text("PRAGMA synchronous")).one() == 2
        assert connection.scalars(text("PRAGMA foreign_keys")).one() == 1
    engine.dispose()

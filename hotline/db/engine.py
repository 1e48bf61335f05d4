"""Connections to the record, the same on SQLite and PostgreSQL."""

from importlib.resources import files
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.engine.url import URL
from sqlalchemy.orm import Session, sessionmaker

#: Seconds that a SQLite writer waits for another one before it gives up.
BUSY_SECONDS = 5.0

#: Seconds after which a PostgreSQL that does not answer counts as away.
CONNECT_SECONDS = 3

#: PostgreSQL's advisory lock under which migrations run.
_MIGRATION_LOCK = 12348

_READ_ONLY = "hotline_read_only"


def make_engine(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine for ``url`` (SQLite file or PostgreSQL).

    SQLite runs in WAL mode, and a transaction takes the write lock when it begins: one that
    reads first and writes later would fail at once beside another writer, whatever the busy
    time-out. Commits are synced, because the drainer deletes journals on their word. Errors do
    not repeat a statement's parameters, because they end up in logs.
    """
    target = _with_driver(make_url(url))
    if target.get_backend_name() == "sqlite":
        engine = create_engine(target, connect_args={"timeout": busy_seconds}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        target,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": 5000},
    )


def session_factory(engine: Engine, *, read_only: bool = False) -> sessionmaker[Session]:
    """Sessions on ``engine``.

    Args:
        engine: From `make_engine`.
        read_only: For pages that only read: on SQLite they then wait for no writer. The
            database itself refuses nothing; a write in such a session may find it locked.
    """
    bound = engine.execution_options(**{_READ_ONLY: True}) if read_only else engine
    return sessionmaker(bound, expire_on_commit=False)


def migrate(url: str) -> None:
    """Bring the schema of ``url`` to this version; safe beside another process that does."""
    engine = make_engine(url, busy_seconds=60)
    try:
        with engine.begin() as connection:
            # SQLite: BEGIN IMMEDIATE is the lock. The one who waited finds nothing to do.
            if connection.dialect.name == "postgresql":
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK}
                )
            command.upgrade(migrations(connection), "head")
    finally:
        engine.dispose()


def migrations(connection: Connection) -> Config:
    """Alembic's configuration, working on ``connection``, from the package's own files."""
    config = Config()
    folder = str(files("hotline.db") / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _with_driver(url: URL) -> URL:
    plain = url.drivername in {"postgres", "postgresql"}
    return url.set(drivername="postgresql+psycopg") if plain else url


def _prepare_sqlite(connection: DBAPIConnection, _record: Any) -> None:
    # The driver's own BEGIN is switched off in favour of `_begin_sqlite`.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

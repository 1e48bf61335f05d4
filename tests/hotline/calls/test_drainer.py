"""The drainer: every fact told is in SQL once, whoever dies and whatever is away."""

import multiprocessing
import os
import random
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import psycopg
import pytest
from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import OperationalError

from hotline.calls import tail
from hotline.calls.drainer import Drainer
from hotline.calls.events import EventKind
from hotline.calls.journal import Journal
from hotline.calls.store import read_events, store
from hotline.clock import ManualClock
from hotline.db.engine import make_engine, session_factory
from hotline.db.models import Call, CallEventRow, CallLeg, Recording
from tests.fixtures.databases import Database
from tests.hotline.calls.histories import CALL, answered_call, tell


def drainer_of(database: Database, folder: Path) -> Drainer:
    return Drainer(folder, database.sessions)


def count(database: Database) -> int:
    with database.sessions() as session:
        return session.scalars(select(func.count()).select_from(CallEventRow)).one()


def test_facts_become_a_record(database: Database, tmp_path: Path) -> None:
    with Journal(tmp_path / "j", "agi", ManualClock()) as journal:
        for fact in answered_call():
            journal.append(fact.call_id, fact.kind, fact.data, at=fact.at)
        assert drainer_of(database, tmp_path / "j").drain() == 15
    with database.sessions() as session:
        call = session.get_one(Call, CALL)
        assert (call.outcome, call.agent, call.rating) == ("answered", "1044", 5)
        assert call.started_at.timestamp() == 100.0
        assert [leg.result for leg in session.scalars(select(CallLeg).order_by(CallLeg.leg))] == [
            "no_answer",
            "answered",
        ]
        assert len(session.scalars(select(Recording)).all()) == 3
        stored = read_events(session, [CALL])[CALL]
    assert [(e.kind, e.data) for e in sorted(stored)] == [(e.kind, e.data) for e in answered_call()]


def test_storing_twice_changes_nothing(database: Database) -> None:
    for _ in range(2):
        with database.sessions.begin() as session:
            store(session, answered_call())
    assert count(database) == 15


def test_a_leg_that_turns_out_to_be_another_one_disappears(database: Database) -> None:
    cel = tell((1.1, EventKind.LEG_STARTED, {"leg": "jl1-7.2", "seat": "cc01"}), source="cel-jl1")
    script = tell((1.0, EventKind.LEG_STARTED, {"leg": "1", "seat": "cc01"}))
    for facts in (cel, script):
        with database.sessions.begin() as session:
            store(session, facts)
    with database.sessions() as session:
        assert [leg.leg for leg in session.scalars(select(CallLeg))] == ["1"]


def test_two_machines_that_store_facts_of_one_call_take_turns(postgres_url: str) -> None:
    """Or the later fold would not see the earlier one's facts, and undo them."""
    engine = make_engine(postgres_url)
    sessions = session_factory(engine)
    here = tell((1.0, EventKind.ARRIVED, {"caller_number": "13904310000"}))
    there = tell((2.0, EventKind.ENDED, {"ended_by": "caller"}), source="agi-2-2")

    def store_there() -> None:
        with sessions.begin() as session:
            store(session, there)

    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    other = threading.Thread(target=store_there)
    with sessions.begin() as session:
        store(session, here)
        other.start()
        while not session.scalar(waiting):
            assert other.is_alive()
    other.join()
    with sessions() as session:
        call = session.get_one(Call, CALL)
        assert (call.caller_number, call.ended_by) == ("13904310000", "caller")
    engine.dispose()


def test_a_finished_file_is_removed_and_a_living_one_kept(
    database: Database, tmp_path: Path
) -> None:
    drainer = drainer_of(database, tmp_path)
    with Journal(tmp_path, "agi", ManualClock()) as journal:
        journal.append(CALL, EventKind.ARRIVED, {})
        drainer.drain()
        assert len(list(tmp_path.glob("*.journal"))) == 1
    drainer.drain()
    assert list(tmp_path.glob("*.journal")) == []
    assert count(database) == 1


def test_there_is_one_drainer(database: Database, tmp_path: Path) -> None:
    first, second = drainer_of(database, tmp_path), drainer_of(database, tmp_path)
    with Journal(tmp_path, "agi", ManualClock()) as journal:
        journal.append(CALL, EventKind.ARRIVED, {})
        assert first.drain() == 1
        journal.append(CALL, EventKind.RATED, {"score": 4})
        assert second.drain() == 0
        first.close()
        assert second.drain() == 1


def test_a_torn_or_damaged_line_is_set_aside(database: Database, tmp_path: Path) -> None:
    with Journal(tmp_path, "agi", ManualClock()) as journal:
        journal.append(CALL, EventKind.ARRIVED, {})
        path = next(tmp_path.glob("*.journal"))
        with path.open("ab") as file:
            file.write(b"deadbeef {}\n")
        journal.append(CALL, EventKind.ENDED, {"ended_by": "caller"})
        with path.open("ab") as file:
            file.write(b"deadbe")
    drainer_of(database, tmp_path).drain()
    assert count(database) == 2
    assert path.with_suffix(".bad").read_bytes() == b"deadbeef {}\ndeadbe\n"
    assert not path.exists()


def test_a_fact_the_database_cannot_hold_keeps_no_other_out(
    database: Database, tmp_path: Path
) -> None:
    with Journal(tmp_path, "agi", ManualClock()) as journal:
        journal.append(CALL, EventKind.ARRIVED, {"caller_number": "1" * 500, "caller_name": "\0"})
        journal.append(CALL, EventKind.RATED, {"score": 10**400})
        journal.append(CALL, EventKind.ENDED, {"ended_by": "caller" * 100})
        drainer_of(database, tmp_path).drain()
    with database.sessions() as session:
        assert session.get_one(Call, CALL).outcome == "abandoned_greeting"
    assert count(database) >= 2


def test_the_database_away_for_a_while(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url, make_engine(database_url, busy_seconds=0.01))
    drainer = drainer_of(database, tmp_path)
    with Journal(tmp_path, "agi", ManualClock()) as journal:
        journal.append(CALL, EventKind.ARRIVED, {})
        drainer.drain()
        with away(database.url):
            for score in range(1, 6):
                journal.append(CALL, EventKind.RATED, {"score": score})
                if score % 2:
                    with pytest.raises(OperationalError):
                        drainer.drain()
        journal.append(CALL, EventKind.ENDED, {})
        assert drainer.drain() == 6
    assert count(database) == 7
    database.engine.dispose()


def test_a_drainer_killed_at_any_step(database_url: str, tmp_path: Path) -> None:
    chance = random.Random(12348)  # noqa: S311
    folder = tmp_path / "journals"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.hotline.calls.test_drainer", "psycopg"])
    told = 0
    for _ in range(6):
        with Journal(folder, "agi", ManualClock(), rotate_bytes=3000) as journal:
            for _ in range(chance.randrange(50)):
                journal.append(f"call-{chance.randrange(5)}", EventKind.ARRIVED, {})
                told += 1
        args = (database_url, folder, chance.randrange(20, 200))
        child = context.Process(target=drain_and_die, args=args)
        child.start()
        child.join()
        assert child.exitcode == -signal.SIGKILL
    engine = make_engine(database_url)
    database = Database(database_url, engine)
    drainer_of(database, folder).drain()
    assert count(database) == told
    assert list(folder.glob("*.journal")) == []
    assert list(folder.glob("*.bad")) == []
    engine.dispose()


def drain_and_die(url: str, folder: Path, steps: int) -> None:
    """Drain in small bites; SIGKILL at the given number of steps of the draining itself."""
    tail.CHUNK_BYTES = 1000
    drainer = Drainer(folder, session_factory(make_engine(url)))
    left = iter(range(steps))

    def count_down(frame: FrameType, event: str, _argument: object) -> None:
        ours = frame.f_code.co_filename.endswith(("drainer.py", "store.py", "offsets.py"))
        if ours and event in {"call", "return"} and next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count_down)
    while True:
        drainer.drain()


@contextmanager
def away(url: str) -> Iterator[None]:
    """The database refuses everybody for a while."""
    if url.startswith("sqlite"):
        with make_engine(url).begin():  # somebody keeps the write lock
            yield
        return
    server = make_url(url).set(database="postgres").render_as_string(hide_password=False)
    name = make_url(url).database
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        yield
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())

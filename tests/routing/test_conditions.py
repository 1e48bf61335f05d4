"""What the worker leaves of recent calls, and what scripts make of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis

from hotline.calls.journal import Journal
from hotline.clock import ManualClock
from hotline.db.models import Call
from hotline.jobs import JobContext
from hotline.settings import Settings
from hotline.site import Limits, Site
from routing.conditions import Waits, job, recent_conditions
from routing.errors import LiveStateAwayError
from routing.estimate import Talks
from routing.line import Line
from tests.fixtures.databases import Database
from tests.routing.conftest import MakeCall


def ended(n: int, talk: float | None, wait: float) -> Call:
    """An inbound call; without a talk the caller gave up."""
    return Call(
        id=f"c{n}",
        direction="inbound",
        caller_number="",
        caller_name="",
        called_number="12348",
        started_at=datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=n),
        stage="ended",
        outcome="answered" if talk else "abandoned_queue",
        wait_seconds=wait,
        talk_seconds=talk,
        fallback=False,
    )


@pytest.fixture
def context(
    database: Database, redis_server: Path, jilin: Site, tmp_path: Path, clock: ManualClock
) -> Iterator[JobContext]:
    """A worker's surroundings."""
    settings = Settings(
        tmp_path / "hotline.toml", jilin, tmp_path, database.url, f"unix://{redis_server}"
    )
    with Journal(settings.journal_dir, "worker", clock) as journal:
        yield JobContext(settings, database.engine, database.sessions, journal, clock)


def test_no_calls_are_the_usual_ones(database: Database) -> None:
    with database.sessions() as session:
        told = recent_conditions(session)
    usual = Talks.of([])
    assert told == {
        "log_mean": usual.log_mean,
        "log_deviation": usual.log_deviation,
        "gives_up_per_second": 0.0,
    }


@pytest.mark.usefixtures("zhang")
def test_what_the_worker_leaves_changes_what_callers_are_told(
    context: JobContext,
    live_redis: redis.Redis,
    line: Line,
    caller: MakeCall,
) -> None:
    offer = line.enter(caller("talks"))
    assert offer is not None
    line.answered(offer, "PJSIP/cc01-1")
    line.enter(caller("waits"))
    waits = Waits(live_redis, context.clock, Limits())
    before = waits.estimate("waits", "changchun", context.clock())
    with context.sessions.begin() as session:
        session.add_all(ended(n, 40.0 + n % 5, 5) for n in range(60))
        session.add_all(ended(100 + n, None, 60) for n in range(20))
    job().run(context)
    after = waits.estimate("waits", "changchun", context.clock())
    assert before is not None
    assert after is not None
    assert after.seconds < before.seconds / 3, "talks are a tenth as long as the usual ones"
    with context.sessions() as session:
        rate = recent_conditions(session)["gives_up_per_second"]
    assert rate == pytest.approx(20 / (60 * 5 + 20 * 60))


def test_redis_away_is_said_so_that_the_worker_tries_again(context: JobContext) -> None:
    away = replace(context, settings=replace(context.settings, redis_url="unix:///nowhere"))
    with pytest.raises(LiveStateAwayError):
        job().run(away)

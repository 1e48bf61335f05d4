"""The worker: jobs do not disturb each other, and it ends politely."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.calls.drainer import DrainJob
from hotline.calls.events import EventKind
from hotline.calls.journal import Journal
from hotline.cli.worker import run_jobs
from hotline.clock import ManualClock
from hotline.db.engine import make_engine, session_factory
from hotline.db.models import Call
from hotline.heartbeat import Heartbeat, age
from hotline.jobs import JobContext, installed_jobs
from hotline.settings import Settings
from hotline.site import Site
from tests.hotline.calls.histories import CALL


@pytest.fixture
def context(sqlite_url: str, jilin: Site, tmp_path: Path) -> Iterator[JobContext]:
    settings = Settings(tmp_path / "hotline.toml", jilin, tmp_path, sqlite_url, "")
    engine = make_engine(sqlite_url)
    journal = Journal(settings.journal_dir, "worker")
    yield JobContext(settings, engine, session_factory(engine), journal, ManualClock())
    engine.dispose()


class Counter:
    """Runs a few times, then says so."""

    name = "counter"
    interval = 0.001

    def __init__(self, enough: int) -> None:
        self.left = enough
        self.done = threading.Event()

    def run(self, context: JobContext) -> None:  # noqa: ARG002
        self.left -= 1
        if self.left <= 0:
            self.done.set()


class Failing(Counter):
    """The same, but each run fails."""

    name = "failing"

    def run(self, context: JobContext) -> None:
        super().run(context)
        raise ZeroDivisionError("on purpose")


class LastWord:
    """Tells a fact while the worker is being stopped."""

    name = "last-word"
    interval = 60.0

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    def run(self, context: JobContext) -> None:
        self._stop.wait()
        context.journal.append(CALL, EventKind.ARRIVED, {})


def test_a_failing_job_is_tried_again_and_disturbs_nobody(
    context: JobContext, tmp_path: Path
) -> None:
    counter, failing, stop = Counter(20), Failing(3), threading.Event()
    heartbeat = Heartbeat(tmp_path / "beat")
    args = ([failing, counter], context, stop, heartbeat)
    worker = threading.Thread(target=run_jobs, args=args)
    worker.start()
    assert counter.done.wait(10)
    assert failing.done.wait(10)
    stop.set()
    worker.join(10)
    assert not worker.is_alive()
    assert age(tmp_path / "beat") < 5
    heartbeat.stop()


def test_what_is_told_while_stopping_is_still_written(context: JobContext, tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    heartbeat = Heartbeat(tmp_path / "beat")
    ready = LastWord(stop)
    ready.run(context)
    run_jobs([DrainJob()], context, stop, heartbeat)
    with context.sessions() as session:
        assert session.get(Call, CALL) is not None
    assert list(context.settings.journal_dir.glob("*.journal")) == []
    heartbeat.stop()


def test_the_jobs_of_this_package_are_installed() -> None:
    assert {"drain", "read-cel", "seal-recordings"} <= {job.name for job in installed_jobs()}


def test_the_command_migrates_drains_and_ends_on_sigterm(tmp_path: Path) -> None:
    site = tmp_path / "hotline.toml"
    site.write_text('[server]\nstate_dir = "."\n[[city]]\ncode = "changchun"\nname = "长春"\n')
    script = "from hotline.cli.worker import worker; import typer; typer.run(worker)"
    command = [sys.executable, "-c", script, "--state", str(tmp_path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env=os.environ.copy())
    with Journal(tmp_path / "journal", "agi") as journal:
        journal.append(CALL, EventKind.ARRIVED, {})
        engine = make_engine(f"sqlite:///{tmp_path / 'hotline.db'}")
        deadline = time.monotonic() + 30
        while not _has_arrived(tmp_path) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert _has_arrived(tmp_path)
        assert age(tmp_path / "run" / f"worker-{process.pid}.beat") < 3
        journal.append(CALL, EventKind.ENDED, {})
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors.decode()
    with session_factory(engine)() as session:
        assert session.get_one(Call, CALL).outcome is not None
    engine.dispose()
    assert list((tmp_path / "run").iterdir()) == []


def _has_arrived(folder: Path) -> bool:
    offsets = folder / "journal" / "drainer.offsets"
    return offsets.exists() and "agi-" in offsets.read_text()

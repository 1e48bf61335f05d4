"""`hotline worker`: background jobs, each in a thread of its own."""

import os
import signal
import threading
from typing import Annotated

import structlog
import typer
from sqlalchemy.exc import DBAPIError, OperationalError

from hotline.calls.drainer import DrainJob
from hotline.calls.journal import Journal
from hotline.cli.options import SiteOption, StateOption, settings_from
from hotline.clock import system_clock
from hotline.db.engine import make_engine, migrate, session_factory
from hotline.heartbeat import Heartbeat
from hotline.jobs import Job, JobContext, installed_jobs

#: Seconds a failing job rests: twice as long each time, up to the last.
FIRST_PAUSE = 0.1
LAST_PAUSE = 2.0

#: Seconds between two heartbeats.
BEAT_SECONDS = 0.5

#: Seconds that jobs have to end when the worker is told to stop.
STOP_SECONDS = 10.0

log = structlog.get_logger()


def worker(
    site: SiteOption = None,
    state: StateOption = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="JOB", help="Run only these jobs.")
    ] = None,
) -> None:
    """Do what needs no caller on the line: write the record, seal recordings, read CEL back.

    Any number may run; jobs that must run once on a machine see to that themselves. Ends
    politely on SIGTERM or Ctrl-C: facts told by then are still written.
    """
    settings = settings_from(site, state)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    heartbeat = Heartbeat(settings.run_dir / f"worker-{os.getpid()}.beat")
    engine = make_engine(settings.database_url)
    journal = Journal(settings.journal_dir, "worker")
    context = JobContext(settings, engine, session_factory(engine), journal, system_clock)
    jobs = [job for job in installed_jobs() if only is None or job.name in only]
    run_jobs(jobs, context, stop, heartbeat)
    heartbeat.stop()
    engine.dispose()


def run_jobs(
    jobs: list[Job], context: JobContext, stop: threading.Event, heartbeat: Heartbeat
) -> None:
    """Run ``jobs`` until ``stop`` is set; then let them end, and drain what they told."""
    schema = _Schema()
    threads = [threading.Thread(target=schema.run, args=(context, stop), name="migrate")]
    threads += [
        threading.Thread(target=_run, args=(job, context, stop, schema.ready), name=job.name)
        for job in jobs
    ]
    for thread in threads:
        thread.daemon = True
        thread.start()
    while not stop.wait(BEAT_SECONDS):
        heartbeat.beat()
    _await(threads, heartbeat)
    context.journal.close()
    for job in jobs:
        if isinstance(job, DrainJob):
            attempt(job, context)


def attempt(job: Job, context: JobContext) -> bool:
    """Run ``job`` once; log what it raises. Whether it went well."""
    try:
        job.run(context)
    except OperationalError as error:
        log.warning("database away", job=job.name, reason=type(error.orig).__name__)
        return False
    except Exception:
        # Whatever one job raises, the others and its own next run must not suffer.
        log.exception("job failed", job=job.name)
        return False
    return True


class _Schema:
    """Brings the schema up to date once the database is there; jobs wait for that."""

    def __init__(self) -> None:
        self.ready = threading.Event()

    def run(self, context: JobContext, stop: threading.Event) -> None:
        """Migrate; until it goes well or the worker stops."""
        pause = FIRST_PAUSE
        while not stop.is_set() and not self.ready.is_set():
            try:
                migrate(context.settings.database_url)
            except DBAPIError as error:
                log.warning("database away", reason=type(error.orig).__name__)
                stop.wait(pause)
                pause = min(pause * 2, LAST_PAUSE)
            else:
                self.ready.set()


def _run(job: Job, context: JobContext, stop: threading.Event, ready: threading.Event) -> None:
    pause = FIRST_PAUSE
    while not ready.wait(FIRST_PAUSE) and not stop.is_set():
        pass
    while not stop.is_set():
        if attempt(job, context):
            pause = FIRST_PAUSE
            stop.wait(job.interval)
        else:
            stop.wait(pause)
            pause = min(pause * 2, LAST_PAUSE)


def _await(threads: list[threading.Thread], heartbeat: Heartbeat) -> None:
    left = STOP_SECONDS
    for thread in threads:
        while thread.is_alive() and left > 0:
            heartbeat.beat()
            thread.join(BEAT_SECONDS)
            left -= BEAT_SECONDS if thread.is_alive() else 0
        if thread.is_alive():
            log.warning("job did not end", job=thread.name)

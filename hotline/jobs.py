"""Background jobs: what a package hands to `hotline worker` through the group `hotline.jobs`.

An entry point names a function without arguments that returns a `Job`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from hotline.calls.journal import Journal
from hotline.clock import Clock
from hotline.settings import Settings


@dataclass(frozen=True)
class JobContext:
    """What a job may use. All of it is safe to share between jobs' threads."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    journal: Journal
    clock: Clock


class Job(Protocol):
    """Something to be done again and again, in a thread of its own."""

    @property
    def name(self) -> str:
        """As logs call it."""

    @property
    def interval(self) -> float:
        """Seconds between the end of one run and the start of the next."""

    def run(self, context: JobContext) -> None:
        """Do what there is to do now and return; raise to be tried again after a pause.

        Keep runs short: the worker waits for them when it is told to stop.
        """


def installed_jobs() -> Iterator[Job]:
    """One fresh job for every entry point, by name."""
    for entry in sorted(entry_points(group="hotline.jobs"), key=lambda e: e.name):
        job: Job = entry.load()()
        yield job

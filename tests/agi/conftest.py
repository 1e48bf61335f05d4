"""A script's surroundings: real Redis, a real journal, a scripted Asterisk."""

import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from agi.services import Services
from hotline.calls.events import CallEvent
from hotline.calls.journal import Journal
from hotline.clock import ManualClock
from hotline.redis_client import connect
from hotline.settings import Settings
from hotline.site import Site
from routing.agents import Agents
from routing.line import Line
from tests.agi.asterisk import FakeAsterisk
from tests.agi.facts import read_facts


@pytest.fixture(autouse=True)
def _sessions_closed() -> Iterator[None]:
    """No socket of a scripted Asterisk outlives its test."""
    yield
    while FakeAsterisk.opened:
        session, link = FakeAsterisk.opened.pop()
        session.close()
        link.close()


@pytest.fixture
def settings(jilin: Site, tmp_path: Path) -> Settings:
    """Settings whose folders are the test's own."""
    return Settings(tmp_path / "hotline.toml", jilin, tmp_path, "sqlite://", "unix:///nowhere")


@pytest.fixture
def prompts(settings: Settings) -> Path:
    """Short prompts of every word an announcement needs."""
    settings.prompts_dir.mkdir()
    digits = [f"digit-{digit}" for digit in range(10)]
    for name in ("notice", "agent-number", "serves-you", *digits):
        with wave.open(str(settings.prompts_dir / f"{name}.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(b"\1\0" * 80)
    return settings.prompts_dir


@pytest.fixture
def services(settings: Settings, live_redis: redis.Redis, clock: ManualClock) -> Iterator[Services]:
    """Everything a script shares, with its journal in the test's folder."""
    journal = Journal(settings.journal_dir, "agi", clock)
    line = Line(live_redis, clock, settings.site.limits)
    yield Services(settings, line, journal, clock, owner="agi-test")
    journal.close()


@pytest.fixture
def away(services: Services) -> Services:
    """The same with a Redis that is not there."""
    gone = connect(services.settings)
    line = Line(gone, services.clock, services.settings.site.limits)
    return replace(services, line=line)


@pytest.fixture
def ready(live_redis: redis.Redis, services: Services) -> Callable[[str, str, str], Agents]:
    """Put an agent at a seat, ready."""

    def sign_in(code: str, seat: str, city: str) -> Agents:
        agents = Agents(live_redis, services.clock, services.settings.site.limits)
        agents.sign_in(code, "某某", city, seat)
        agents.ready(code)
        return agents

    return sign_in


@pytest.fixture
def facts(services: Services) -> Callable[[], list[CallEvent]]:
    """What the journal holds so far."""
    return lambda: read_facts(services.settings.journal_dir)

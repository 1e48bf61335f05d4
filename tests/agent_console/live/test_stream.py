"""The stream on a real server: pushed at once, whole again after a reconnect, ended politely."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from agent_console.live import routes
from casework.passwords import Passwords
from hotline.clock import ManualClock
from hotline.settings import Settings
from tests.agent_console.conftest import PASSWORD, House, build_house
from tests.agent_console.served import LIMIT, Served, served


@dataclass
class Stream:
    """One open page's stream, read event by event."""

    lines: Iterator[str]
    deadline: float

    def next_event(self) -> tuple[str, str]:
        """Name and text of the next event."""
        name = ""
        text: list[str] = []
        for line in self.lines:
            if time.monotonic() > self.deadline:
                break
            if not line and name:
                return name, "\n".join(text)
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                text.append(value)
        pytest.fail("not told in time")

    def until(self, name: str, words: str) -> str:
        """Read on until the region ``name`` says ``words``."""
        while True:
            event, text = self.next_event()
            if event == name and words in text:
                return text


@dataclass
class Agent:
    """1023 with a real connection."""

    http: httpx.Client
    csrf: str

    def post(self, path: str, **body: str) -> None:
        """Do something."""
        answer = self.http.post(f"/api/v1/{path}", json=body, headers={"X-CSRF-Token": self.csrf})
        assert answer.is_success, answer.text

    @contextmanager
    def stream(self) -> Iterator[Stream]:
        """Open the page's stream."""
        with self.http.stream("GET", "/live") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield Stream(answer.iter_lines(), time.monotonic() + LIMIT)


@pytest.fixture
def running(
    settings: Settings, clock: ManualClock, passwords: Passwords, peopled: Path
) -> Iterator[Served]:
    """A console on a port."""
    with served(build_house(settings, clock, passwords, peopled)) as running:
        yield running


@pytest.fixture
def agent(running: Served) -> Iterator[Agent]:
    """1023, logged in."""
    with httpx.Client(base_url=running.url, timeout=LIMIT) as http:
        answer = http.post("/api/v1/login", json={"code": "1023", "password": PASSWORD})
        yield Agent(http, answer.json()["csrf"])


@pytest.fixture
def house(running: Served) -> House:
    """What is around that console."""
    return running.house


def test_everything_comes_first_then_what_changes(agent: Agent, house: House) -> None:
    agent.post("seat", seat="cc01")
    with agent.stream() as page:
        assert {page.next_event()[0] for _ in range(3)} == {"bar", "line", "call"}
        agent.post("ready")
        page.until("bar", "pill ready")
        house.wait_in()
        assert "13904310000" in page.until("call", "振铃中")
        house.answer()
        assert "转评价" in page.until("call", "通话中")
        house.services.line.leave("jl1-1.1")
        page.until("bar", "pill wrap_up")


def test_a_page_that_was_away_is_whole_again(agent: Agent, house: House) -> None:
    agent.post("seat", seat="cc01")
    agent.post("ready")
    with agent.stream() as page:
        page.until("bar", "pill ready")
    house.call_in()
    with agent.stream() as page:
        page.until("call", "通话中")


def test_others_calls_do_not_show_up(agent: Agent, house: House) -> None:
    house.services.agents.sign_in("1024", "李强", "changchun", "cc02")
    house.services.agents.ready("1024")
    agent.post("seat", seat="cc01")
    with agent.stream() as page:
        for _ in range(3):
            page.next_event()
        house.call_in(number="04315550000")
        agent.post("pause", reason="meal")
        event, text = page.next_event()
        assert event == "bar"
        assert "用餐" in text


def test_the_line_is_looked_at_by_itself(
    agent: Agent, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "HEARTBEAT", 0.05)
    with agent.stream() as page:
        page.until("line", "<b>0</b>")
        house.wait_in()
        page.until("line", "<b>1</b>")


def test_redis_away_and_back_is_told(
    agent: Agent, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "HEARTBEAT", 0.05)
    with agent.stream() as page:
        page.until("bar", "未入座")
        pool = house.services.redis.connection_pool
        there = pool.connection_kwargs["path"]
        pool.connection_kwargs["path"] = "/nowhere.sock"
        pool.reset()
        page.until("bar", "实时状态不可用")
        pool.connection_kwargs["path"] = there
        pool.reset()
        page.until("bar", "未入座")


def test_without_sql_the_page_goes_on(
    agent: Agent, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(code: str) -> None:
        raise OperationalError(f"SELECT {code}", {}, OSError("away"))

    agent.post("seat", seat="cc01")
    agent.post("ready")
    with agent.stream() as page:
        page.until("bar", "pill ready")
        monkeypatch.setattr(house.services.people, "get", away)
        house.wait_in()
        page.until("call", "13904310000")


def test_the_stream_ends_with_the_session(
    agent: Agent, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "HEARTBEAT", 0.05)
    with agent.stream() as page:
        page.until("bar", "未入座")
        house.services.people.end_sessions("1023")
        page.until("ended", "")


def test_the_server_stops_while_pages_are_open(agent: Agent, running: Served) -> None:
    with agent.stream() as page:
        page.until("bar", "未入座")
        assert running.stop() < 2
        assert ": good-bye" in list(page.lines)

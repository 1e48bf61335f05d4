"""A console on a real Redis and a real database, and the people who use it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import redis
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from agent_console.app import create_app
from agent_console.services import Services
from casework.passwords import Passwords
from hotline.clock import ManualClock
from hotline.db.models import Role
from hotline.errors import AmiError
from hotline.settings import Settings
from hotline.site import Site
from routing.offers import WaitingCall

PASSWORD = "Correct-Horse-7"


@dataclass
class FakeManager:
    """Asterisk's manager interface as a transcript: what is said is kept, answers are set."""

    connected: bool = True
    channels: list[Mapping[str, str]] = field(default_factory=list)
    said: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def start(self) -> None:
        """Nothing to connect to."""

    def close(self) -> None:
        """Nothing to close."""

    def action(self, name: str, timeout: float = 3.0, **fields: str) -> list[Mapping[str, str]]:  # noqa: ARG002
        """Keep the action, answer a list of channels."""
        if not self.connected:
            raise AmiError(f"{name}: not connected")
        self.said.append((name, fields))
        return self.channels if name == "CoreShowChannels" else [{"Response": "Success"}]


@dataclass
class House:
    """The console and everything around it that a test may turn."""

    app: FastAPI
    clock: ManualClock
    manager: FakeManager
    settings: Settings

    @property
    def services(self) -> Services:
        """The console's own services."""
        services: Services = self.app.state.services
        return services

    def call_in(self, call_id: str = "jl1-1.1", **changes: Any) -> None:
        """A caller from Changchun enters the line and is offered, rung, answered by 1023."""
        call = self.wait_in(call_id, **changes)
        assert call.owner
        line = self.services.line
        offer = line.offer_for(call_id)
        assert offer is not None
        line.dialled(offer)
        line.answered(offer, f"PJSIP/{offer.seat}-00000001")

    def wait_in(self, call_id: str = "jl1-1.1", **changes: Any) -> WaitingCall:
        """A caller from Changchun enters the line."""
        call = WaitingCall(
            call_id=call_id,
            number="13904310000",
            name="张三",
            city="changchun",
            entered_at=self.clock(),
            owner="agi-test",
            channel=f"PJSIP/operator-{call_id}",
        )
        call = replace(call, **changes)
        self.services.line.enter(call)
        return call


class Person:
    """Somebody with a browser or a program; ``api`` writes with the token."""

    def __init__(self, house: House, code: str) -> None:
        self.code = code
        self.browser = TestClient(house.app, base_url="http://testserver", follow_redirects=False)
        self.csrf = ""

    def log_in(self, password: str = PASSWORD) -> None:
        """Begin a session."""
        answer = self.browser.post("/api/v1/login", json={"code": self.code, "password": password})
        assert answer.status_code == 200, answer.text
        self.csrf = answer.json()["csrf"]

    def get(self, path: str, **options: Any) -> Any:
        """GET from the API."""
        return self.browser.get(f"/api/v1/{path}", **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """POST to the API with the token."""
        headers = {"X-CSRF-Token": self.csrf}
        return self.browser.post(f"/api/v1/{path}", json=body, headers=headers, **options)

    def put(self, path: str, body: Any) -> Any:
        """PUT to the API with the token."""
        headers = {"X-CSRF-Token": self.csrf}
        return self.browser.put(f"/api/v1/{path}", json=body, headers=headers)

    def page(self, path: str, *, part: bool = False) -> Any:
        """GET a page, or for htmx a part of one."""
        return self.browser.get(path, headers={"HX-Request": "true"} if part else {})

    def send(self, path: str, *, part: bool = False, **form: Any) -> Any:
        """POST a form with the token."""
        headers = {"HX-Request": "true"} if part else {}
        return self.browser.post(path, data={"csrf": self.csrf, **form}, headers=headers)


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """Real Argon2, as cheap as it goes."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def settings(
    jilin: Site, live_redis: redis.Redis, redis_server: Path, sqlite_url: str, tmp_path: Path
) -> Settings:
    """The example site on this test's own Redis and SQLite."""
    assert live_redis.dbsize() == 0
    return Settings(
        site_file=tmp_path / "hotline.toml",
        site=jilin,
        state_dir=tmp_path,
        database_url=sqlite_url,
        redis_url=f"unix://{redis_server}",
    )


@pytest.fixture
def house(settings: Settings, clock: ManualClock, passwords: Passwords) -> Iterator[House]:
    """The console, answering, with everybody in its database."""
    manager = FakeManager()
    app = create_app(settings, clock=clock, manager=manager, passwords=passwords)
    made = House(app, clock, manager, settings)
    for code, name, role, city in (
        ("1023", "王敏", Role.AGENT, "changchun"),
        ("1024", "李强", Role.AGENT, "changchun"),
        ("2001", "金顺", Role.AGENT, "yanbian"),
        ("9001", "周丽", Role.SUPERVISOR, "changchun"),
        ("9002", "陈刚", Role.ADMIN, None),
    ):
        made.services.people.create(
            code=code, name=name, role=role, city=city, password=PASSWORD, by="test"
        )
    with TestClient(app):  # runs start-up and shutdown once; people bring their own browsers
        yield made


@pytest.fixture
def agent(house: House) -> Person:
    """坐席员 1023 in Changchun, logged in."""
    return _logged_in(house, "1023")


@pytest.fixture
def colleague(house: House) -> Person:
    """坐席员 1024 in Changchun, logged in."""
    return _logged_in(house, "1024")


@pytest.fixture
def supervisor(house: House) -> Person:
    """班长 9001 of Changchun, logged in."""
    return _logged_in(house, "9001")


@pytest.fixture
def outsider(house: House) -> Person:
    """外人: nobody's session."""
    return Person(house, "")


@pytest.fixture
def log_in(house: House) -> Callable[[str], Person]:
    """Logs anybody in by code."""
    return lambda code: _logged_in(house, code)


@pytest.fixture
def seated(agent: Person) -> Person:
    """1023 at seat cc01, ready."""
    assert agent.post("seat", {"seat": "cc01"}).status_code == 200
    assert agent.post("ready").status_code == 200
    return agent


def _logged_in(house: House, code: str) -> Person:
    person = Person(house, code)
    person.log_in()
    return person

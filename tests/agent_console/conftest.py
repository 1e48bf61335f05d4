"""A console on a real Redis and a real database, and the people who use it."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
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
from agent_console.shared.session import COOKIE, new_session
from casework.passwords import Passwords
from casework.people import People
from hotline.clock import Clock, ManualClock
from hotline.db.engine import make_engine, session_factory
from hotline.db.models import Role
from hotline.errors import AmiError
from hotline.settings import Settings
from hotline.site import Site
from routing.offers import WaitingCall

PASSWORD = "Correct-Horse-7"
CAST = (
    ("1023", "王敏", Role.AGENT, "changchun"),
    ("1024", "李强", Role.AGENT, "changchun"),
    ("2001", "金顺", Role.AGENT, "yanbian"),
    ("9001", "周丽", Role.SUPERVISOR, "changchun"),
    ("9002", "陈刚", Role.ADMIN, None),
)


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
    clock: Any
    manager: FakeManager
    settings: Settings
    loop: Any = None
    """The event loop the console was started in: everybody's requests run there."""

    @property
    def services(self) -> Services:
        """The console's own services."""
        services: Services = self.app.state.services
        return services

    def call_in(self, call_id: str = "jl1-1.1", **changes: Any) -> None:
        """A caller from Changchun enters the line and is offered, rung, answered by 1023."""
        self.wait_in(call_id, **changes)
        self.answer(call_id)

    def answer(self, call_id: str = "jl1-1.1") -> None:
        """The seat that is held for the call answers."""
        line = self.services.line
        offer = line.offer_for(call_id)
        assert offer is not None
        line.dialled(offer)
        line.answered(offer, f"PJSIP/{offer.seat}-00000001")

    def wait_in(self, call_id: str = "jl1-1.1", **changes: Any) -> None:
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
        self.services.line.enter(replace(call, **changes))


OpenHouse = Callable[..., House]


def build_house(settings: Settings, clock: Clock, passwords: Passwords, peopled: Path) -> House:
    """A console that is not started yet, with everybody in its database."""
    shutil.copy(peopled, settings.state_dir / "hotline.db")
    manager = FakeManager()
    app = create_app(settings, clock=clock, manager=manager, passwords=passwords)
    return House(app, clock, manager, settings)


class Person:
    """Somebody with a browser or a program; ``api`` writes with the token."""

    def __init__(self, house: House, code: str) -> None:
        self.code = code
        self.house = house
        self.browser = TestClient(house.app, base_url="http://testserver", follow_redirects=False)
        self.browser.portal = house.loop
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


@pytest.fixture(scope="session")
def peopled(
    sqlite_template: Path, passwords: Passwords, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A migrated database with everybody in it, to copy."""
    path = tmp_path_factory.mktemp("console") / "peopled.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    people = People(session_factory(engine), ManualClock(), passwords)
    for code, name, role, city in CAST:
        people.create(code=code, name=name, role=role, city=city, password=PASSWORD, by="test")
    engine.dispose()
    return path


@pytest.fixture
def settings(jilin: Site, live_redis: redis.Redis, redis_server: Path, tmp_path: Path) -> Settings:
    """The example site on this test's own Redis and SQLite."""
    assert live_redis.dbsize() == 0
    return Settings(
        site_file=tmp_path / "hotline.toml",
        site=jilin,
        state_dir=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'hotline.db'}",
        redis_url=f"unix://{redis_server}",
    )


@pytest.fixture
def open_house(
    settings: Settings, clock: ManualClock, passwords: Passwords, peopled: Path
) -> Iterator[OpenHouse]:
    """Opens a console; options change its settings (a Redis that is away, say)."""
    with ExitStack() as houses:

        def open_one(**changes: Any) -> House:
            house = build_house(replace(settings, **changes), clock, passwords, peopled)
            # Start-up now, shutdown in the end.
            house.loop = houses.enter_context(TestClient(house.app)).portal
            return house

        yield open_one


@pytest.fixture
def house(open_house: OpenHouse) -> House:
    """The console with all its neighbours there."""
    return open_house()


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
    """The cookie that a log-in gives; logging in itself is in login/test_login.py."""
    person = Person(house, code)
    session = new_session(code, house.clock())
    key = house.services.session_key
    person.browser.cookies.set(COOKIE, key.seal(session), domain="testserver.local")
    person.csrf = key.csrf(session)
    return person

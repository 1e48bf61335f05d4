"""People and tickets on a real database, with a cheap hasher and a clock that tests turn."""

import pytest
from argon2 import PasswordHasher

from casework.passwords import Passwords
from casework.people import People
from casework.tickets import Tickets
from hotline.clock import ManualClock
from tests.fixtures.databases import Database

#: For what the databases could do differently; the rest runs on SQLite alone, which is faster.
BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database: SQLite, or what `BOTH` asks for."""
    kind = getattr(request, "param", "sqlite")
    url: str = request.getfixturevalue(f"{kind}_url")
    return url


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """Real Argon2, as cheap as it goes."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def people(database: Database, clock: ManualClock, passwords: Passwords) -> People:
    """Nobody yet."""
    return People(database.sessions, clock, passwords)


@pytest.fixture
def tickets(database: Database, clock: ManualClock) -> Tickets:
    """No ticket yet."""
    return Tickets(database.sessions, clock, "JL")

"""Who may log in, and the lock-out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from casework.errors import (
    CaseworkError,
    LoginRefusedError,
    PasswordRuleError,
    PersonExistsError,
    PersonMissingError,
)
from casework.people import FAILURES, LOCKED_SECONDS, People
from hotline.clock import ManualClock
from hotline.db.models import AuditEntry, Person, Role
from tests.casework.conftest import BOTH
from tests.fixtures.databases import Database

RIGHT = "Correct-Horse-7"


@pytest.fixture
def wang(people: People) -> Person:
    """坐席员 1023."""
    return people.create(
        code="1023", name="王敏", role=Role.AGENT, city="changchun", password=RIGHT, by="cli"
    )


def _refused(people: People, code: str, password: str) -> str:
    with pytest.raises(LoginRefusedError) as refused:
        people.authenticate(code, password)
    return refused.value.reason


def test_the_right_password_opens(people: People, wang: Person) -> None:
    assert people.authenticate("1023", RIGHT).name == "王敏"


def test_wrong_and_unknown_are_refused_alike(people: People, wang: Person) -> None:
    assert _refused(people, "1023", "wrong") == "wrong password"
    assert _refused(people, "9999", RIGHT) == "unknown"
    assert _refused(people, "x'; --\n" * 30, RIGHT) == "unknown"


@BOTH
def test_five_failures_lock_for_a_quarter_of_an_hour(
    people: People, wang: Person, clock: ManualClock
) -> None:
    for _ in range(FAILURES):
        _refused(people, "1023", "wrong")
    assert _refused(people, "1023", RIGHT) == "locked out"
    clock.advance(LOCKED_SECONDS - 1)
    assert _refused(people, "1023", RIGHT) == "locked out"
    clock.advance(1)
    assert people.authenticate("1023", RIGHT).code == "1023"


def test_a_right_password_sets_the_count_back(people: People, wang: Person) -> None:
    for _ in range(2):
        for _ in range(FAILURES - 1):
            _refused(people, "1023", "wrong")
        people.authenticate("1023", RIGHT)


@BOTH
def test_many_at_once_get_no_more_tries(
    people: People, wang: Person, passwords: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []

    def verify(kept: str | None, password: str) -> bool:
        if kept is not None:
            looked_at.append(password)
        return False

    monkeypatch.setattr(passwords, "verify", verify)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: _refused(people, "1023", f"guess {n}"), range(24)))
    assert len(looked_at) == FAILURES


def test_the_inactive_are_refused(people: People, wang: Person, database: Database) -> None:
    with database.sessions.begin() as session:
        session.get_one(Person, "1023").active = False
    assert _refused(people, "1023", RIGHT) == "not active"


@BOTH
def test_log_ins_are_audited_without_what_was_typed(
    people: People, wang: Person, database: Database
) -> None:
    _refused(people, "1023", "wrong")
    people.authenticate("1023", RIGHT)
    _refused(people, "typed a Passw0rd here", RIGHT)
    with database.sessions() as session:
        rows = session.scalars(
            select(AuditEntry).where(AuditEntry.act == "login").order_by(AuditEntry.id)
        ).all()
    assert [(row.object, row.result) for row in rows] == [
        ("person:1023", "refused"),
        ("person:1023", "done"),
        ("person:?", "refused"),
    ]


@BOTH
def test_what_cannot_be_added(people: People, wang: Person) -> None:
    def add(code: str = "1024", city: str | None = "jilin", password: str = RIGHT) -> None:
        people.create(
            code=code, name="李强", role=Role.AGENT, city=city, password=password, by="cli"
        )

    with pytest.raises(PersonExistsError):
        add(code="1023")
    with pytest.raises(PasswordRuleError):
        add(password="12348")
    with pytest.raises(CaseworkError, match="city"):
        add(city=None)
    with pytest.raises(CaseworkError, match="code"):
        add(code="10 23")
    assert [person.code for person in people.all()] == ["1023"]


def test_a_new_password_unlocks_and_logs_out(
    people: People, wang: Person, clock: ManualClock
) -> None:
    for _ in range(FAILURES):
        _refused(people, "1023", "wrong")
    people.set_password("1023", "Another-Horse-8", by="cli")
    person = people.authenticate("1023", "Another-Horse-8")
    assert person.sessions_valid_from is not None
    assert person.sessions_valid_from.timestamp() == clock.now


def test_nobody_gets_no_password(people: People) -> None:
    with pytest.raises(PersonMissingError):
        people.set_password("1023", RIGHT, by="cli")

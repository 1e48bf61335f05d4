"""People: who may log in, and whether they are who they say."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from casework import audit
from casework.errors import (
    CaseworkError,
    LoginRefusedError,
    PersonExistsError,
    PersonMissingError,
)
from casework.passwords import Passwords, check_rules
from hotline.clock import Clock, as_datetime
from hotline.db.models import Person, PersonSkill, Role

#: Wrong passwords in a row after which a person is locked out, and for how long, in seconds.
FAILURES = 5
LOCKED_SECONDS = 15 * 60

#: A code is a label in Redis keys, channel variables and what the caller hears: digits, letters.
CODE = re.compile(r"^[A-Za-z0-9]{1,16}$")


class People:
    """Everybody with a 工号."""

    def __init__(
        self, sessions: sessionmaker[Session], clock: Clock, passwords: Passwords | None = None
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._passwords = passwords or Passwords()

    def create(
        self, *, code: str, name: str, role: Role, city: str | None, password: str, by: str
    ) -> Person:
        """Add a person.

        Raises:
            PersonExistsError: the code is taken.
            PasswordRuleError: the password is too easy.
            CaseworkError: the code is not 1-16 letters and digits, or an agent has no city.
        """
        if not CODE.match(code):
            raise CaseworkError(f"code: {code!r} is not 1-16 letters or digits")
        if city is None and role is not Role.ADMIN:
            raise CaseworkError(f"city: {role} {code} needs one")
        check_rules(password, code, name)
        now = as_datetime(self._clock())
        person = Person(
            code=code,
            name=name,
            role=role,
            city=city,
            password_hash=self._passwords.hash(password),
            failed_logins=0,
            created_at=now,
            password_changed_at=now,
            active=True,
        )
        try:
            with self._sessions.begin() as session:
                session.add(person)
                session.flush()
                audit.record(session, self._clock(), by, "person.create", f"person:{code}")
        except IntegrityError:
            raise PersonExistsError(f"code: {code} is taken") from None
        return person

    def set_password(self, code: str, password: str, by: str) -> None:
        """Give a person a new password; whoever is logged in as them is logged out.

        Raises:
            PersonMissingError: nobody has this code.
            PasswordRuleError: the password is too easy.
        """
        check_rules(password, code, self.get(code).name)
        now = as_datetime(self._clock())
        with self._sessions.begin() as session:
            session.execute(
                update(Person)
                .where(Person.code == code)
                .values(
                    password_hash=self._passwords.hash(password),
                    password_changed_at=now,
                    sessions_valid_from=now,
                    failed_logins=0,
                    locked_until=None,
                )
            )
            audit.record(session, self._clock(), by, "person.password", f"person:{code}")

    def get(self, code: str) -> Person:
        """A person. Raises PersonMissingError when nobody has the code."""
        with self._sessions() as session:
            person = session.get(Person, code)
        if person is None:
            raise PersonMissingError(f"code: nobody has {code!r}")
        return person

    def all(self) -> Sequence[Person]:
        """Everybody, by code."""
        with self._sessions() as session:
            return session.scalars(select(Person).order_by(Person.code)).all()

    def skills(self, code: str) -> dict[str, int]:
        """A person's level by skill; empty for one without any."""
        with self._sessions() as session:
            rows = session.scalars(select(PersonSkill).where(PersonSkill.code == code))
            return {row.skill: row.level for row in rows}

    def set_skills(self, code: str, skills: Mapping[str, int], by: str) -> None:
        """Give a person these skills and no others; they count from the next sign-in.

        Raises:
            PersonMissingError: nobody has this code.
        """
        self.get(code)
        with self._sessions.begin() as session:
            session.execute(delete(PersonSkill).where(PersonSkill.code == code))
            session.add_all(PersonSkill(code=code, skill=s, level=n) for s, n in skills.items())
            on = f"person:{code}"
            audit.record(session, self._clock(), by, "person.skills", on, skills=dict(skills))

    def authenticate(self, code: str, password: str) -> Person:
        """Who says so, when code and password fit.

        An attempt is counted before the password is looked at, so that many at once get no more
        than `FAILURES` tries; a right one sets the count back.

        Raises:
            LoginRefusedError: unknown, wrong, locked out or no longer active.
        """
        kept = self._count_attempt(code)
        right = self._passwords.verify(kept, password)
        with self._sessions.begin() as session:
            if kept is None or not right:
                reason = "wrong password" if kept else self._why_barred(session, code)
                on = f"person:{code}" if CODE.match(code) else "person:?"
                now = self._clock()
                audit.record(session, now, "?", "login", on, result="refused", reason=reason)
            else:
                self._forgive(session, code)
                audit.record(session, self._clock(), code, "login", f"person:{code}")
        if kept is None or not right:
            raise LoginRefusedError(reason)
        return self.get(code)

    def end_sessions(self, code: str) -> None:
        """Log a person out everywhere: cookies made until now count no more."""
        now = self._clock()
        with self._sessions.begin() as session:
            session.execute(
                update(Person)
                .where(Person.code == code)
                .values(sessions_valid_from=as_datetime(now))
            )
            audit.record(session, now, code, "logout", f"person:{code}")

    def _count_attempt(self, code: str) -> str | None:
        """The hash to compare with, or None when nobody may log in under this code now."""
        now = as_datetime(self._clock())
        last = Person.failed_logins + 1 >= FAILURES
        until = now + timedelta(seconds=LOCKED_SECONDS)
        with self._sessions.begin() as session:
            return session.execute(
                update(Person)
                .where(
                    Person.code == code,
                    Person.active,
                    or_(Person.locked_until.is_(None), Person.locked_until <= now),
                )
                .values(
                    failed_logins=case((last, 0), else_=Person.failed_logins + 1),
                    locked_until=case((last, until), else_=None),
                )
                .returning(Person.password_hash)
                .execution_options(synchronize_session=False)
            ).scalar_one_or_none()

    def _forgive(self, session: Session, code: str) -> None:
        session.execute(
            update(Person).where(Person.code == code).values(failed_logins=0, locked_until=None)
        )

    def _why_barred(self, session: Session, code: str) -> str:
        person = session.get(Person, code)
        if person is None:
            return "unknown"
        return "locked out" if person.active else "not active"

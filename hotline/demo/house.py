"""The demo's house: a private Asterisk, everything of ours, and a phone on every seat."""

import subprocess
import sys
from collections.abc import Callable

from hotline.addresses import split_address
from hotline.db.engine import migrate
from hotline.demo.people import DemoPerson, cast
from hotline.errors import HotlineError
from hotline.phones.seats import DemoSeats, SeatPhone
from hotline.phones.softphone import Softphone
from hotline.run.house import House
from hotline.run.specs import asterisk_spec
from hotline.settings import Settings

#: Hz of the first seat's voice; each further seat speaks a little higher.
_FIRST_TONE, _TONE_STEP = 600, 40

Step = Callable[[str], None]


class DemoHouse:
    """Started in steps that ``tell`` names as they begin."""

    def __init__(self, settings: Settings, tell: Step, *, keep_heard: bool = False) -> None:
        self.settings = settings
        self._keep_heard = keep_heard
        self._tell = tell
        self.people: list[DemoPerson] = []
        self.house: House | None = None
        self.phones: DemoSeats | None = None

    @property
    def console(self) -> str:
        """The console's address."""
        return f"http://{self.settings.site.server.console}"

    def tone_of(self, seat: str) -> int:
        """What the seat's phone says, in Hz."""
        names = [one.name for one in self.settings.site.seats]
        return _FIRST_TONE + _TONE_STEP * names.index(seat)

    def start(self) -> None:
        """Bring everything up.

        Raises:
            HotlineError: something did not come up; the message says what and where its log is.
        """
        self._tell("Asterisk's files")
        render_dialplan(self.settings)
        self._tell("people and their passwords")
        migrate(self.settings.database_url)
        self.people = cast(self.settings)
        self._tell("Asterisk, Redis, FastAGI, worker, watch, console")
        logins = [{"code": p.code, "password": p.password, "role": p.role} for p in self.people]
        self.house = House(self.settings, logins)
        self.house.start(asterisk_spec(self.settings))
        self._tell("seat phones")
        host, port = split_address(self.settings.site.server.sip_bind)
        folder = self.settings.state_dir / "phones"
        self.phones = DemoSeats(
            self._seat_phones(), host, port, folder, keep_heard=self._keep_heard
        )
        self.phones.start()
        self.phones.wait_registered(30)

    def close(self) -> None:
        """End all of it; safe whatever was started."""
        if self.phones:
            self.phones.close()
        if self.house:
            self.house.close()

    def seat_phone(self, seat: str) -> Softphone:
        """The phone at a seat."""
        if self.phones is None:
            raise HotlineError("no phones yet")
        return self.phones[seat]

    def person(self, code: str) -> DemoPerson:
        """One of the cast."""
        return next(person for person in self.people if person.code == code)

    def _seat_phones(self) -> list[SeatPhone]:
        passwords = self.settings.secrets().seats
        return [
            SeatPhone(seat.name, seat.name, passwords[seat.name], self.tone_of(seat.name))
            for seat in self.settings.site.seats
        ]


def render_dialplan(settings: Settings) -> None:
    """Asterisk's files, written by the command line: dialplan/ stands above this package.

    Raises:
        HotlineError: they could not be rendered; the message says why.
    """
    done = subprocess.run(
        [sys.executable, "-m", "hotline", "dialplan", "render", "--site", str(settings.site_file)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise HotlineError(f"Asterisk's files: {done.stderr.strip() or done.stdout.strip()}")

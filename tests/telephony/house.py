"""A whole private hotline for telephony tests: Asterisk, Redis, all of our processes, phones."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import redis
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from hotline.addresses import split_address
from hotline.ami import Ami
from hotline.calls.events import EventKind
from hotline.calls.history import CallWithFacts, call_with_facts
from hotline.calls.machine import Stage
from hotline.clock import system_clock
from hotline.db.engine import make_engine, session_factory
from hotline.db.models import Call, Recording
from hotline.demo.copy import free_base, prepare
from hotline.demo.house import render_dialplan
from hotline.phones.config import PhoneSettings
from hotline.phones.softphone import Softphone
from hotline.phones.sound import Sound, read_wav, write_wav
from hotline.phones.tones import loudness
from hotline.redis_client import connect
from hotline.run.house import House
from hotline.run.specs import asterisk_spec
from hotline.settings import Settings
from hotline.tools import runtime_dir
from routing.agent_machine import AgentState
from routing.agents import Agents, AgentView
from routing.line import Line
from routing.offers import LiveCall
from routing.seat_machine import SeatState
from routing.seats import Seats
from tests.eventually import LIMIT, eventually

SITE = Path(__file__).with_name("site.toml")
SEATS = {f"cc{n:02}": "changchun" for n in range(1, 11)} | {"jl01": "jilin", "yb01": "yanbian"}


#: Seconds of each spoken prompt that are left: a test need not hear it out.
PROMPT_SECONDS = 1.2


def start_house(folder: Path, database_url: str = "") -> "TestHouse":
    """Everything, started and ready; SQLite unless another database is named."""
    seats = "\n".join(f'[[seat]]\nname = "{n}"\ncity = "{c}"\n' for n, c in SEATS.items())
    template = SITE.read_text(encoding="utf-8").replace("{seats}", seats)
    settings = replace_database(prepare(folder, free_base(), template), database_url)
    _record_short_prompts(settings.state_dir / "studio")
    render_dialplan(settings)
    house = House(settings)
    house.start(asterisk_spec(settings))
    return TestHouse(settings, house)


def replace_database(settings: Settings, url: str) -> Settings:
    """The same settings on another database; an empty ``url`` changes nothing."""
    return replace(settings, database_url=url) if url else settings


def _record_short_prompts(studio: Path) -> None:
    """The site's own recordings: the spoken prompts, cut short."""
    studio.mkdir()
    for path in (runtime_dir() / "prompts" / "zh_CN").glob("*.wav"):
        sound = read_wav(path)
        samples = sound.samples[: int(PROMPT_SECONDS * sound.rate)]
        write_wav(studio / path.name, Sound(samples, sound.rate))


@dataclass
class TestHouse:
    """What tests do with it."""

    __test__ = False

    settings: Settings
    house: House
    phones: ExitStack = field(default_factory=ExitStack)
    _callers: dict[str, Softphone] = field(default_factory=dict)

    def __post_init__(self) -> None:
        limits = self.settings.site.limits
        self.live: redis.Redis = connect(self.settings)
        self.line = Line(self.live, system_clock, limits)
        self.agents = Agents(self.live, system_clock, limits)
        self.seats = Seats(self.live, system_clock, limits)
        self._engine = make_engine(self.settings.database_url)
        self.sessions: sessionmaker[Session] = session_factory(self._engine)
        server = self.settings.site.server
        self.ami = Ami(server.ami, "hotline", self.settings.secrets().ami)
        self.ami.start()

    def close(self) -> None:
        """End all of it."""
        self.phones.close()
        self.ami.close()
        self._engine.dispose()
        self.live.close()
        self.house.close()

    # ------------------------------------------------------------------ people and phones

    def seat_phone(self, seat: str, *, answers: bool = True, tone: int = 600) -> Softphone:
        """A registered phone at a seat, until the test ends."""
        host, port = split_address(self.settings.site.server.sip_bind)
        settings = PhoneSettings(
            user=seat,
            server=host,
            port=port,
            password=self.settings.secrets().seats[seat],
            auto_answer=answers,
            tone_hz=tone,
        )
        phone = Softphone(settings)
        self.phones.enter_context(phone)
        phone.wait_registered(LIMIT)
        self.wait_seat(seat, SeatState.REGISTERED)
        return phone

    def agent(self, code: str, seat: str, **skills: int) -> None:
        """Sign in at a seat and be ready."""
        self.agents.sign_in(code, f"坐席{code}", SEATS[seat], seat, skills)
        self.agents.ready(code)

    def caller(self, number: str, *, name: str = "", tone: int = 440) -> Softphone:
        """A caller's phone, which has not dialled yet."""
        host, port = split_address(self.settings.site.server.sip_bind)
        settings = PhoneSettings(
            user=number,
            server=host,
            port=port,
            display_name=name,
            register=False,
            tone_hz=tone,
            local_host="127.0.0.2",
        )
        phone = Softphone(settings)
        return self.phones.enter_context(phone)

    def dial(self, number: str, *, name: str = "", tone: int = 440) -> Softphone:
        """A caller's phone that calls 12348."""
        phone = self.caller(number, name=name, tone=tone)
        phone.dial("12348")
        self._callers[number] = phone
        return phone

    def caller_hangs_up(self, number: str) -> None:
        """The caller of `dial` has had enough."""
        self._callers.pop(number).hangup()

    def hears_something(self, phone: Softphone) -> bool:
        """Whether what the phone heard so far is more than silence."""
        return phone.heard.exists() and loudness(phone.heard) > 50

    # ------------------------------------------------------------------ what happened

    def wait_agent(self, code: str, *states: AgentState) -> AgentView:
        """The agent, once in one of ``states``."""

        def view() -> AgentView | None:
            agent = self.agents.get(code)
            return agent if agent.state in states else None

        return eventually(view, f"agent {code} is {' or '.join(states)}")

    def wait_stage(self, number: str, stage: Stage) -> LiveCall:
        """The live call, once in that stage."""

        def call() -> LiveCall | None:
            live = self.live_call(number)
            return live if live and live.stage is stage else None

        return eventually(call, f"{number} is {stage}")

    def wait_seat(self, seat: str, state: SeatState) -> None:
        """Until the watch knows whether a phone is at the seat."""

        def there() -> bool:
            [view] = self.seats.views([seat])
            return view.state is state

        eventually(there, f"{seat} is {state}")

    def channels(self, prefix: str) -> list[str]:
        """Asterisk's own channels whose name begins so."""
        events = self.ami.action("CoreShowChannels")
        names = (event.get("Channel", "") for event in events)
        return [name for name in names if name.startswith(prefix)]

    def sealed_recordings(self, number: str) -> dict[str, Recording]:
        """A caller's recordings by track, once their hashes are known."""
        call_id = self.record(number).call.id

        def read() -> dict[str, Recording] | None:
            with self.sessions() as session:
                rows = session.scalars(select(Recording).where(Recording.call_id == call_id))
                tracks = {row.track: row for row in rows if row.sha256}
            return tracks if len(tracks) == 3 else None

        return eventually(read, f"sealed recordings of {number}")

    def live_call(self, number: str) -> LiveCall | None:
        """The live call of a caller."""
        return next((c for c in self.line.live_calls() if c.number == number), None)

    def record(self, number: str) -> CallWithFacts:
        """The finished record of a caller's only call."""

        def read() -> CallWithFacts | None:
            with self.sessions() as session:
                ids = session.scalars(
                    select(Call.id).where(Call.caller_number == number, Call.outcome.is_not(None))
                ).all()
                assert len(ids) <= 1, f"{number} called {len(ids)} times"
                return call_with_facts(session, ids[0]) if ids else None

        return eventually(read, f"a finished record of {number}")

    # ------------------------------------------------------------------ faults

    def kill_script(self, call: LiveCall, number: signal.Signals = signal.SIGKILL) -> None:
        """Kill the FastAGI process that runs a caller's script."""
        os.kill(int(call.owner.removeprefix("agi-").partition("@")[0]), number)

    def wait_other_owner(self, before: LiveCall) -> LiveCall:
        """The call, once another FastAGI process has taken it over."""

        def taken_over() -> LiveCall | None:
            call = self.line.live_call(before.call_id)
            return call if call and call.owner != before.owner else None

        return eventually(taken_over, f"{before.number} is taken over")

    def story(self, call_id: str) -> str:
        """A call's facts, a line each, for a test that went wrong."""
        with self.sessions() as session:
            found = call_with_facts(session, call_id)
        facts = found.facts if found else []
        return "\n".join(f"{f.at:.3f} {f.source} {f.kind} {f.data}" for f in facts)

    def asks_instead_of(self, before: LiveCall) -> bool:
        """Whether another FastAGI process than the one of ``before`` asked for the rating."""
        dead = before.owner.partition("@")[0]
        with self.sessions() as session:
            found = call_with_facts(session, before.call_id)
        asked = [f for f in found.facts if f.kind is EventKind.RATING_ASKED] if found else []
        return any(not fact.source.startswith(f"{dead}-") for fact in asked)

    def wait_redis(self) -> None:
        """Until Redis answers again."""

        def answers() -> bool:
            try:
                return bool(self.live.ping())
            except redis.RedisError:
                return False

        eventually(answers, "Redis answers")

    def pid(self, role: str) -> int:
        """The process that plays a role now."""
        return next(k.process.pid for k in self.house.supervisor.kept if k.spec.role == role)

    def kill(self, role: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the process of a role; the supervisor starts it again when it dies."""
        os.kill(self.pid(role), number)

    @contextmanager
    def without(self, *roles: str) -> Iterator[None]:
        """Processes that are down for a while."""
        for role in roles:
            self.house.supervisor.suspend(role)
        try:
            yield
        finally:
            for role in roles:
                self.house.supervisor.resume(role)

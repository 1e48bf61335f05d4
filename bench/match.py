"""Matching with a full line: the real moves on a private Redis.

Every agent talks and a long line waits. Then, again and again, one agent is ready (a match), the
call is answered and ends, and another caller enters, so that the line stays as long as it is.
"""

import random
import time
from dataclasses import asdict, dataclass
from itertools import count, cycle, islice
from typing import Any

import redis

from bench.private_redis import private_redis
from hotline.clock import ManualClock
from hotline.site import Limits
from hotline.site_matching import Relaxation, Want
from routing.agents import Agents
from routing.asks import Ask, skills_text, steps_for
from routing.line import Line
from routing.offers import WaitingCall

CITIES = [f"city{n}" for n in range(12)]
MATTERS = ["labour", "contract", "family", "elderly", "general"]
SKILLS = [*MATTERS, "korean"]
RELAXATIONS = (Relaxation(after_seconds=15, level=1), Relaxation(after_seconds=30, level=0))
LIMITS = Limits(wrap_up_seconds=0)


@dataclass(frozen=True)
class Size:
    """How much there is of everything."""

    seats: int = 5000
    waiting: int = 2000
    matches: int = 4000


SIZE = Size()

#: Microseconds from which Redis logs a command: less than any move takes, more than most of the
#: commands a move is made of, whose logging would slow it.
_LOGGED_FROM = 25


@dataclass(frozen=True)
class Figures:
    """Milliseconds of single moves inside Redis, and matches a second.

    ``per_second``: by the time Redis spent on the two moves of a match, an agent becoming free
    and a caller entering. ``cpu_per_second``: by all of its processor time, with all else that a
    call needs, which other work on the machine does not change. ``client_per_second``: as one
    client sees those two moves.
    """

    size: Size
    p50_ms: float
    p99_ms: float
    max_ms: float
    enter_p99_ms: float
    per_second: float
    cpu_per_second: float
    client_per_second: float

    def as_row(self) -> dict[str, Any]:
        """Flat, as printed."""
        row = asdict(self)
        return {**row.pop("size"), **row}


class Province:
    """Agents and callers, made from one seed."""

    def __init__(self, client: redis.Redis) -> None:
        self.clock = ManualClock()
        self.line = Line(client, self.clock, LIMITS)
        self.agents = Agents(client, self.clock, LIMITS)
        self._random = random.Random(12348)  # noqa: S311  # a repeatable load, no secret
        self._numbers = count()

    def agent_talks(self, number: int) -> str:
        """An agent who talks with somebody."""
        city, code = CITIES[number % len(CITIES)], f"a{number}"
        skills = {s: self._random.randint(1, 3) for s in self._random.sample(SKILLS, 3)}
        self.agents.sign_in(code, "", city, f"seat{number}", skills)
        self.agents.ready(code)
        self.enter(city, ())
        self.take(code)
        return code

    def take(self, code: str) -> str | None:
        """The call an agent was offered is dialled and answered."""
        call_id = self.agents.get(code).call_id
        offer = self.line.offer_for(call_id) if call_id else None
        if offer is None:
            return None
        self.line.dialled(offer)
        self.line.answered(offer, f"PJSIP/{offer.seat}-1")
        return call_id

    def enter(self, city: str, wants: tuple[Want, ...]) -> None:
        """A caller enters the line."""
        at = CITIES.index(city)
        neighbours = tuple(CITIES[(at + n) % len(CITIES)] for n in (1, 2, 3))
        self.line.enter(
            WaitingCall(
                call_id=f"b-{next(self._numbers)}",
                number="13904310000",
                name="",
                city=city,
                entered_at=self.clock(),
                owner="bench",
                channel="PJSIP/bench",
                steps=steps_for(Ask(city, wants), LIMITS, neighbours, RELAXATIONS),
                wants=skills_text({want.skill: want.level for want in wants}),
            )
        )

    def some_caller(self) -> None:
        """A caller from anywhere: half of them want a matter, one in ten speaks Korean."""
        wants = []
        if self._random.random() < 0.5:
            matter = self._random.choice(MATTERS)
            wants.append(Want(skill=matter, level=self._random.randint(1, 3)))
        if self._random.random() < 0.1:
            wants.append(Want(skill="korean"))
        self.enter(self._random.choice(CITIES), tuple(wants))
        self.clock.advance(0.02)


def measure(size: Size) -> Figures:
    """Fill a private Redis and measure."""
    with private_redis() as client:
        province = Province(client)
        codes = [province.agent_talks(number) for number in range(size.seats)]
        for _ in range(size.waiting):
            province.some_caller()
        log = SlowLog(client)
        began = _cpu_seconds(client)
        matched, seconds = _run(province, codes, size.matches)
        cpu = _cpu_seconds(client) - began
        freed, entered = log.milliseconds("finish_talk"), log.milliseconds("enter")
    return Figures(
        size,
        p50_ms=_percentile(freed, 50),
        p99_ms=_percentile(freed, 99),
        max_ms=max(freed),
        enter_p99_ms=_percentile(entered, 99),
        per_second=round(matched / ((sum(freed) + sum(entered)) / 1000), 1),
        cpu_per_second=round(matched / cpu, 1),
        client_per_second=round(matched / seconds, 1),
    )


def _run(province: Province, codes: list[str], matches: int) -> tuple[int, float]:
    """So many agents become free, each followed by a new caller.

    Returns how many calls found their agent, and the seconds those two moves took the client.
    """
    matched, seconds = 0, 0.0
    for code in islice(cycle(codes), matches):
        ended = province.agents.get(code).call_id
        if ended:
            began = time.perf_counter()
            province.line.finish_talk(ended)  # no wrap-up: the agent is ready and is matched
            seconds += time.perf_counter() - began
            province.line.leave(ended)
        province.line.tick()
        matched += province.take(code) is not None
        began = time.perf_counter()
        province.some_caller()
        seconds += time.perf_counter() - began
    return matched, seconds


class SlowLog:
    """Redis's own account of how long each move took inside it."""

    def __init__(self, client: redis.Redis) -> None:
        self._redis = client
        client.config_set("slowlog-max-len", 1_000_000)
        client.config_set("slowlog-log-slower-than", _LOGGED_FROM)
        client.slowlog_reset()

    def milliseconds(self, move: str) -> list[float]:
        """The times of one move, sorted."""
        rows = self._redis.slowlog_get(1_000_000)
        wanted = f" 0 {move} ".encode()
        return sorted(r["duration"] / 1000 for r in rows if wanted in _command(r))


def _cpu_seconds(client: redis.Redis) -> float:
    told = client.info("cpu")
    return float(told["used_cpu_user"]) + float(told["used_cpu_sys"])


def _command(row: dict[str, Any]) -> bytes:
    command = row["command"]
    return command if isinstance(command, bytes) else str(command).encode()


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]

"""A line, agents and seats on a private Redis, and a short way to say who calls."""

from collections.abc import Callable

import pytest
import redis

from hotline.clock import ManualClock
from hotline.site import Limits
from routing.agents import Agents
from routing.line import Line
from routing.offers import Offer, WaitingCall
from routing.seats import Seats

MakeCall = Callable[..., WaitingCall]


@pytest.fixture
def limits() -> Limits:
    """The limits a site has by default."""
    return Limits()


@pytest.fixture
def line(live_redis: redis.Redis, clock: ManualClock, limits: Limits) -> Line:
    """An empty waiting line."""
    return Line(live_redis, clock, limits)


@pytest.fixture
def agents(live_redis: redis.Redis, clock: ManualClock, limits: Limits) -> Agents:
    """Nobody signed in yet."""
    return Agents(live_redis, clock, limits)


@pytest.fixture
def seats(live_redis: redis.Redis, clock: ManualClock, limits: Limits) -> Seats:
    """No seat heard of yet."""
    return Seats(live_redis, clock, limits)


@pytest.fixture
def caller(clock: ManualClock) -> MakeCall:
    """Makes a caller who enters now."""

    def make(call_id: str, city: str | None = "changchun", **changes: object) -> WaitingCall:
        facts = {
            "call_id": call_id,
            "number": "13904310000",
            "name": "",
            "city": city,
            "entered_at": clock(),
            "owner": "agi-1",
            "channel": f"PJSIP/operator-{call_id}",
        }
        return WaitingCall(**{**facts, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def zhang(agents: Agents) -> str:
    """An agent ready in 长春."""
    agents.sign_in("1023", "张三", "changchun", "cc01")
    agents.ready("1023")
    return "1023"


def held(line: Line, call_id: str) -> Offer:
    """The offer that the call holds; there must be one."""
    offer = line.offer_for(call_id)
    assert offer is not None
    return offer

"""The subscription itself: who is woken by what, and that it always ends."""

import asyncio
import json
from pathlib import Path

import pytest
import redis

from agent_console.live import routes
from agent_console.live.changes import Changes
from agent_console.live.regions import Reader
from agent_console.shared.session import new_session
from hotline import redis_keys
from tests.agent_console.conftest import House


async def _subscribed(changes: Changes, client: redis.Redis) -> None:
    """Start, and wait until the subscription is there: it wakes every page then."""
    changes.start()
    with changes.watch("") as first:
        assert await first.wait(5)
    assert dict(client.pubsub_numsub(redis_keys.CHANGES))[redis_keys.CHANGES] == 1


def test_only_what_concerns_a_page_wakes_it(live_redis: redis.Redis, redis_server: Path) -> None:
    async def go() -> None:
        changes = Changes(f"unix://{redis_server}")
        await _subscribed(changes, live_redis)
        with changes.watch("1023") as mine, changes.watch("1024") as other:
            mine.call_id = "jl1-1.1"
            for change in ({"agent": "1023"}, {"call": "jl1-1.1"}):
                for noise in ("no json", json.dumps({"seat": "cc01"}), json.dumps([])):
                    live_redis.publish(redis_keys.CHANGES, noise)
                live_redis.publish(redis_keys.CHANGES, json.dumps(change))
                assert await mine.wait(5)
            live_redis.publish(redis_keys.CHANGES, json.dumps({"agent": "1024"}))
            assert await other.wait(5)
            assert not await mine.wait(0)
        await changes.close()

    asyncio.run(go())


@pytest.mark.parametrize("pause", [0, 0.001, 0.01, 0.05])
@pytest.mark.parametrize("away", [False, True])
def test_it_ends_at_any_moment(
    redis_server: Path, live_redis: redis.Redis, pause: float, away: bool
) -> None:
    """redis-py turns a cancellation that comes while it connects into an error."""

    async def go() -> None:
        changes = Changes("unix:///nowhere.sock" if away else f"unix://{redis_server}")
        changes.start()
        await asyncio.sleep(pause)
        await asyncio.wait_for(changes.close(), 5)

    asyncio.run(go())


def test_a_lost_redis_is_subscribed_again_and_pages_look(
    live_redis: redis.Redis, redis_server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_console.live.changes.RETRY_SECONDS", 0.01)

    async def go() -> None:
        changes = Changes(f"unix://{redis_server}")
        await _subscribed(changes, live_redis)
        with changes.watch("1023") as watch:
            live_redis.client_kill_filter(_type="pubsub")
            assert await watch.wait(5)
        await changes.close()

    asyncio.run(go())


def test_a_new_call_is_looked_at_twice(house: House) -> None:
    """A change of the call may pass between reading it and watching it."""
    services = house.services
    services.agents.sign_in("1023", "王敏", "changchun", "cc01")
    services.agents.ready("1023")
    house.wait_in()
    session = new_session("1023", house.clock())
    reader = Reader(services.people.get("1023"), "zh_CN", "")

    async def go() -> None:
        with services.changes.watch("1023") as watch:
            for woken in (True, False):
                await asyncio.to_thread(routes._look, services, reader, session, watch)
                assert await watch.wait(0.05) is woken
            assert watch.call_id == "jl1-1.1"

    asyncio.run(go())

"""What a waiting caller is told of the place in the line, and when it is left unsaid."""

import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from agi.call import CallScript
from agi.services import Services
from agi.steps.line import seek
from agi.steps.place import say_place, words_of
from hotline.redis_client import connect
from routing.agents import Agents
from routing.conditions import Waits
from routing.estimate import LONGEST, Estimate
from routing.offers import WaitingCall
from tests.agi.asterisk import FakeAsterisk

_COUNTS = [*(f"count-{number}" for number in range(1, 11)), "count-2-alone"]
_WORDS = ["ahead-of-you", "people-ahead", "you-are-next", "expected-wait", "minutes", *_COUNTS]


@pytest.mark.parametrize(
    ("ahead", "seconds", "words"),
    [
        (0, 10, "you-are-next expected-wait count-1 minutes"),
        (1, 61, "ahead-of-you count-1 people-ahead expected-wait count-2-alone minutes"),
        (12, 600, "ahead-of-you count-10 count-2 people-ahead expected-wait count-10 minutes"),
        (23, LONGEST, "ahead-of-you count-2 count-10 count-3 people-ahead"),
        (100, 60, ""),
    ],
)
def test_words_of_an_estimate(ahead: int, seconds: float, words: str) -> None:
    assert words_of(Estimate(ahead, seconds)) == words.split()


@pytest.fixture
def waiting(services: Services, live_redis: redis.Redis) -> Callable[..., CallScript]:
    """Makes a caller second in line, while the only agent talks."""
    limits = services.settings.site.limits
    agents = Agents(live_redis, services.clock, limits)
    agents.sign_in("1023", "张三", "changchun", "cc01")
    agents.ready("1023")
    for number in range(2):  # the first is served at once
        call = WaitingCall(
            f"c{number}", "", "", "changchun", services.clock() - 1, "agi-other", "PJSIP/x"
        )
        services.line.enter(call)

    def make(asterisk: FakeAsterisk, **changes: object) -> CallScript:
        told = replace(services, waits=Waits(live_redis, services.clock, limits))
        facts = {
            "id": "t-1.1",
            "channel": "PJSIP/trunk-1",
            "number": "",
            "name": "",
            "city": "changchun",
            "entered_at": services.clock(),
            "session": asterisk.connect(),
            "services": told,
        }
        return CallScript(**{**facts, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def spoken(prompts: Path) -> Path:
    """A short sound for every word of the place."""
    for name in _WORDS:
        with wave.open(str(prompts / f"{name}.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(b"\1\0" * 80)
    return prompts


def played(asterisk: FakeAsterisk) -> list[str]:
    plays = [c for c in asterisk.commands if c.startswith("STREAM FILE")]
    return [command.split('"')[1].rpartition("/")[2] for command in plays]


@pytest.mark.usefixtures("spoken")
def test_the_second_in_line_is_told_so(waiting: Callable[..., CallScript]) -> None:
    asterisk = FakeAsterisk()
    call = waiting(asterisk)
    assert not seek(call)
    assert say_place(call, "still-waiting") == ""
    assert played(asterisk)[:3] == ["ahead-of-you", "count-1", "people-ahead"]
    assert played(asterisk)[-1] == "minutes"


@pytest.mark.usefixtures("spoken")
def test_the_first_word_of_comfort_stays_as_it_is(waiting: Callable[..., CallScript]) -> None:
    asterisk = FakeAsterisk()
    call = waiting(asterisk)
    seek(call)
    say_place(call, "waiting")
    assert played(asterisk) == ["waiting"]


@pytest.mark.usefixtures("spoken")
def test_an_offer_stops_the_words_at_once(
    waiting: Callable[..., CallScript], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An AMI stop ends STREAM FILE with 1000: nothing is said after it."""
    asterisk = FakeAsterisk()
    answer = asterisk._do
    monkeypatch.setattr(
        asterisk,
        "_do",
        lambda command: "200 result=1000 endpos=80" if "count-1" in command else answer(command),
    )
    call = waiting(asterisk)
    seek(call)
    assert say_place(call, "still-waiting") == "1000"
    assert played(asterisk) == ["ahead-of-you", "count-1"]


@pytest.mark.usefixtures("prompts")
def test_a_word_without_a_sound_leaves_the_plain_prompt(
    waiting: Callable[..., CallScript],
) -> None:
    asterisk = FakeAsterisk()
    call = waiting(asterisk)
    seek(call)
    say_place(call, "still-waiting")
    assert played(asterisk) == ["still-waiting"]


@pytest.mark.usefixtures("spoken")
def test_live_state_away_the_plain_prompt_is_heard(
    waiting: Callable[..., CallScript], away: Services
) -> None:
    asterisk = FakeAsterisk()
    limits = away.settings.site.limits
    gone = Waits(connect(away.settings), away.clock, limits)
    call = waiting(asterisk, services=replace(away, waits=gone))
    say_place(call, "still-waiting")
    assert played(asterisk) == ["still-waiting"]
    assert call.direct, "the waiting step rings seats directly from now on"

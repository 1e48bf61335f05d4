"""The estimated wait: what it must know, and that it beats the usual rule."""

import math
from random import Random

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.estimate import measure
from hotline.clock import ManualClock
from hotline.site import Limits
from routing.agents import Agents
from routing.estimate import (
    LONGEST,
    AgentAhead,
    Conditions,
    Estimator,
    Outlook,
    Talks,
    remaining_wait,
    rule_of_thumb,
)
from routing.line import Line
from tests.routing.conftest import MakeCall

CONDITIONS = Conditions(Talks.of([]), wrap_up=30, pickup=4)
TALKING = [AgentAhead(talked=seconds) for seconds in (5, 60, 200, 300, 400, 500, 900)]


def wait(ahead: int, agents: list[AgentAhead], conditions: Conditions = CONDITIONS) -> float:
    return remaining_wait(Outlook(ahead, agents), conditions)


def test_talks_are_fitted_to_the_recent_ones() -> None:
    random = Random(1)  # noqa: S311 - not a secret
    talks = Talks.of([random.lognormvariate(math.log(300), 0.6) for _ in range(2000)])
    assert talks.log_mean == pytest.approx(math.log(300), abs=0.05)
    assert talks.log_deviation == pytest.approx(0.6, abs=0.03)
    assert talks.over_by(300) == pytest.approx(0.5, abs=0.03)
    assert Talks.of([300.0] * 5) == Talks.of([]), "five talks tell nothing yet"
    assert Talks.of([]).mean == pytest.approx(465)


def test_a_wrap_up_about_to_end_is_a_short_wait() -> None:
    assert wait(0, [AgentAhead(free_in=7.0)]) == pytest.approx(7)
    assert wait(1, [AgentAhead(free_in=7.0), AgentAhead(free_in=8.5)]) == pytest.approx(8.5)
    assert wait(0, [AgentAhead(free_in=0.0)]) == 0


def test_another_citys_ready_agent_comes_when_the_circle_widens() -> None:
    agents = [AgentAhead(takes_from=10, free_in=10)]
    assert wait(0, agents) == pytest.approx(10)


def test_another_citys_busy_agents_serve_only_those_ahead_until_then() -> None:
    soon = [AgentAhead(takes_from=300, free_in=20), AgentAhead(takes_from=300, free_in=40)]
    assert wait(0, soon) > 100
    here = [AgentAhead(free_in=20), AgentAhead(free_in=40)]
    assert wait(0, here) <= 20
    assert wait(1, here) <= 40


def test_nobody_at_work_is_the_longest_wait() -> None:
    assert wait(0, []) == LONGEST
    assert rule_of_thumb(1, 465, 0) == LONGEST
    assert rule_of_thumb(2, 465, 10) == 93


def test_callers_who_give_up_shorten_the_wait() -> None:
    hasty = Conditions(Talks.of([]), wrap_up=30, gives_up_per_second=1 / 60)
    assert wait(10, TALKING, hasty) < wait(10, TALKING) / 2


def test_agents_serve_more_than_one_in_a_long_wait() -> None:
    """Twenty ahead of seven agents: about three rounds of 499 s each, less what is done."""
    assert 800 < wait(20, TALKING) < 1700


@settings(deadline=None, max_examples=50)
@given(
    ahead=st.integers(0, 30),
    talked=st.lists(st.floats(0, 3000), min_size=1, max_size=12),
    more=st.floats(0, 3000),
)
def test_more_ahead_never_shorten_and_more_agents_never_lengthen(
    ahead: int, talked: list[float], more: float
) -> None:
    agents = [AgentAhead(talked=seconds) for seconds in talked]
    said = wait(ahead, agents)
    assert 0 <= said <= LONGEST
    assert wait(ahead + 1, agents) >= said - 1e-6
    assert wait(ahead, [*agents, AgentAhead(talked=more)]) <= said + 1e-6


def test_the_live_state_tells_position_and_agents(
    live_redis: redis.Redis,
    line: Line,
    agents: Agents,
    caller: MakeCall,
    clock: ManualClock,
) -> None:
    agents.sign_in("1023", "张三", "changchun", "cc01")
    agents.ready("1023")
    agents.sign_in("2001", "王五", "jilin", "jl01")
    agents.ready("2001")
    offer = line.enter(caller("talks"))
    assert offer is not None
    line.answered(offer, "PJSIP/cc01-1")
    clock.advance(100)
    line.enter(caller("first"))
    clock.advance(2)
    line.enter(caller("second"))
    limits = Limits()
    estimator = Estimator(live_redis, agents, limits, clock)
    outlook = estimator.outlook("second", "changchun", clock())
    assert outlook is not None
    assert outlook.ahead == 1
    widens = limits.own_city_seconds
    assert outlook.agents == [
        AgentAhead(talked=102.0),
        AgentAhead(takes_from=widens, free_in=widens),
    ]
    said = estimator.estimate("second", "changchun", clock(), CONDITIONS)
    assert said is not None
    assert said.ahead == 1
    assert said.seconds > 0
    assert estimator.estimate("talks", "changchun", clock(), CONDITIONS) is None


@pytest.mark.long
def test_it_beats_the_usual_rule_on_days_not_seen_before() -> None:
    """`python -m bench estimate` is the long version, over 100,000 calls."""
    measured = measure(seeds=(301, 302), days=1)
    busy = measured["all_busy"]
    ours, usual = busy["ours"], busy["usual_rule"]
    assert busy["samples"] > 150
    assert ours["median_absolute_error"] < 0.6 * usual["median_absolute_error"]
    assert ours["mean_absolute_error"] < 0.8 * usual["mean_absolute_error"]
    assert abs(ours["bias"]) < abs(usual["bias"])

"""Erlang's formulas against published values and against each other."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline import erlang


@pytest.mark.parametrize(
    ("erlangs", "agents", "blocked"),
    [
        # The Erlang B table as printed in textbooks: the load at which 1 % (5 %) are lost.
        (0.0101, 1, 0.01),
        (4.461, 10, 0.01),
        (12.031, 20, 0.01),
        (6.216, 10, 0.05),
        (15.249, 20, 0.05),
    ],
)
def test_erlang_b_as_in_the_tables(erlangs: float, agents: int, blocked: float) -> None:
    assert erlang.erlang_b(erlangs, agents) == pytest.approx(blocked, rel=2e-3)


def test_one_agent_waits_as_often_as_the_agent_is_busy() -> None:
    assert erlang.erlang_c(0.7, 1) == pytest.approx(0.7)
    assert erlang.mean_wait(0.7 * 3600 / 100, 100, 1) == pytest.approx(0.7 * 100 / 0.3)


@pytest.mark.parametrize(("share", "seconds", "agents"), [(0.80, 20, 27), (0.95, 15, 30)])
def test_jilins_busy_hour(share: float, seconds: float, agents: int) -> None:
    """158 calls in the hour at 495 s each: 27 occupied seats for 80/20, 30 for 95 % in 15 s."""
    assert erlang.agents_needed(share, seconds, 158, 495) == agents


def test_more_load_than_agents_waits_for_ever() -> None:
    assert erlang.erlang_c(5, 5) == 1
    assert erlang.served_within(20, 360, 50, 5) == 0
    assert erlang.mean_wait(360, 50, 5) == math.inf
    with pytest.raises(ValueError, match="no number"):
        erlang.agents_needed(1.1, 20, 100, 100)


def test_patience_without_end_is_erlang_c() -> None:
    calm = erlang.erlang_a(158, 495, 27, patience=1e9)
    assert calm.waiting_share == pytest.approx(erlang.erlang_c(erlang.load(158, 495), 27), rel=1e-4)
    assert calm.mean_wait_seconds == pytest.approx(erlang.mean_wait(158, 495, 27), rel=1e-4)
    assert calm.abandoned_share == pytest.approx(0, abs=1e-6)


def test_patience_equal_to_handling_is_a_poisson_number_of_calls() -> None:
    """With equal rates every call leaves alike: M/M/infinity, so P(wait) is a Poisson tail."""
    erlangs, agents = 10.0, 12
    tail = 1 - sum(math.exp(-erlangs) * erlangs**j / math.factorial(j) for j in range(agents))
    assert erlang.erlang_a(360, 100, agents, 100).waiting_share == pytest.approx(tail)


@given(
    calls=st.floats(1, 2000),
    handling=st.floats(10, 1000),
    agents=st.integers(1, 300),
    patience=st.floats(5, 5000),
)
def test_whoever_calls_is_served_or_gives_up(
    calls: float, handling: float, agents: int, patience: float
) -> None:
    pool = erlang.erlang_a(calls, handling, agents, patience)
    served = pool.occupancy * agents / erlang.load(calls, handling)
    assert served + pool.abandoned_share == pytest.approx(1, rel=1e-6)
    assert -1e-9 <= pool.waiting_share <= 1 + 1e-9

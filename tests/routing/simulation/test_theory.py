"""The simulation against Erlang, where he holds. `python -m bench erlang` is the long version."""

import math

import pytest
import redis

from routing.simulation.theory import Pool, compare

#: Runs that differ by chance alone differ so much, in standard errors, once in 2,000 figures
#: (Student's t, 7 degrees of freedom). The seeds are fixed: green stays green.
_SURPRISING = 6.0


@pytest.mark.long
@pytest.mark.parametrize(
    "pool",
    [
        Pool(calls_per_hour=17.5, agents=4),
        Pool(calls_per_hour=26.0, agents=4, patience=240.0),
    ],
    ids=["erlang_c", "erlang_a"],
)
def test_one_pool_is_as_erlang_says(pool: Pool, live_redis: redis.Redis) -> None:
    calls, rows = compare(pool, days=2, seeds=range(1, 9), client=live_redis)
    assert calls > 6_000
    for row in rows:
        off = abs(row.simulated - row.theory)
        assert off <= _SURPRISING * row.standard_error, row
        assert row.standard_error < 0.12 * row.theory, "too blunt to see an error"


def test_a_comparison_needs_two_seeds_to_know_its_error(live_redis: redis.Redis) -> None:
    _, rows = compare(Pool(calls_per_hour=6, agents=2), days=1, seeds=[1], client=live_redis)
    assert all(math.isnan(row.standard_error) for row in rows)
    assert {row.figure for row in rows} == {"waiting_share", "within_20_s", "mean_wait_seconds"}

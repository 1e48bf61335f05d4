"""The simulation beside Erlang C and Erlang A over 100,000 calls each, several seeds.

Takes minutes. Small pools on purpose: for the same number of calls they see more independent
busy periods than a large one, so that chance stays below the 2 % that are looked for.
"""

import time
from dataclasses import asdict
from typing import Any

from rich.table import Table

from routing.simulation.private_redis import private_redis
from routing.simulation.theory import Pool, compare

_SEEDS = range(1, 9)
_CALLS = 105_000
_POOLS = {
    "erlang_c": Pool(calls_per_hour=17.5, agents=4),
    "erlang_a": Pool(calls_per_hour=26.0, agents=4, patience=240.0),
}


def measure() -> dict[str, Any]:
    """Every figure of both formulas, theory's and the simulated one."""
    with private_redis() as client:
        found = {}
        for name, pool in _POOLS.items():
            began = time.perf_counter()
            days = round(_CALLS / len(_SEEDS) / pool.calls_per_hour / 24)
            calls, rows = compare(pool, days, _SEEDS, client)
            figures = {row.figure: asdict(row) | {"deviation": row.deviation} for row in rows}
            found[name] = {
                "calls": calls,
                "seeds": len(_SEEDS),
                "seconds": round(time.perf_counter() - began, 1),
                "figures": figures,
            }
    return found


def table(measured: dict[str, Any]) -> Table:
    """One row for each figure."""
    shown = Table("formula", "figure", "theory", "simulated", "deviation", "std. error", "calls")
    for name, pool in measured.items():
        for figure, row in pool["figures"].items():
            shown.add_row(
                name,
                figure,
                f"{row['theory']:.4f}",
                f"{row['simulated']:.4f}",
                f"{row['deviation']:+.2%}",
                f"{row['standard_error'] / row['theory']:.2%}",
                f"{pool['calls']:,}",
            )
    return shown

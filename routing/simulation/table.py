"""A run, or two side by side, as tables on a terminal."""

from collections.abc import Callable, Mapping

from rich.table import Table

from hotline.site import Site
from routing.simulation.summary import CityPart, Part, Summary


def overview(runs: Mapping[str, Summary]) -> Table:
    """One column for each run, one row for each figure."""
    table = Table("", *runs, box=None, pad_edge=False)
    for title, figure in _FIGURES.items():
        table.add_row(title, *(figure(summary) for summary in runs.values()))
    return table


def by_city(summary: Summary, site: Site) -> Table:
    """One row for each city."""
    heads = ("city", "calls", "answered", "in time", "95 % wait", "overflow", "seats", "occupancy")
    table = Table(*heads, box=None, pad_edge=False)
    for code, part in summary.cities.items():
        table.add_row(site.city(code).name, *_city_cells(part))
    return table


def percent(value: float | None) -> str:
    """A share in percent."""
    return "" if value is None else f"{value:.1%}"


def _city_cells(part: CityPart) -> tuple[str, ...]:
    return (
        str(part.calls),
        percent(part.answered_share),
        percent(part.service_level),
        _wait(part, 95),
        percent(part.overflow),
        str(part.seats),
        percent(part.occupancy),
    )


def _wait(part: Part, percentile: int) -> str:
    wait = part.wait_percentiles.get(percentile)
    return "" if wait is None else f"{wait:.1f} s"


def _mean(part: Part) -> str:
    return "" if part.mean_wait is None else f"{part.mean_wait:.1f} s"


_FIGURES: dict[str, Callable[[Summary], str]] = {
    "calls": lambda run: str(run.whole.calls),
    "seats": lambda run: str(run.seats),
    "answered / calls": lambda run: percent(run.whole.answered_share),
    "answered in time / answered": lambda run: (
        f"{percent(run.whole.service_level)} in {run.answer_seconds} s"
    ),
    "abandoned": lambda run: str(run.whole.abandoned),
    "mean wait": lambda run: _mean(run.whole),
    "50 % wait at most": lambda run: _wait(run.whole, 50),
    "80 % wait at most": lambda run: _wait(run.whole, 80),
    "95 % wait at most": lambda run: _wait(run.whole, 95),
    "99 % wait at most": lambda run: _wait(run.whole, 99),
    "served by another city": lambda run: percent(run.overflow),
    "occupancy": lambda run: percent(run.occupancy),
    "offers nobody picked up": lambda run: str(run.refused_offers),
}

"""Figures from calls and agents made by hand."""

import json
from collections.abc import Sequence
from xml.etree import ElementTree

import pytest
from rich.console import Console

from routing.simulation.caller import SimulatedCall
from routing.simulation.floor import Worker
from routing.simulation.picture import picture
from routing.simulation.run import Happened
from routing.simulation.summary import Summary, percentile, summarise
from routing.simulation.table import by_city, overview
from tests.routing.simulation.conftest import MakePlan


def call(at: float, wait: float, served_by: str | None, city: str = "jilin") -> SimulatedCall:
    return SimulatedCall(
        call_id=f"c{at}",
        city=city,
        arrived_at=at,
        patience=100,
        talk=60,
        served_by=served_by,
        ended_wait_at=at + wait,
    )


@pytest.fixture
def summary(plan: MakePlan) -> Summary:
    calls = [
        call(9 * 3600, 5, "jilin"),
        call(9 * 3600 + 1, 20, "changchun"),
        call(9 * 3600 + 2, 30, None),
        call(10 * 3600, 15, "changchun", "changchun"),
    ]
    workers = [
        Worker("1", "a", "jilin", staffed_seconds=1000, busy_seconds=400),
        Worker("2", "b", "jilin", staffed_seconds=1000, busy_seconds=600),
        Worker("3", "c", "changchun", staffed_seconds=500, busy_seconds=500),
    ]
    return summarise(Happened(plan(), calls, workers))


def test_the_whole(summary: Summary) -> None:
    assert (summary.whole.calls, summary.whole.answered, summary.whole.abandoned) == (4, 3, 1)
    assert summary.whole.answered_share == 0.75
    assert summary.whole.service_level == pytest.approx(2 / 3), "15 s count as in time"
    assert summary.whole.mean_wait == pytest.approx(40 / 3), "who gave up does not count"
    assert summary.whole.wait_percentiles == {50: 15, 80: 20, 95: 20, 99: 20}
    assert summary.occupancy == pytest.approx(1500 / 2500)
    assert summary.overflow == pytest.approx(1 / 3)


def test_cities_and_hours(summary: Summary) -> None:
    assert summary.cities["jilin"].occupancy == 0.5
    assert summary.cities["jilin"].overflow == 0.5
    assert summary.cities["jilin"].seats == 2
    assert summary.cities["siping"].service_level is None
    assert [part.calls for part in summary.hours[8:12]] == [0, 3, 1, 0]


@pytest.mark.parametrize(("percent", "value"), [(1, 1), (50, 2), (51, 3), (99, 4), (100, 4)])
def test_percentiles_are_values_that_were_seen(percent: int, value: float) -> None:
    assert percentile([1, 2, 3, 4], percent) == value


def test_json_is_plain(summary: Summary) -> None:
    assert json.loads(json.dumps(summary.as_json()))["whole"]["calls"] == 4


def test_the_picture_is_well_formed_and_names_every_city(summary: Summary, plan: MakePlan) -> None:
    site = plan().site
    drawn = ElementTree.fromstring(picture(summary, site))  # noqa: S314 - our own text
    words = {element.text for element in drawn.iter() if element.text}
    assert {city.name for city in site.cities} <= words
    assert "40%" not in words
    assert "50%" in words


def test_tables_set_runs_side_by_side(summary: Summary, plan: MakePlan) -> None:
    lines = printed(overview({"one.toml": summary, "two.toml": summary}))
    assert next(line for line in lines if line.startswith("answered / calls")).count("75.0%") == 2
    assert any(
        line.startswith("吉林") and "50.0%" in line
        for line in printed(by_city(summary, plan().site))
    )


def printed(table: object) -> Sequence[str]:
    console = Console(width=120, record=True, quiet=False, file=None)
    with console.capture() as captured:
        console.print(table)
    return captured.get().splitlines()

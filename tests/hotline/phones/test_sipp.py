"""SIPp's command line and files, and that every scenario is well-formed XML."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from hotline.phones.errors import SippError
from hotline.phones.sipp import SCENARIOS, SippPlan, arguments, callers_csv, scenario_file


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.xml")), ids=lambda path: path.stem)
def test_every_scenario_is_named_after_its_file(path: Path) -> None:
    assert ElementTree.parse(path).getroot().get("name") == path.stem  # noqa: S314 - our own


def test_an_unknown_scenario_names_the_known_ones() -> None:
    with pytest.raises(SippError, match="caller_talks"):
        scenario_file("caller_sings")


def test_a_run_ends_with_its_callers() -> None:
    given = arguments(SippPlan("caller_talks", "127.0.0.1", 5060, numbers=["1", "2", "3"]))
    assert given[given.index("-m") + 1] == "3"
    assert given[given.index("-i") + 1] == "127.0.0.2"


def test_a_seat_runs_until_stopped() -> None:
    given = arguments(SippPlan("seat_busy", "127.0.0.1", 5060, calls=0))
    assert "-m" not in given
    assert "-timeout" not in given


def test_a_name_is_one_argument_whatever_is_in_it() -> None:
    name = '"; -sf /etc/passwd\r\nVia: x'
    given = arguments(SippPlan("caller_talks", "127.0.0.1", 5060, name=name))
    assert given[-3:] == ["-key", "name", name]


def test_a_number_is_one_field_of_one_line() -> None:
    assert callers_csv(["1", "+862"]) == "SEQUENTIAL\n1\n+862\n"
    for bad in ("", "1;2", "1\n2"):
        with pytest.raises(SippError):
            callers_csv([bad])

"""Small plans, quickly simulated."""

from collections.abc import Callable

import pytest

from hotline.site import Site
from routing.simulation.profile import default_profile
from routing.simulation.run import Plan

MakePlan = Callable[..., Plan]


@pytest.fixture
def plan(jilin: Site) -> MakePlan:
    """Makes a plan of Jilin's site: 60 calls on 6 seats, unless told otherwise."""

    def make(**changes: object) -> Plan:
        facts = {"site": jilin, "profile": default_profile(), "calls_per_day": 60, "seats": 6}
        return Plan(**{**facts, **changes})  # type: ignore[arg-type]

    return make

"""A profile from the record: what callers really did, where there are calls enough to tell."""

import math
from collections import Counter
from collections.abc import Sequence
from statistics import fmean, pstdev
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.calls.machine import Direction
from hotline.clock import CHINA
from hotline.db.models import Call
from routing.simulation.profile import HOURS, Profile

#: Fewer calls than this tell more of chance than of callers.
ENOUGH = 200


def recorded_profile(session: Session, profile: Profile) -> Profile:
    """``profile`` with everything in it that enough recorded inbound calls can tell instead.

    Handling, arrivals by hour and by city from all calls; patience from those who gave up and
    those who were answered first, as an exponential with censoring: its mean is all the time
    waited / the number who gave up (Mandelbaum and Zeltyn, The Palm/Erlang-A queue, 2004).
    """
    statement = select(
        Call.started_at, Call.origin_city, Call.wait_seconds, Call.talk_seconds, Call.outcome
    ).where(Call.direction == Direction.INBOUND.value, Call.outcome.is_not(None))
    rows = session.execute(statement).all()
    if len(rows) < ENOUGH:
        return profile
    hours = Counter(row.started_at.astimezone(CHINA).hour for row in rows)
    cities = Counter(row.origin_city for row in rows if row.origin_city)
    found: dict[str, Any] = {
        "arrivals": tuple(float(hours[hour]) for hour in range(HOURS)),
        "cities": {city: float(count) for city, count in cities.items()} or profile.cities,
        **_talk([row.talk_seconds for row in rows if row.talk_seconds]),
        **_patience(
            [row.wait_seconds or 0.0 for row in rows],
            sum(row.outcome.startswith("abandoned") for row in rows),
        ),
    }
    return Profile.model_validate({**profile.model_dump(), **found})


def _talk(seconds: Sequence[float]) -> dict[str, Any]:
    """Mean and spread of the lognormal through the logarithms' mean and deviation."""
    if len(seconds) < ENOUGH:
        return {}
    logs = [math.log(value) for value in seconds]
    variance = pstdev(logs) ** 2
    return {
        "talk_shape": "lognormal",
        "talk_mean": math.exp(fmean(logs) + variance / 2),
        "talk_spread": math.sqrt(math.expm1(variance)),
    }


def _patience(waits: Sequence[float], gave_up: int) -> dict[str, Any]:
    if gave_up < ENOUGH // 10:
        return {}
    return {"patience_mean": sum(waits) / gave_up, "patience_shape": 1.0}

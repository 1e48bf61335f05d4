"""Tries spread over the day, never at night."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from casework.callback_times import next_try
from hotline.clock import CHINA
from hotline.site import Callback

RULES = Callback(pauses_minutes=(0, 120, 240), first_hour=8, last_hour=21)


def at(day: int, hour: int, minute: int = 0) -> float:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA).timestamp()


def test_three_tries_and_no_fourth() -> None:
    assert next_try(RULES, 0, at(2, 9)) == at(2, 9)
    assert next_try(RULES, 1, at(2, 9)) == at(2, 11)
    assert next_try(RULES, 2, at(2, 11)) == at(2, 15)
    assert next_try(RULES, 3, at(2, 15)) is None


def test_what_falls_into_the_night_comes_in_the_morning() -> None:
    assert next_try(RULES, 2, at(2, 18)) == at(3, 8)
    assert next_try(RULES, 0, at(2, 3, 30)) == at(2, 8)
    assert next_try(RULES, 0, at(30, 23)) == datetime(2026, 12, 1, 8, tzinfo=CHINA).timestamp()


def test_who_asked_is_called_at_any_hour_but_only_at_first() -> None:
    assert next_try(RULES, 0, at(2, 23), asked_for=True) == at(2, 23)
    assert next_try(RULES, 1, at(2, 23), asked_for=True) == at(3, 8)


@given(tried=st.integers(0, 2), after=st.integers(int(at(1, 0)), int(at(30, 0))))
def test_a_try_is_never_at_night_nor_before_its_pause(tried: int, after: int) -> None:
    when = next_try(RULES, tried, after)
    assert when is not None
    assert when >= after + RULES.pauses_minutes[tried] * 60
    assert RULES.first_hour <= datetime.fromtimestamp(when, CHINA).hour < RULES.last_hour

"""Profiles: the shipped one, a site's own, and one from the record."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import fmean

import pytest

from hotline.db.models import Call
from hotline.errors import SiteError
from hotline.site import Site
from routing.simulation.draws import Draws
from routing.simulation.profile import Profile, default_profile, load_profile
from routing.simulation.recorded import recorded_profile
from tests.fixtures.databases import Database


def test_the_shipped_day_has_a_tenth_in_its_busy_hour_and_knows_jilins_cities(jilin: Site) -> None:
    profile = default_profile()
    assert max(profile.arrivals) / sum(profile.arrivals) == pytest.approx(0.1, abs=0.001)
    assert {city.code for city in jilin.cities} == set(profile.cities)
    per_day = sum(profile.arrivals_per_second(hour, 1580) * 3600 for hour in range(24))
    assert per_day == pytest.approx(1580)


def test_a_city_without_a_weight_counts_as_the_smallest() -> None:
    profile = default_profile()
    assert profile.weight("elsewhere") == profile.weight("changbaishan")
    assert profile.model_copy(update={"cities": {}}).weight("elsewhere") == 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("talk_mean = -1", "talk_mean"),
        ("unknown = 1", "unknown"),
        ("staffed = [1.0]", "staffed"),
        ("absent_share = 1.5", "absent_share"),
        ("= nonsense", "file"),
    ],
)
def test_a_wrong_profile_is_refused_with_its_key(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(text)
    with pytest.raises(SiteError) as refused:
        load_profile(path)
    assert refused.value.key == key


def test_a_missing_profile_is_named(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="No such file"):
        load_profile(tmp_path / "none.toml")


def test_a_profile_says_only_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text("talk_mean = 300.0")
    profile = load_profile(path)
    assert profile.talk_mean == 300
    assert profile.arrivals == default_profile().arrivals


@pytest.mark.parametrize("shape", [1.0, 0.7, 2.0])
def test_draws_have_the_means_that_were_set(shape: float) -> None:
    changes = {"patience_shape": shape, "patience_mean": 100.0, "talk_mean": 60.0}
    draws = Draws(default_profile().model_copy(update=changes), seed=1)
    assert fmean(draws.patience() for _ in range(20_000)) == pytest.approx(100, rel=0.05)
    assert fmean(draws.talk() for _ in range(20_000)) == pytest.approx(60, rel=0.05)


def recorded_call(n: int, random: Random) -> Call:
    """Every fifth gives up after 50 s on average; the others talk 200 s in the middle."""
    gives_up = n % 5 == 0
    started = datetime(2026, 11, 23, 1, tzinfo=UTC)  # nine o'clock in China
    return Call(
        id=f"c{n}",
        direction="inbound",
        caller_number="",
        caller_name="",
        called_number="12348",
        origin_city="jilin",
        started_at=started + timedelta(seconds=n),
        stage="ended",
        outcome="abandoned_queue" if gives_up else "answered",
        wait_seconds=50.0 if gives_up else 10.0,
        talk_seconds=None if gives_up else random.lognormvariate(math.log(200), 0.5),
        fallback=False,
    )


def test_the_record_tells_hours_cities_talks_and_patience(database: Database) -> None:
    random = Random(1)  # noqa: S311 - not a secret
    with database.sessions.begin() as session:
        session.add_all(recorded_call(n, random) for n in range(500))
    with database.sessions() as session:
        profile = recorded_profile(session, default_profile())
    assert profile.arrivals[9] == 500
    assert sum(profile.arrivals) == 500
    assert profile.cities == {"jilin": 500}
    assert profile.talk_mean == pytest.approx(200 * math.exp(0.125), rel=0.07)
    assert profile.talk_spread == pytest.approx(math.sqrt(math.expm1(0.25)), rel=0.15)
    assert profile.patience_mean == pytest.approx((100 * 50 + 400 * 10) / 100)
    assert profile.pickup_mean == default_profile().pickup_mean


def test_too_few_calls_tell_nothing(database: Database) -> None:
    with database.sessions.begin() as session:
        session.add_all(recorded_call(n, Random(1)) for n in range(20))  # noqa: S311
    with database.sessions() as session:
        assert recorded_profile(session, default_profile()) is default_profile()


def test_a_profile_without_calls_is_refused() -> None:
    with pytest.raises(ValueError, match="no hour has any"):
        Profile(arrivals=(0.0,) * 24, staffed=(1.0,) * 24, talk_mean=1)

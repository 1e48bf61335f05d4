"""How callers and agents behave: the numbers a simulated day is drawn from."""

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from hotline.errors import SiteError

HOURS = 24
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]
Hourly = Annotated[tuple[Weight, ...], Field(min_length=HOURS, max_length=HOURS)]


class Profile(BaseModel):
    """A day's shape. Times in seconds; profile.toml says what each value means."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=True)

    arrivals: Hourly
    staffed: Annotated[tuple[Share, ...], Field(min_length=HOURS, max_length=HOURS)]
    talk_mean: float = Field(gt=0)
    talk_spread: float = Field(0.8, ge=0)
    talk_shape: Literal["lognormal", "exponential"] = "lognormal"
    patience_mean: float = Field(float("inf"), gt=0)
    patience_shape: float = Field(1.0, gt=0)
    pickup_mean: float = Field(0.0, ge=0)
    unanswered_share: Share = 0.0
    away_mean: float = Field(120.0, gt=0)
    absent_share: Share = 0.0
    pauses_per_hour: Weight = 0.0
    pause_mean: float = Field(360.0, gt=0)
    cities: dict[str, Weight] = {}

    @model_validator(mode="after")
    def _somebody_calls(self) -> Self:
        if not sum(self.arrivals):
            raise ValueError("arrivals: no hour has any")
        return self

    def weight(self, city: str) -> float:
        """How much of the province's calls come from a city; only the proportions count."""
        return self.cities.get(city, min(self.cities.values(), default=1.0))

    def arrivals_per_second(self, hour: int, calls_per_day: float) -> float:
        """The rate of calls in one hour of the day."""
        return calls_per_day * self.arrivals[hour] / sum(self.arrivals) / 3600


@cache
def default_profile() -> Profile:
    """The working day shipped with the simulation."""
    text = files("routing.simulation").joinpath("profile.toml").read_text(encoding="utf-8")
    return Profile.model_validate(tomllib.loads(text))


def load_profile(path: Path) -> Profile:
    """A site's own profile; what it leaves out is as in the shipped one.

    Raises:
        SiteError: the file is missing, is not TOML, or says something not allowed.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Profile.model_validate({**default_profile().model_dump(), **data})
    except OSError as error:
        raise SiteError(str(path), "file", error.strerror or "cannot be read") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteError(str(path), "file", str(error)) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SiteError(str(path), key, first["msg"]) from None

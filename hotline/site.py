"""The site file (hotline.toml): everything a site may decide, typed and checked at load.

Text from here ends up in Asterisk's configuration, so every value has a narrow type: a value
that could leave its place there is refused with file, key and reason.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from hotline.errors import SiteError
from hotline.site_matching import (
    HeadStart,
    Priority,
    Relaxation,
    Skill,
    Want,
    check_neighbours,
    check_skills,
)
from hotline.site_types import (
    Address,
    AreaCode,
    Bind,
    Codec,
    Digits,
    DisagreementError,
    HostPort,
    Name,
    OwnAddress,
    Part,
    Reachable,
    SeatName,
    SpokenText,
    Text,
    TicketPrefix,
    unique,
)


class Hotline(Part):
    """Who we are."""

    name: Text = "12348公共法律服务热线"
    number: Digits = "12348"
    province: Text = "吉林省"
    system_name: Name = Field(
        "hl1", description="Asterisk's systemname; the first part of call ids"
    )
    ticket_prefix: TicketPrefix = Field("HL", description="before the date in ticket numbers")


class Server(Part):
    """Addresses and folders. Relative folders are below the site file's own folder."""

    state_dir: Path = Path(".state")
    sip_bind: Bind = "0.0.0.0:5060"
    rtp_first: int = Field(20000, ge=1024, le=65000)
    rtp_last: int = Field(20999, ge=1024, le=65535)
    ami: OwnAddress = "127.0.0.1:5038"
    agi: tuple[Reachable, ...] = Field(
        ("127.0.0.1:4573", "127.0.0.1:4574"),
        min_length=1,
        description="FastAGI servers in the order in which the dialplan tries them",
    )
    console: HostPort = "127.0.0.1:8080"
    database_url: str = Field("", description="empty: SQLite in the state folder")
    redis_url: str = Field("", description="empty: the embedded Redis in the state folder")


class Limits(Part):
    """Times in seconds."""

    answer_seconds: int = Field(15, description="target: INVITE to a person (GB/T 33358-2016)")
    ring_seconds: int = Field(20, ge=3, le=120)
    own_city_seconds: float = Field(10, ge=0, description="then the city's neighbours are asked")
    neighbours_seconds: float = Field(
        10, ge=0, description="more, then the whole province; a city that names none skips it"
    )
    same_agent_seconds: float = Field(
        5,
        ge=0,
        description="wait for the agent of the caller's open ticket; 0: nobody is looked up",
    )
    returned_within_seconds: float = Field(
        600, ge=0, description="who was cut off and calls again within this has the old place"
    )
    returned_most_seconds: float = Field(
        1800, ge=0, description="an old place is worth this much at most"
    )
    lease_seconds: float = Field(5, ge=1, le=60)
    wrap_up_seconds: float = Field(30, ge=0, le=3600)
    comfort_seconds: float = Field(20, ge=5, description="pause between two waiting prompts")
    rating_seconds: float = Field(8, ge=2, le=30, description="wait for the caller's key")
    callback_after_seconds: float = Field(
        5, ge=0, description="an abandoned call longer than this is called back"
    )


class City(Part):
    """A city (市/州) with answering seats of its own."""

    code: Name
    name: Text
    area_codes: tuple[AreaCode, ...] = Field(
        (), description="prefixes of fixed lines; longest wins"
    )
    place_names: tuple[Text, ...] = Field((), description="how number tables name it; + name")
    neighbours: tuple[Name, ...] = Field((), description="cities asked next, see limits")


class Seat(Part):
    """A position with a phone, in a city. Its SIP password is made by us, see secrets.toml."""

    name: SeatName
    city: Name


class Trunk(Part):
    """A line to the outside, recognised by the far side's addresses."""

    name: Name
    match: tuple[Address, ...] = Field(min_length=1)
    dial: Reachable | None = Field(None, description="where calls of ours go out, host:port")
    codecs: tuple[Codec, ...] = ("alaw", "ulaw")


class Prompts(Part):
    """What callers hear."""

    recordings: Path | None = Field(
        None, description="folder of studio recordings, named as the prompts they replace"
    )


class Callback(Part):
    """Calling back who was not served (docs/callbacks.md)."""

    first: Literal["agent", "caller"] = Field("agent", description="whose phone rings first")
    by_itself: Literal["none", "requested", "all"] = Field(
        "requested", description="which call-backs are dialled without an agent's asking"
    )
    offer_key: Annotated[str, StringConstraints(pattern=r"^[0-9]?$")] = Field(
        "1", description="pressed while waiting: call me back; empty: not offered"
    )
    pauses_minutes: tuple[Annotated[float, Field(ge=0, le=7 * 24 * 60)], ...] = Field(
        (0, 120, 240),
        min_length=1,
        max_length=10,
        description="before each try; as many tries as pauses",
    )
    first_hour: int = Field(8, ge=0, le=23, description="local time; nobody is tried earlier")
    last_hour: int = Field(21, ge=1, le=24, description="nobody is tried from then on")
    ring_seconds: int = Field(40, ge=5, le=120, description="the caller's phone rings")
    claim_minutes: float = Field(15, gt=0, description="an agent's claim lasts")

    @model_validator(mode="after")
    def _hours(self) -> Self:
        if self.last_hour <= self.first_hour:
            raise DisagreementError("callback.last_hour", "must be above first_hour")
        return self


class MenuChoice(Part):
    """A key of the menu, and whom the caller asks for with it."""

    key: Annotated[str, StringConstraints(pattern=r"^[0-9]$")]
    city: Name | None = Field(None, description="none named: the caller's own")
    wants: tuple[Want, ...] = Field((), alias="want")
    priority: Priority | None = None


class Menu(Part):
    """One optional level (GB/T 33358-2016 advises against menus): silence goes to a person."""

    text: SpokenText
    seconds: float = Field(5, ge=1, le=15, description="wait for a key after the text")
    choices: tuple[MenuChoice, ...] = Field(alias="choice", min_length=1)


class Site(Part):
    """The whole site file."""

    hotline: Hotline = Hotline()
    server: Server = Server()
    limits: Limits = Limits()
    cities: tuple[City, ...] = Field(alias="city", min_length=1)
    seats: tuple[Seat, ...] = Field((), alias="seat")
    trunks: tuple[Trunk, ...] = Field((), alias="trunk")
    callback: Callback = Callback()
    prompts: Prompts = Prompts()
    menu: Menu | None = None
    skills: tuple[Skill, ...] = Field((), alias="skill")
    relaxations: tuple[Relaxation, ...] = Field((), alias="relaxation")
    head_start: HeadStart = HeadStart()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unique("city.code", [city.code for city in self.cities])
        unique("city.area_codes", [code for city in self.cities for code in city.area_codes])
        unique("seat.name", [seat.name for seat in self.seats])
        unique("trunk.name", [trunk.name for trunk in self.trunks])
        endpoints = [seat.name for seat in self.seats] + [trunk.name for trunk in self.trunks]
        unique("seat.name or trunk.name", endpoints)
        known = {city.code for city in self.cities}
        for seat in self.seats:
            if seat.city not in known:
                raise DisagreementError("seat.city", f"{seat.name} is in unknown city {seat.city}")
        choices = self.menu.choices if self.menu else ()
        unique("menu.choice.key", [choice.key for choice in choices])
        for choice in choices:
            if choice.city and choice.city not in known:
                raise DisagreementError("menu.choice.city", f"unknown city {choice.city}")
        for city in self.cities:
            check_neighbours(city.code, city.neighbours, known)
        wants = [want for choice in choices for want in choice.wants]
        check_skills(self.skills, wants, self.relaxations)
        if self.server.rtp_last <= self.server.rtp_first:
            raise DisagreementError("server.rtp_last", "must be above rtp_first")
        return self

    def city(self, code: str) -> City:
        """The city of that code. Raises KeyError when there is none."""
        return next(city for city in self.cities if city.code == code)

    def seats_of(self, city: str | None) -> tuple[Seat, ...]:
        """The seats of one city, or all seats for ``None``."""
        return tuple(seat for seat in self.seats if city is None or seat.city == city)


def parse_site(data: dict[str, Any], file: str = "hotline.toml") -> Site:
    """Check a parsed site file.

    Raises:
        SiteError: a key is unknown, missing, or holds a value that is not allowed.
    """
    try:
        return Site.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        cause = first.get("ctx", {}).get("error")
        if isinstance(cause, DisagreementError):
            key = cause.key
        raise SiteError(file, key, first["msg"].removeprefix("Value error, ")) from None


def load_site(path: Path) -> Site:
    """Read and check a site file.

    Raises:
        SiteError: the file is missing, is not TOML, or says something not allowed.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SiteError(str(path), "file", error.strerror or "cannot be read") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteError(str(path), "file", str(error)) from None
    return parse_site(data, str(path))

"""The parts of a page that change by themselves, as HTML. None holds a form being typed in."""

from dataclasses import dataclass
from typing import Any

from agent_console.seat.desk import Desk, read_desk
from agent_console.services import Services
from agent_console.shared.pages import render
from hotline.db.models import Person
from routing.errors import LiveStateAwayError

#: Name of the region and of its event -> template.
REGIONS = {
    "bar": "live/bar.html",
    "line": "live/line.html",
    "call": "live/call.html",
}


@dataclass(frozen=True)
class Reader:
    """Who looks, in which language, with which token for the buttons."""

    person: Person
    language: str
    csrf: str


def desk_or_none(services: Services, person: Person) -> Desk | None:
    """The desk; None while the live state is away."""
    try:
        return read_desk(services, person.code)
    except LiveStateAwayError:
        return None


def what_regions_show(services: Services, desk: Desk | None) -> dict[str, Any]:
    """What the regions' templates use. ``desk`` is None while the live state is away."""
    return {"desk": desk, "agent": desk.agent if desk else None, "city_name": services.city_name}


def regions(services: Services, reader: Reader, desk: Desk | None) -> dict[str, str]:
    """Every region as HTML. The same facts give the same text: no clock is in it."""
    shown = {
        **what_regions_show(services, desk),
        "person": reader.person,
        "csrf": reader.csrf,
        "site": services.settings.site,
    }
    return {name: render(reader.language, file, shown) for name, file in REGIONS.items()}

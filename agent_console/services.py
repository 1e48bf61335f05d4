"""What every request of one console process shares."""

from dataclasses import dataclass
from typing import Annotated, cast

import redis
from fastapi import Depends, Request
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from agent_console.live.changes import Changes
from agent_console.phones import Phones
from agent_console.shared.session import SessionKey
from casework.callbacks import Callbacks
from casework.people import People
from casework.tickets import Tickets
from hotline.calls.journal import Journal
from hotline.clock import Clock
from hotline.settings import Settings
from routing.agents import Agents
from routing.line import Line
from routing.outbound import Dialler
from routing.seats import Seats


@dataclass(frozen=True)
class Services:
    """``reading`` makes sessions for pages that write nothing: they wait for no writer."""

    settings: Settings
    clock: Clock
    engine: Engine
    sessions: sessionmaker[Session]
    reading: sessionmaker[Session]
    people: People
    tickets: Tickets
    redis: redis.Redis
    agents: Agents
    seats: Seats
    line: Line
    journal: Journal
    callbacks: Callbacks
    dialler: Dialler
    phones: Phones
    changes: Changes
    session_key: SessionKey

    def city_name(self, code: str | None) -> str:
        """A city's name; the province for the pool, a dropped code as it is."""
        if not code:
            return self.settings.site.hotline.province
        known = {city.code: city.name for city in self.settings.site.cities}
        return known.get(code, code)


def services(request: Request) -> Services:
    """This process's services, as a dependency."""
    return cast(Services, request.app.state.services)


ServicesDep = Annotated[Services, Depends(services)]

"""The console's application: what every request shares, and every route."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from agent_console import health
from agent_console.callbacks import api as callbacks_api
from agent_console.callbacks import routes as callbacks_routes
from agent_console.calls import api as calls_api
from agent_console.calls import routes as calls_routes
from agent_console.live import routes as live_routes
from agent_console.live.changes import Changes
from agent_console.login import api as login_api
from agent_console.login import routes as login_routes
from agent_console.phones import Manager, Phones
from agent_console.seat import api as seat_api
from agent_console.seat import routes as seat_routes
from agent_console.services import Services
from agent_console.shared import failures
from agent_console.shared.access import logged_in, token_checked
from agent_console.shared.session import SessionKey
from agent_console.shared.wire import Wire
from agent_console.tickets import api as tickets_api
from agent_console.tickets import routes as tickets_routes
from casework.callbacks import Callbacks
from casework.passwords import Passwords
from casework.people import People
from casework.tickets import Tickets
from hotline.ami import Ami
from hotline.calls.journal import Journal
from hotline.clock import Clock, system_clock
from hotline.db.engine import make_engine, session_factory
from hotline.redis_client import connect
from hotline.settings import Settings
from routing.agents import Agents
from routing.line import Line
from routing.outbound import Dialler
from routing.seats import Seats

STATIC = Path(__file__).parent / "static"
ROUTERS = (
    health.router,
    login_api.router,
    seat_api.router,
    calls_api.router,
    tickets_api.router,
    callbacks_api.router,
    login_routes.router,
    seat_routes.router,
    calls_routes.router,
    tickets_routes.router,
    callbacks_routes.router,
    live_routes.router,
)


def create_app(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    manager: Manager | None = None,
    passwords: Passwords | None = None,
) -> FastAPI:
    """The console of one site.

    Args:
        settings: The site, its folders and its secrets.
        clock: Epoch seconds; tests turn their own.
        manager: Another way to Asterisk's manager interface than our own connection.
        passwords: Another hasher; tests pass a cheap one.
    """
    app = FastAPI(
        title="12348 hotline console",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        dependencies=[Depends(token_checked)],
    )
    made = _services(settings, clock, manager or _manager(settings), passwords or Passwords())
    app.state.services = made
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_api_route("/api/v1/openapi.json", _openapi(app), dependencies=[Depends(logged_in)])
    app.add_middleware(Wire, key=made.session_key)
    failures.install(app)
    return app


def _openapi(app: FastAPI) -> Any:
    def openapi() -> dict[str, Any]:
        """This description."""
        return app.openapi()

    return openapi


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    services.phones.start()
    services.changes.start()
    try:
        yield
    finally:
        await services.changes.close()
        services.phones.close()
        services.journal.close()
        services.redis.close()
        services.engine.dispose()


def _services(settings: Settings, clock: Clock, manager: Manager, passwords: Passwords) -> Services:
    engine = make_engine(settings.database_url)
    sessions = session_factory(engine)
    redis, limits = connect(settings), settings.site.limits
    line, journal = Line(redis, clock, limits), Journal(settings.journal_dir, "console", clock)
    return Services(
        settings=settings,
        clock=clock,
        engine=engine,
        sessions=sessions,
        reading=session_factory(engine, read_only=True),
        people=People(sessions, clock, passwords),
        tickets=Tickets(sessions, clock, settings.site.hotline.ticket_prefix),
        redis=redis,
        agents=Agents(redis, clock, limits),
        seats=Seats(redis, clock, limits),
        line=line,
        journal=journal,
        callbacks=Callbacks(sessions, clock, settings.site.callback),
        dialler=Dialler(settings, line, journal, manager),
        phones=Phones(manager),
        changes=Changes(settings.redis_url),
        session_key=SessionKey(settings.secrets().cookie),
    )


def _manager(settings: Settings) -> Ami:
    return Ami(settings.site.server.ami, "hotline", settings.secrets().ami)

"""`hotline watch` and `hotline seats`."""

import json
import os
import signal
import threading
from datetime import datetime

import structlog
import typer
from rich.console import Console
from rich.table import Table

from hotline.ami import Ami
from hotline.calls.journal import Journal
from hotline.cli.options import JsonOption, SiteOption, StateOption, settings_from
from hotline.clock import CHINA, system_clock
from hotline.heartbeat import Heartbeat
from hotline.redis_client import connect
from hotline.settings import Settings
from routing.agents import Agents
from routing.leader import Leader
from routing.line import Line
from routing.registrations import Registrations
from routing.remedies import Remedies
from routing.seat_machine import SeatState
from routing.seats import Seats
from routing.watch import Watch

log = structlog.get_logger()

_REGISTERED = {
    SeatState.UNKNOWN: None,
    SeatState.REGISTERED: True,
    SeatState.UNREGISTERED: False,
}


def watch(site: SiteOption = None, state: StateOption = None) -> None:
    """Keep live state true to Asterisk's channels: what died is noticed and put right.

    One leads per Asterisk, by a lease in Redis; more may stand by. Redis or AMI being away is
    waited out: nothing is taken from anybody without Asterisk's own list of channels.
    """
    settings = settings_from(site, state)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    live = connect(settings)
    limits = settings.site.limits
    leader = Leader(live, f"watch:{settings.site.hotline.system_name}")
    seats = Seats(live, system_clock, limits)
    with Journal(settings.journal_dir, "watch", system_clock) as journal:
        line = Line(live, system_clock, limits)
        watcher = Watch(
            settings.site.hotline.system_name,
            line=line,
            registrations=Registrations([seat.name for seat in settings.site.seats], seats),
            leader=leader,
            remedies=Remedies(line, journal),
            clock=system_clock,
            beat=Heartbeat(settings.run_dir / f"watch-{os.getpid()}.beat").beat,
        )
        _watch_until(ended, watcher, settings)
        leader.step_down()


def _watch_until(ended: threading.Event, watcher: Watch, settings: Settings) -> None:
    address, secret = settings.site.server.ami, settings.secrets().ami
    ami = Ami(address, "hotline", secret, watcher.on_event, watcher.on_connected)
    ami.start()
    log.info("watching", asterisk=settings.site.hotline.system_name)
    while not ended.is_set():
        watcher.step(ami)
    ami.close()


def seats(site: SiteOption = None, state: StateOption = None, as_json: JsonOption = False) -> None:
    """Show every seat: its city, its phone, who sits there and what they are doing."""
    settings = settings_from(site, state)
    rows = seat_rows(settings)
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table(*rows[0]) if rows else Table("seat")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console().print(table)


def seat_rows(settings: Settings) -> list[dict[str, str | bool | None]]:
    """The site's seats as the live state knows them, in the site file's order.

    ``registered`` is None while nobody has asked Asterisk; ``since`` is local time.

    Raises:
        LiveStateAwayError: Redis is away.
    """
    live, site = connect(settings), settings.site
    views = Seats(live, system_clock, site.limits).views([seat.name for seat in site.seats])
    working = {agent.code: agent for agent in Agents(live, system_clock, site.limits).all()}
    rows: list[dict[str, str | bool | None]] = []
    for seat, view in zip(site.seats, views, strict=True):
        agent = working.get(view.agent or "")
        since = agent.since if agent else None
        rows.append(
            {
                "seat": seat.name,
                "city": seat.city,
                "registered": _REGISTERED[view.state],
                "agent": view.agent,
                "state": agent.state.value if agent else "offline",
                "since": datetime.fromtimestamp(since, CHINA).isoformat() if since else None,
            }
        )
    return rows

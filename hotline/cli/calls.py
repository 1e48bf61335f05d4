"""`hotline calls`: the record, told to a person or a program."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from hotline.calls.errors import UnknownCallError
from hotline.calls.history import CallFilter, CallWithFacts, call_with_facts, list_calls
from hotline.calls.machine import Outcome
from hotline.calls.timeline import printable, timeline
from hotline.cli.options import JsonOption, SiteOption, StateOption, settings_from
from hotline.db.engine import make_engine, session_factory
from hotline.db.models import Call
from hotline.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The record of calls: list them, tell one.")


@app.command("list")
def list_command(
    *,
    since: Annotated[
        str | None,
        typer.Option(help="From then on: 2026-11-23, 2026-11-23T08:30, or 90m, 24h, 7d ago."),
    ] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="Only calls that ended so.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 20,
    as_json: JsonOption = False,
    site: SiteOption = None,
    state: StateOption = None,
) -> None:
    """List calls, newest first."""
    wanted = CallFilter(since=_instant(since), outcome=outcome, limit=limit)
    with _reading(settings_from(site, state)) as session:
        calls = list_calls(session, wanted)
    if as_json:
        _print_json([as_row(call) for call in calls])
    else:
        Console(width=max(Console().width, 100)).print(_table(calls))


@app.command("show")
def show(
    call_id: Annotated[str, typer.Argument(metavar="ID", help="The call's id, from `list`.")],
    *,
    as_json: JsonOption = False,
    site: SiteOption = None,
    state: StateOption = None,
) -> None:
    """Tell one call from arrival to end: who rang, who answered, how it ended."""
    settings = settings_from(site, state)
    with _reading(settings) as session:
        found = call_with_facts(session, call_id)
    if found is None:
        raise UnknownCallError(f"no call {call_id} in the record")
    if as_json:
        _print_json(_everything(found))
        return
    console = Console(highlight=False, soft_wrap=True)
    for line in timeline(found, settings):
        console.print(Text(line))


def as_row(row: Any) -> dict[str, Any]:
    """A row of the record as JSON values, instants in ISO 8601."""
    columns = (column.key for column in inspect(type(row)).columns)
    return {key: _plain(getattr(row, key)) for key in columns}


def _everything(found: CallWithFacts) -> dict[str, Any]:
    return as_row(found.call) | {
        "legs": [as_row(leg) for leg in found.legs],
        "recordings": [as_row(recording) for recording in found.recordings],
        "facts": [asdict(fact) for fact in found.facts],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _table(calls: list[Call]) -> Table:
    heads = ("id", "arrived", "caller", "city", "outcome", "agent", "wait", "talk", "★")
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, no_wrap=head != "city")
    for call in calls:
        cells = (
            call.id,
            f"{call.started_at.astimezone():%m-%d %H:%M}",
            call.caller_number,
            call.origin_city,
            call.outcome or call.stage,
            call.agent,
            _seconds(call.wait_seconds),
            _seconds(call.talk_seconds),
            call.rating,
        )
        table.add_row(*(Text("" if cell is None else printable(str(cell))) for cell in cells))
    return table


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _instant(text: str | None) -> datetime | None:
    units = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
    if text is None:
        return None
    if text[:-1].isdecimal() and text[-1:] in units:
        return datetime.now(UTC) - timedelta(**{units[text[-1]]: int(text[:-1])})
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise typer.BadParameter(f"not a time: {text}", param_hint="--since") from None


@contextmanager
def _reading(settings: Settings) -> Iterator[Session]:
    engine = make_engine(settings.database_url)
    try:
        with session_factory(engine, read_only=True)() as session:
            yield session
    finally:
        engine.dispose()

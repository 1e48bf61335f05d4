"""`python -m bench NAME [--json]`: measure one thing and print a table."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.match import SIZE, Figures, measure
from bench.plain import add_plain

app = typer.Typer(help="How fast the hotline is.", no_args_is_help=True)


add_plain(app)


@app.command()
def match(
    *,
    seats: Annotated[int, typer.Option(min=1, help="Agents signed in, each in a talk.")] = (
        SIZE.seats
    ),
    waiting: Annotated[int, typer.Option(min=1, help="Callers in the line.")] = SIZE.waiting,
    matches: Annotated[int, typer.Option(min=1, help="How many to measure.")] = SIZE.matches,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Matching with a full line: how long one takes inside Redis, and how many go in a second."""
    figures = measure(type(SIZE)(seats, waiting, matches))
    if as_json:
        typer.echo(json.dumps(figures.as_row()))
        return
    Console().print(_table(figures))


def _table(figures: Figures) -> Table:
    table = Table("figure", "value", "aim", "measured", title="match")
    for name, aim, where in (
        ("seats", "", ""),
        ("waiting", "", ""),
        ("matches", "", ""),
        ("p50_ms", "", "inside Redis (SLOWLOG)"),
        ("p99_ms", "≤ 2", "inside Redis (SLOWLOG)"),
        ("max_ms", "", "inside Redis (SLOWLOG)"),
        ("enter_p99_ms", "≤ 2", "inside Redis (SLOWLOG), a caller enters the line"),
        ("per_second", "≥ 2000", "by the time spent inside Redis (SLOWLOG)"),
        ("cpu_per_second", "", "by all of Redis's processor time, the whole call"),
        ("client_per_second", "", "one client on the Unix socket, replies waited for"),
    ):
        table.add_row(name, f"{figures.as_row()[name]:g}", aim, where)
    return table


if __name__ == "__main__":
    app()

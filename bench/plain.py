"""Benches that need nothing said: a module with `measure() -> dict` and `table(measured)`."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import Annotated

import typer
from rich.console import Console

#: Modules of this folder; each is the command of its name.
PLAIN = ("erlang", "estimate")


def add_plain(app: typer.Typer) -> None:
    """Give the command line one command for each."""
    for name in PLAIN:
        bench = import_module(f"bench.{name}")
        app.command(name, help=bench.__doc__)(_command(bench.measure, bench.table))


def _command(
    measure: Callable[[], dict[str, object]], table: Callable[[dict[str, object]], object]
) -> Callable[[bool], None]:
    def run(
        as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    ) -> None:
        measured = measure()
        if as_json:
            typer.echo(json.dumps(measured, ensure_ascii=False))
        else:
            Console().print(table(measured))

    return run

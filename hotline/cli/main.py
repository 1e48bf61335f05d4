"""`hotline`: the one command line.

Commands come from the packages through the entry-point group `hotline.commands`: each entry is
a typer app (a group of commands) or a plain function (one command) under its own name.
"""

import sys
from importlib.metadata import entry_points

import typer
from rich.console import Console

from hotline.errors import HotlineError
from hotline.logs import configure_logs


def build() -> typer.Typer:
    """The whole command line, from every installed package's entry points."""
    app = typer.Typer(
        name="hotline",
        help="The 12348 hotline: a call centre for public legal service, on Asterisk.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for entry in sorted(entry_points(group="hotline.commands"), key=lambda e: e.name):
        command = entry.load()
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=entry.name)
        else:
            app.command(name=entry.name)(command)
    return app


def main() -> None:
    """Run the command line; an error of ours is one line and exit code 1."""
    configure_logs()
    try:
        build()()
    except HotlineError as error:
        Console(stderr=True).print(f"hotline: {error}", markup=False, highlight=False)
        sys.exit(1)

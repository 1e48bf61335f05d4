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


def build(only: str | None = None) -> typer.Typer:
    """The command line, from every installed package's entry points.

    ``only`` names the one command that is needed, so that `hotline agi` starts without loading
    the web console.
    """
    app = typer.Typer(
        name="hotline",
        help="The 12348 hotline: a call centre for public legal service, on Asterisk.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)  # a single command keeps its name on the command line
    entries = sorted(entry_points(group="hotline.commands"), key=lambda entry: entry.name)
    for entry in [entry for entry in entries if entry.name == only] or entries:
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
        build(only=sys.argv[1] if len(sys.argv) > 1 else None)()
    except HotlineError as error:
        Console(stderr=True).print(f"hotline: {error}", markup=False, highlight=False)
        sys.exit(1)

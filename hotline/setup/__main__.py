"""`python -m hotline.setup`: set-up on its own, for `make`."""

import sys

import typer
from rich.console import Console

from hotline.errors import HotlineError
from hotline.setup.command import setup


def main() -> None:
    """Run set-up; an error of ours is told without a traceback, with exit code 1."""
    try:
        typer.run(setup)
    except HotlineError as error:
        Console(stderr=True).print(f"setup: {error}", markup=False, highlight=False)
        sys.exit(1)


if __name__ == "__main__":
    main()

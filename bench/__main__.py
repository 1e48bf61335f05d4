"""`python -m bench NAME [--json]`: measure one thing and print a table."""

import typer

from bench.plain import add_plain

app = typer.Typer(help="How fast the hotline is.", no_args_is_help=True)
add_plain(app)

if __name__ == "__main__":
    app()

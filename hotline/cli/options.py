"""Options that every command shares: which hotline is meant."""

from pathlib import Path
from typing import Annotated

import typer

from hotline.settings import Settings, load_settings

#: The site file itself. Without it and `StateOption`: HOTLINE_SITE, else ./hotline.toml.
SiteOption = Annotated[
    Path | None,
    typer.Option(
        "--site",
        metavar="FILE",
        help="The site file. Default: $HOTLINE_SITE, else hotline.toml in this folder.",
    ),
]

#: A state folder with its own site file in it, as `hotline demo --state DIR` writes one.
StateOption = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="DIR",
        help="A running copy's state folder: its site file is DIR/hotline.toml.",
    ),
]

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def settings_from(site: Path | None, state: Path | None) -> Settings:
    """The settings that ``--site FILE`` or ``--state DIR`` name; neither: the environment's.

    Raises:
        typer.BadParameter: both were given.
        SiteError: the site file is missing or wrong.
    """
    if site is not None and state is not None:
        raise typer.BadParameter("give --site or --state, not both")
    return load_settings(state / "hotline.toml" if state is not None else site)

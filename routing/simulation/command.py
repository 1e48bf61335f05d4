"""`hotline simulate`: a day before it happens."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import redis
import typer
from rich.console import Console
from sqlalchemy import make_url

from hotline.cli.options import JsonOption, SiteOption, StateOption, settings_from
from hotline.db.engine import make_engine, session_factory
from hotline.settings import Settings
from hotline.site import Site, load_site
from routing.simulation.picture import picture
from routing.simulation.private_redis import private_redis
from routing.simulation.profile import Profile, default_profile, load_profile
from routing.simulation.recorded import recorded_profile
from routing.simulation.run import Plan, simulate
from routing.simulation.summary import Summary, summarise
from routing.simulation.table import by_city, overview


class Speed(StrEnum):
    """How fast simulated time passes. There is one: nothing is gained by waiting."""

    MAX = "max"


def simulate_command(
    *,
    day: Annotated[float, typer.Option(min=1, help="Calls a day.")] = 1580,
    seats: Annotated[
        int | None, typer.Option(min=1, help="So many seats, by calls; default: the site's own.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="So many days in a row.")] = 1,
    seed: Annotated[int, typer.Option(help="The same seed brings the same callers.")] = 1,
    speed: Annotated[Speed, typer.Option(help="How fast time passes.")] = Speed.MAX,
    against: Annotated[
        Path | None, typer.Option(help="Another site file, to be set beside the first.")
    ] = None,
    profile: Annotated[
        Path | None, typer.Option(help="How callers and agents behave: see docs/simulation.md.")
    ] = None,
    recorded: Annotated[
        bool, typer.Option("--recorded", help="Take the profile from the site's own calls.")
    ] = False,
    picture_file: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE", help="Write a picture (SVG).")
    ] = None,
    as_json: JsonOption = False,
    site: SiteOption = None,
    state: StateOption = None,
) -> None:
    """Simulate days of calls with the very matching that runs in service, in a Redis of its own.

    Neither the hotline's live state nor its record is changed.
    """
    settings = settings_from(site, state)
    behaviour = load_profile(profile) if profile else default_profile()
    if recorded:
        behaviour = _recorded(settings, behaviour)
    sites = {settings.site_file.name: settings.site}
    if against:
        sites[_label(against, sites)] = load_site(against)
    with private_redis() as client:
        plans = {
            label: Plan(each, behaviour, day, days, seats, seed) for label, each in sites.items()
        }
        runs = {label: _run(plan, client) for label, plan in plans.items()}
    if picture_file:
        first = runs[settings.site_file.name]
        picture_file.write_text(picture(first, settings.site), encoding="utf-8")
    if as_json:
        found = {"seed": seed, "speed": speed, "runs": {k: r.as_json() for k, r in runs.items()}}
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _print(runs, sites)


def _label(path: Path, taken: dict[str, Site]) -> str:
    return path.name if path.name not in taken else str(path)


def _run(plan: Plan, client: redis.Redis) -> Summary:
    return summarise(simulate(plan, client))


def _print(runs: dict[str, Summary], sites: dict[str, Site]) -> None:
    console = Console()
    console.print(overview(runs))
    for label, summary in runs.items():
        console.print(f"\n{label}")
        console.print(by_city(summary, sites[label]))


def _recorded(settings: Settings, profile: Profile) -> Profile:
    """The record's own profile.

    Raises:
        typer.BadParameter: there is no record yet.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise typer.BadParameter("this site has no record yet", param_hint="--recorded")
    engine = make_engine(settings.database_url)
    try:
        with session_factory(engine, read_only=True)() as session:
            return recorded_profile(session, profile)
    finally:
        engine.dispose()

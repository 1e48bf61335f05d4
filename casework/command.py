"""`hotline people`: who may log in to the console."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from casework.passwords import make_password
from casework.people import People
from hotline.cli.options import JsonOption, SiteOption, StateOption, settings_from
from hotline.clock import system_clock
from hotline.db.engine import make_engine, migrate, session_factory
from hotline.db.models import Person, Role
from hotline.errors import HotlineError
from hotline.settings import Settings
from hotline.site_matching import BEST_LEVEL

app = typer.Typer(help="People who may log in to the console.", no_args_is_help=True)

CodeOption = Annotated[str, typer.Option("--code", help="工号: 1-16 letters or digits.")]
PasswordFileOption = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        help="Read the password from FILE's first line; - is standard input.",
    ),
]
HasOption = Annotated[
    list[str] | None,
    typer.Option("--has", metavar="SKILL:LEVEL", help="Level 1-3; repeat for each skill."),
]
AskOption = Annotated[bool, typer.Option("--ask", help="Ask for the password on the terminal.")]


@app.command()
def add(
    *,
    code: CodeOption,
    name: Annotated[str, typer.Option("--name", help="The name colleagues see.")],
    role: Annotated[Role, typer.Option("--role", help="What the person may do.")] = Role.AGENT,
    city: Annotated[str | None, typer.Option("--city", help="City code of the site file.")] = None,
    has: HasOption = None,
    password_file: PasswordFileOption = None,
    ask: AskOption = False,
    site: SiteOption = None,
    state: StateOption = None,
) -> None:
    """Add a person. Without --password-file and --ask a password is made and shown once."""
    settings = settings_from(site, state)
    _check_city(settings, city)
    levels = dict(_skill(settings, word) for word in has or ())
    password, made = _password(password_file, ask)
    people = _people(settings)
    people.create(code=code, name=name, role=role, city=city, password=password, by="cli")
    if levels:
        people.set_skills(code, levels, by="cli")
    _tell(f"{code} added", password if made else None)


@app.command()
def password(
    code: CodeOption,
    password_file: PasswordFileOption = None,
    ask: AskOption = False,
    site: SiteOption = None,
    state: StateOption = None,
) -> None:
    """Give a person a new password, unlock them, and log them out everywhere."""
    secret, made = _password(password_file, ask)
    _people(settings_from(site, state)).set_password(code, secret, by="cli")
    _tell(f"{code} has a new password", secret if made else None)


@app.command("list")
def list_people(
    as_json: JsonOption = False, site: SiteOption = None, state: StateOption = None
) -> None:
    """List everybody who may log in."""
    rows = [_row(person) for person in _people(settings_from(site, state)).all()]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table(*("code", "name", "role", "city", "active", "locked until"))
    for row in rows:
        table.add_row(*(str(value if value is not None else "") for value in row.values()))
    Console().print(table)


@app.command()
def skills(
    *,
    code: CodeOption,
    has: HasOption = None,
    none: Annotated[bool, typer.Option("--none", help="Take all skills away.")] = False,
    as_json: JsonOption = False,
    site: SiteOption = None,
    state: StateOption = None,
) -> None:
    """Show a person's skills, or set them: those named with --has and no others.

    They count from the next sign-in at a seat.
    """
    settings = settings_from(site, state)
    people = _people(settings)
    if has or none:
        people.set_skills(code, dict(_skill(settings, word) for word in has or ()), by="cli")
    levels = people.skills(people.get(code).code)
    if as_json:
        typer.echo(json.dumps(levels))
        return
    names = {skill.code: skill.name for skill in settings.site.skills}
    table = Table("skill", "name", "level")
    for skill, level in sorted(levels.items()):
        table.add_row(skill, names.get(skill, ""), str(level))
    Console().print(table)


def _skill(settings: Settings, word: str) -> tuple[str, int]:
    known = [skill.code for skill in settings.site.skills]
    skill, _, level = word.partition(":")
    if skill not in known:
        raise HotlineError(
            f"has: {skill!r} is none of {', '.join(known) or 'the site (no skills)'}"
        )
    if level not in {str(n) for n in range(1, BEST_LEVEL + 1)}:
        raise HotlineError(f"has: {word!r}: the level is 1 to {BEST_LEVEL}")
    return skill, int(level)


def _row(person: Person) -> dict[str, str | bool | None]:
    return {
        "code": person.code,
        "name": person.name,
        "role": person.role,
        "city": person.city,
        "active": person.active,
        "locked_until": person.locked_until.isoformat() if person.locked_until else None,
    }


def _people(settings: Settings) -> People:
    migrate(settings.database_url)
    return People(session_factory(make_engine(settings.database_url)), system_clock)


def _check_city(settings: Settings, city: str | None) -> None:
    known = [known.code for known in settings.site.cities]
    if city is not None and city not in known:
        raise HotlineError(f"city: {city!r} is none of {', '.join(known)}")


def _password(file: Path | None, ask: bool) -> tuple[str, bool]:
    """The password, and whether it was made up here."""
    if ask:
        return typer.prompt("Password", hide_input=True, confirmation_prompt=True), False
    if file is None:
        return make_password(), True
    text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    lines = text.splitlines()
    return (lines[0] if lines else ""), False


def _tell(what: str, made: str | None) -> None:
    typer.echo(what)
    if made is not None:
        typer.echo(f"password (shown once): {made}")

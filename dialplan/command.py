"""`hotline dialplan`: render what Asterisk reads, and say or apply what changed."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from dialplan.errors import AsteriskAwayError
from dialplan.files import Change, changes, etc_dir, make_folders, write
from dialplan.reload import RELOADS, Reloaded, reload
from dialplan.render import render
from dialplan.verify import asterisk_rx, missing_modules, missing_music
from hotline.cli.options import JsonOption, SiteOption, StateOption, settings_from
from hotline.settings import Settings
from hotline.tools import AsteriskTool, find_asterisk

app = typer.Typer(
    help="What Asterisk is told: its files, rendered from the site file.", no_args_is_help=True
)
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Write here instead of Asterisk's own folder."),
]
ReloadOption = Annotated[
    bool, typer.Option("--reload", help="Write what changed and let Asterisk read just that.")
]


@app.command("render")
def render_command(
    site: SiteOption = None, state: StateOption = None, out: OutOption = None
) -> None:
    """Write every file of Asterisk that is not as the site file says. Reloads nothing."""
    settings = settings_from(site, state)
    wanted = changes(out or etc_dir(settings), render(settings, find_asterisk()))
    if out is None:
        make_folders(settings)
    write(out or etc_dir(settings), wanted)
    _say("\n".join(f"wrote {change.name}" for change in wanted) or "nothing changed")


@app.command("check")
def check_command(
    site: SiteOption = None,
    state: StateOption = None,
    apply: ReloadOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say which files would change and how, passwords masked; exit code 1 when any would.

    With --reload the changed files are written and only the parts of a running Asterisk that
    read them are reloaded; calls go on. It says which files wait for a restart.
    """
    settings = settings_from(site, state)
    tool = find_asterisk()
    wanted = changes(etc_dir(settings), render(settings, tool))
    report: dict[str, Any] = {"changed": [_as_row(change) for change in wanted]}
    if apply:
        make_folders(settings)
        write(etc_dir(settings), wanted)
        report |= _applied(wanted, settings, tool)
    _say(json.dumps(report, ensure_ascii=False, indent=2) if as_json else _as_text(report))
    if (wanted and not apply) or report.get("missing"):
        raise typer.Exit(1)


def _as_row(change: Change) -> dict[str, str | None]:
    return {"file": change.name, "reload": RELOADS[change.name], "diff": change.diff()}


def _applied(wanted: list[Change], settings: Settings, tool: AsteriskTool) -> dict[str, Any]:
    names = [change.name for change in wanted]
    rx = asterisk_rx(tool, settings)
    try:
        done = reload(names, rx)
        missing = [*missing_modules(rx), *(f"music class {name}" for name in missing_music(rx))]
    except AsteriskAwayError:
        done, missing = Reloaded([], names), []
    return {"reloaded": done.done, "at_restart": done.at_restart, "missing": missing}


def _as_text(report: dict[str, Any]) -> str:
    lines = [row["diff"] for row in report["changed"]] or ["nothing changed"]
    lines += [f"reloaded: {name}" for name in report.get("reloaded", [])]
    lines += [f"read at Asterisk's next start: {name}" for name in report.get("at_restart", [])]
    lines += [f"MISSING in Asterisk: {name}" for name in report.get("missing", [])]
    return "\n".join(lines)


def _say(text: str) -> None:
    Console().print(text, markup=False, highlight=False, soft_wrap=True)

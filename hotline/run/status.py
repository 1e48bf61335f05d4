"""What runs now: written by the supervisor, read by `hotline status` and by tests."""

import json
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from hotline.cli.options import JsonOption, SiteOption, StateOption, settings_from
from hotline.errors import HotlineError
from hotline.run.supervisor import Kept
from hotline.settings import Settings


class NothingRunsError(HotlineError):
    """No copy runs with that site file or state folder."""


def describe(settings: Settings, kept: list[Kept], logins: list[dict[str, str]]) -> dict[str, Any]:
    """Every address, port, pid, folder and demo login of a running copy."""
    server = settings.site.server
    return {
        "site": str(settings.site_file),
        "state": str(settings.state_dir),
        "sip": f"sip:{settings.site.hotline.number}@{server.sip_bind}",
        "console": f"http://{server.console}",
        "ami": server.ami,
        "agi": list(server.agi),
        "database_url": settings.database_url,
        "redis_url": settings.redis_url,
        "logs": str(settings.log_dir),
        "recordings": str(settings.recordings_dir),
        "processes": [
            {
                "role": one.spec.role,
                "pid": one.process.pid,
                "address": one.spec.address,
                "restarts": one.restarts,
                "log": str(one.spec.log),
            }
            for one in kept
        ],
        "logins": logins,
    }


def write(settings: Settings, status: dict[str, Any]) -> None:
    """Keep the status where `read` finds it; it may hold demo passwords, so for the owner only."""
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    fresh = settings.run_dir / "status.new"
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(status, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(settings.run_dir / "status.json")


def read(settings: Settings) -> dict[str, Any]:
    """The status of the running copy.

    Raises:
        NothingRunsError: there is none.
    """
    try:
        text = (settings.run_dir / "status.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NothingRunsError(f"nothing runs in {settings.state_dir}") from None
    status: dict[str, Any] = json.loads(text)
    return status


def clear(settings: Settings) -> None:
    """Nothing runs any more."""
    (settings.run_dir / "status.json").unlink(missing_ok=True)


def status(site: SiteOption = None, state: StateOption = None, as_json: JsonOption = False) -> None:
    """Show what runs: addresses, pids by role, database, folders and, in a demo, the logins."""
    found = read(settings_from(site, state))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    console = Console()
    for key in ("console", "sip", "database_url", "redis_url", "logs", "recordings"):
        console.print(f"{key:>13}  {found[key]}", highlight=False)
    table = Table("role", "pid", "address", "restarts")
    for one in found["processes"]:
        table.add_row(one["role"], str(one["pid"]), one["address"], str(one["restarts"]))
    console.print(table)

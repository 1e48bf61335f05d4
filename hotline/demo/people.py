"""Who works in the demo: made once per copy, with passwords of their own."""

import json
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from hotline.errors import HotlineError
from hotline.settings import Settings


@dataclass(frozen=True)
class DemoPerson:
    """One login. ``seat`` is where the demo seats them by itself; empty: left to the visitor."""

    code: str
    name: str
    role: str
    city: str
    seat: str
    password: str = ""
    skills: tuple[str, ...] = ()


_CAST = (
    DemoPerson("1001", "王芳", "agent", "changchun", "", skills=("labour:3", "general:1")),
    DemoPerson(
        "1002", "李娜", "agent", "changchun", "cc02", skills=("family:3", "elderly:2", "general:1")
    ),
    DemoPerson(
        "1003", "刘洋", "agent", "changchun", "cc03", skills=("contract:2", "labour:1", "general:1")
    ),
    DemoPerson("1101", "陈静", "agent", "jilin", "jl01", skills=("labour:2", "general:2")),
    DemoPerson("1201", "杨帆", "agent", "siping", "sp01", skills=("family:2", "general:1")),
    DemoPerson("1301", "赵磊", "agent", "tonghua", "th01", skills=("contract:3", "general:1")),
    DemoPerson("1401", "孙悦", "agent", "songyuan", "sy01", skills=("elderly:3", "general:1")),
    DemoPerson(
        "1501", "金美兰", "agent", "yanbian", "yb01", skills=("korean:3", "family:2", "general:1")
    ),
    DemoPerson("9001", "周敏", "supervisor", "changchun", ""),
    DemoPerson("9002", "管理员", "admin", "changchun", ""),
)


def cast(settings: Settings) -> list[DemoPerson]:
    """Everybody of this copy, in its database, passwords known.

    Raises:
        HotlineError: a person could not be added.
    """
    kept = settings.state_dir / "demo-logins.json"
    if kept.exists():
        return [_kept(row) for row in json.loads(kept.read_text(encoding="utf-8"))]
    people = [
        DemoPerson(**{**asdict(person), "password": f"Demo-{secrets.token_hex(5)}"})
        for person in _CAST
    ]
    with ThreadPoolExecutor(max_workers=3) as adders:
        list(adders.map(lambda person: _add(settings, person), people))
    kept.touch(mode=0o600)
    kept.write_text(json.dumps([asdict(p) for p in people], ensure_ascii=False), encoding="utf-8")
    return people


def _kept(row: dict[str, Any]) -> DemoPerson:
    return DemoPerson(**{**row, "skills": tuple(row.get("skills", ()))})


def _add(settings: Settings, person: DemoPerson) -> None:
    options = [
        ("--site", str(settings.site_file)),
        ("--code", person.code),
        ("--name", person.name),
        ("--role", person.role),
        ("--city", person.city),
        ("--password-file", "-"),
        *(("--has", skill) for skill in person.skills),
    ]
    command = [sys.executable, "-m", "hotline", "people", "add"]
    done = subprocess.run(
        [*command, *(part for option in options for part in option)],
        input=person.password,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise HotlineError(f"demo person {person.code}: {done.stderr.strip()}")

"""`hotline demo`: a working hotline in the foreground, or the main job once."""

import json
import logging
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hotline.cli.options import JsonOption
from hotline.demo.copy import free_base, prepare
from hotline.demo.house import DemoHouse
from hotline.demo.once import MainJob
from hotline.demo.traffic import Traffic
from hotline.logs import configure_logs
from hotline.run.house import ended_by_signal

_STATE = Path(".state/demo")


def demo(
    *,
    state: Annotated[
        Path | None, typer.Option("--state", metavar="DIR", help="The copy's folder.")
    ] = None,
    port_base: Annotated[
        int | None,
        typer.Option(
            min=1100,
            max=60000,
            help="First of the copy's ports: SIP is +60, console +80, sound +1000.",
        ),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="One call through the main job on free ports, then end.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No simulated callers.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run a private Asterisk, Redis, everything of ours, seat phones and simulated callers.

    Needs what `make setup` fetched. Ctrl-C ends all of it. Several copies run side by side, each
    with its own --state and --port-base. --once exits 0 only if each step truly happened.
    """
    if once:
        _once(state, port_base, as_json)
    else:
        configure_logs(logging.WARNING)
        _keep_running(state or _STATE, port_base, quiet)


def _once(state: Path | None, port_base: int | None, as_json: bool) -> None:
    """The copy's folder is kept, so that its recording and logs can be looked at."""
    folder = state or Path(tempfile.mkdtemp(prefix="hotline-once-"))
    console = Console(stderr=True, highlight=False)
    with console.status("") as status:
        job = MainJob(prepare(folder, port_base or free_base()), status.update)
        done = job.run()
    if as_json:
        typer.echo(json.dumps(job.report, ensure_ascii=False))
    else:
        Console(highlight=False).print_json(data=job.report)
    raise typer.Exit(0 if done else 1)


def _keep_running(state: Path, port_base: int | None, quiet: bool) -> None:
    console = Console(highlight=False)
    house = DemoHouse(prepare(state, port_base), _steps(console))
    traffic = Traffic(house, lambda line: console.print(f"[dim]{_clock()}[/] {line}"))
    with ended_by_signal() as ended:
        try:
            house.start()
            _introduce(console, house)
            if not quiet:
                traffic.start()
            ended.wait()
            console.print("ending …")
        finally:
            traffic.close()
            house.close()


def _steps(console: Console) -> Callable[[str], None]:
    """Tell each step as it begins, with the seconds since the first."""
    began = time.monotonic()
    return lambda step: console.print(f"[dim]{time.monotonic() - began:5.1f} s[/]  {step}")


def _introduce(console: Console, house: DemoHouse) -> None:
    site = house.settings.site
    console.print(f"\n[bold]控制台 Console[/]  {house.console}")
    console.print(f"[bold]拨打 Dial[/]        sip:{site.hotline.number}@{site.server.sip_bind}")
    console.print("[bold]登录 Log in[/]")
    for person in house.people:
        where = f"坐席 {person.seat}，由演示程序代为接听" if person.seat else "可登录使用"
        console.print(f"   {person.code}  {person.password}  {person.name}  {person.role}  {where}")
    console.print(f"\n[dim]Ctrl-C ends it. hotline status --state {house.settings.state_dir}[/]\n")


def _clock() -> str:
    return time.strftime("%H:%M:%S")

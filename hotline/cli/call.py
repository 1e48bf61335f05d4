"""`hotline call`: one real SIP call into a running copy."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hotline.addresses import split_address
from hotline.cli.options import JsonOption, SiteOption, StateOption, settings_from
from hotline.phones.caller import CallPlan, CallReport, place_call


def call(
    *,
    from_number: Annotated[
        str, typer.Option("--from", metavar="NUMBER", help="The caller's number.")
    ],
    name: Annotated[str, typer.Option(help="The caller's display name.")] = "",
    digits: Annotated[str, typer.Option(help="Keys pressed once the line answered.")] = "",
    say: Annotated[
        Path | None,
        typer.Option(metavar="FILE.wav", exists=True, help="What the caller says; else a hum."),
    ] = None,
    hang_up_after: Annotated[
        float | None,
        typer.Option(metavar="S", help="Seconds from the answer; else the line ends the call."),
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep here what the caller heard.")
    ] = None,
    as_json: JsonOption = False,
    site: SiteOption = None,
    state: StateOption = None,
) -> None:
    """Place one real SIP call into a running copy and tell how it went.

    The line answers with its greeting at once; whether a person answered is in the call record
    (`hotline calls list`).
    """
    settings = settings_from(site, state)
    host, port = split_address(settings.site.server.sip_bind)
    plan = CallPlan(
        from_number=from_number,
        server="127.0.0.1" if host in {"", "0.0.0.0"} else host,  # noqa: S104 - compared
        port=port,
        name=name,
        to=settings.site.hotline.number,
        digits=digits,
        say=say,
        hang_up_after=hang_up_after,
    )
    report = place_call(plan, keep)
    if as_json:
        typer.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        _tell(report)
    if not report.answered:
        raise typer.Exit(1)


def _tell(report: CallReport) -> None:
    console = Console(highlight=False)
    if not report.answered:
        console.print(f"not answered: {report.reason}")
        return
    console.print(
        f"answered after {report.ms_to_answer} ms, {report.seconds:.1f} s long, "
        f"ended by the {report.ended_by}"
    )
    console.print(f"heard {report.heard_seconds:.1f} s, loudness {report.heard_rms:.0f}")
    if report.heard_file:
        console.print(report.heard_file)

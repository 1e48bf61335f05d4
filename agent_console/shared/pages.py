"""Pages: Jinja2 with every feature's templates, one environment a language."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from agent_console.services import services
from agent_console.shared import words
from agent_console.shared.i18n import LANGUAGES, language_of, translations
from agent_console.shared.session import COOKIE
from casework import vocabulary
from casework.callback_machine import CallbackReason, CallbackState
from casework.ticket_machine import TicketMove, TicketState
from hotline.calls.machine import LegResult, Outcome, Stage
from hotline.clock import CHINA, as_datetime
from hotline.db.models import Role
from routing.agent_machine import AgentState

PACKAGE = Path(__file__).parents[1]
FEATURES = ("shared", "login", "seat", "calls", "tickets", "callbacks", "live")


def is_htmx(request: Request) -> bool:
    """Whether htmx asks, which wants a part of a page."""
    return request.headers.get("HX-Request") == "true"


def to_notice(request: Request) -> dict[str, str]:
    """Headers that put the answer into the page's notice.

    A form that names the notice as its target gets none: htmx has found the target before it
    asked, and could not find it again once the live stream has replaced the form meanwhile.
    """
    if request.headers.get("HX-Target") == "notice":
        return {}
    return {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"}


def acted(request: Request) -> Response:
    """The answer to an act: htmx is told nothing, the stream brings what has changed."""
    if is_htmx(request):
        return Response(status_code=204)
    return RedirectResponse("/", status_code=303)


@cache
def environment(language: str) -> Environment:
    """Templates in ``language``: ``feature/name.html`` is in that feature's folder."""
    loaders = {name: FileSystemLoader(PACKAGE / name / "templates") for name in FEATURES}
    made = Environment(
        loader=PrefixLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue = translations(language)
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "language": language,
        "languages": LANGUAGES,
        "vocabulary": vocabulary,
        "AgentState": AgentState,
        "TicketState": TicketState,
        "CallbackState": CallbackState,
        "Role": Role,
        "ratings": words.RATINGS,
    }
    made.filters |= {
        "instant": _instant,
        "day": lambda moment: _local(moment).strftime("%Y-%m-%d") if moment else "",
        "minutes": _minutes,
        "choice": lambda code, choices: vocabulary.label(choices, code, language),
        **{
            name: lambda value, kind=kind: catalogue.ugettext(words.word(kind, value))
            for name, kind in _KINDS.items()
        },
        "move_word": lambda value: catalogue.ugettext(
            words.CREATED if value == "create" else words.word(TicketMove, value)
        ),
    }
    return made


_KINDS = {
    "agent_word": AgentState,
    "role_word": Role,
    "stage_word": Stage,
    "outcome_word": Outcome,
    "leg_word": LegResult,
    "ticket_word": TicketState,
    "callback_word": CallbackState,
    "callback_reason_word": CallbackReason,
}


def render(language: str, template: str, shown: dict[str, Any]) -> str:
    """A template as text."""
    return environment(language).get_template(template).render(shown)


def page(
    request: Request,
    template: str,
    shown: dict[str, Any] | None = None,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HTMLResponse:
    """A page or a part of one, with what every template may use."""
    text = render(language_of(request), template, {**_common(request), **(shown or {})})
    return HTMLResponse(text, status_code=status, headers=headers)


def _common(request: Request) -> dict[str, Any]:
    ours = services(request)
    session = getattr(request.state, "session_cookie", None) or ours.session_key.open(
        request.cookies.get(COOKIE)
    )
    return {
        "site": ours.settings.site,
        "city_name": ours.city_name,
        "now": ours.clock(),
        "path": request.url.path,
        "person": getattr(request.state, "person", None),
        "csrf": ours.session_key.csrf(session) if session else "",
    }


def _local(moment: datetime | float) -> datetime:
    at = moment if isinstance(moment, datetime) else as_datetime(moment)
    return at.astimezone(CHINA)


def _instant(moment: datetime | float | None) -> str:
    """Local date and time to the second."""
    return _local(moment).strftime("%Y-%m-%d %H:%M:%S") if moment is not None else ""


def _minutes(seconds: float | None) -> str:
    """A duration as m:ss."""
    if seconds is None:
        return ""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"

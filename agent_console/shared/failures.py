"""From errors to answers: one table, one JSON shape, one page.

``{"error": {"id": ..., "message": ..., "details": {...}}}``: the id is stable, the message is in
the person's language.
"""

from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from agent_console import errors as console
from agent_console.shared.i18n import N_, language_of, translations
from agent_console.shared.pages import is_htmx, page, to_notice
from casework import errors as casework
from hotline.errors import AmiError, HotlineError, IllegalTransitionError, JournalError
from routing.errors import LiveStateAwayError, NoTrunkError, SeatTakenError

log = structlog.get_logger()


@dataclass(frozen=True)
class Answer:
    """How an error is told."""

    status: int
    id: str
    message: str


ANSWERS: dict[type[Exception], Answer] = {
    console.NotLoggedInError: Answer(401, "not_logged_in", N_("Please log in.")),
    console.CsrfError: Answer(
        403, "csrf", N_("This page is too old. Load it again and repeat what you did.")
    ),
    console.ForbiddenError: Answer(403, "forbidden", N_("You may not do that.")),
    console.NotFoundError: Answer(404, "not_found", N_("There is nothing here.")),
    console.NoCallError: Answer(409, "no_call", N_("There is no caller on your line.")),
    console.ChannelMissingError: Answer(
        503, "channel_missing", N_("Your phone has no call that could be hung up.")
    ),
    casework.LoginRefusedError: Answer(
        401,
        "login_refused",
        N_("Code or password is wrong, or locked for 15 minutes after five failures."),
    ),
    casework.TicketMissingError: Answer(404, "ticket_missing", N_("There is no such ticket.")),
    casework.TicketStaleError: Answer(
        409, "ticket_stale", N_("Somebody changed this ticket meanwhile. Compare, then save again.")
    ),
    casework.TicketFieldError: Answer(
        422, "ticket_field", N_("A field is missing or does not fit.")
    ),
    casework.ReasonMissingError: Answer(422, "reason_missing", N_("Please give a reason.")),
    casework.CallbackMissingError: Answer(
        404, "callback_missing", N_("There is no such call-back.")
    ),
    casework.CallbackTakenError: Answer(
        409, "callback_taken", N_("Somebody else has this call-back now.")
    ),
    IllegalTransitionError: Answer(
        409, "illegal_transition", N_("That is not possible in the present state.")
    ),
    SeatTakenError: Answer(409, "seat_taken", N_("Somebody else is signed in at this seat.")),
    NoTrunkError: Answer(
        409, "no_trunk", N_("No line goes out: the site file names no trunk to dial on.")
    ),
    LiveStateAwayError: Answer(
        503,
        "live_state_away",
        N_("The live state is away. Calls go on; your phone rings as usual. Try again shortly."),
    ),
    OperationalError: Answer(
        503, "record_away", N_("The record is away. Keep this page open and try again shortly.")
    ),
    AmiError: Answer(
        503, "exchange_away", N_("The exchange does not answer. Please hang up on your phone.")
    ),
    JournalError: Answer(
        503, "journal", N_("This could not be written down. Please try again shortly.")
    ),
    RequestValidationError: Answer(422, "invalid", N_("A field is missing or does not fit.")),
    ValidationError: Answer(422, "invalid", N_("A field is missing or does not fit.")),
}

#: By status, for what the framework itself refuses.
PLAIN = {
    404: Answer(404, "not_found", N_("There is nothing here.")),
    405: Answer(405, "method_not_allowed", N_("That is not possible here.")),
    416: Answer(416, "range", N_("That part of the recording does not exist.")),
}


def install(app: FastAPI) -> None:
    """Answer every error of the table in the one shape."""
    for kind in (*ANSWERS, HTTPException, Exception):
        app.add_exception_handler(kind, answer_error)


def answer_for(error: Exception) -> Answer:
    """How ``error`` is told, along its class tree."""
    for kind in type(error).__mro__:
        if kind in ANSWERS:
            return ANSWERS[kind]
    status = error.status_code if isinstance(error, HTTPException) else 500
    return PLAIN.get(status, Answer(status, f"http_{status}", N_("That did not work.")))


def answer_error(request: Request, error: Exception) -> Response:
    """The answer: JSON for programs, a note for htmx, a page for a person."""
    answer = answer_for(error)
    if answer.status >= 500:
        log.warning("request failed", error=type(error).__name__, reason=_reason(error))
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    message = translations(language_of(request)).ugettext(answer.message)
    if request.url.path.startswith("/api/"):
        return _json(answer, message, error, headers)
    if answer.id == "not_logged_in":
        return _to_login(request)
    if is_htmx(request):
        headers |= to_notice(request)
        template = "shared/notice.html"
    else:
        template = "shared/error.html"
    shown = {"message": message, "answer": answer}
    return page(request, template, shown, status=answer.status, headers=headers)


def _json(answer: Answer, message: str, error: Exception, headers: dict[str, str]) -> JSONResponse:
    told = {"id": answer.id, "message": message, "details": _details(error)}
    return JSONResponse({"error": told}, answer.status, headers)


def _to_login(request: Request) -> Response:
    if is_htmx(request):
        return Response(status_code=401, headers={"HX-Redirect": "/login"})
    return RedirectResponse("/login", status_code=303)


def _details(error: Exception) -> dict[str, Any]:
    if isinstance(error, casework.TicketStaleError):
        return {"version": error.current.version, "state": error.current.state}
    if isinstance(error, casework.TicketFieldError):
        return {"field": error.field}
    if isinstance(error, RequestValidationError | ValidationError):
        rows = error.errors()
        return {"fields": [".".join(str(part) for part in row["loc"]) for row in rows]}
    return {}


def _reason(error: Exception) -> str:
    """What may be logged: statements of SQL carry people's data in their parameters."""
    return str(error) if isinstance(error, HotlineError) else ""

"""/api/v1: calls, for programs."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse

from agent_console.calls import acts, records
from agent_console.calls.schemas import CallDetailOut, CallOut, HangUpOut
from agent_console.services import ServicesDep
from agent_console.shared.access import PersonDep
from hotline.calls.machine import Outcome

router = APIRouter(prefix="/api/v1/calls", tags=["calls"])


@router.post("/current/rate")
def rate(services: ServicesDep, person: PersonDep) -> HangUpOut:
    """转评价: the seat hangs up, the caller is asked for a rating."""
    return HangUpOut(call_id=acts.hand_over_to_rating(services, person).call_id)


@router.post("/current/hang-up")
def hang_up(services: ServicesDep, person: PersonDep) -> HangUpOut:
    """Hang up this agent's seat."""
    return HangUpOut(call_id=acts.hang_up(services, person).call_id)


@router.get("")
def search(
    *,
    services: ServicesDep,
    person: PersonDep,
    first_day: date | None = None,
    last_day: date | None = None,
    number: Annotated[str | None, Query(max_length=32)] = None,
    outcome: Outcome | None = None,
    agent: Annotated[str | None, Query(max_length=16)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[CallOut]:
    """Calls this person may see, newest first. Days are local, both count."""
    wanted = records.CallSearch(first_day, last_day, number, outcome, agent, limit)
    found = records.listed(services, person, wanted)
    return [CallOut.model_validate(call) for call in found]


@router.get("/{call_id}")
def show(call_id: str, services: ServicesDep, person: PersonDep) -> CallDetailOut:
    """One call with its legs, recordings and facts."""
    return CallDetailOut.of(records.opened(services, person, call_id))


@router.get("/{call_id}/recording", response_class=FileResponse)
def recording(
    call_id: str,
    request: Request,
    services: ServicesDep,
    person: PersonDep,
    track: Literal["mixed", "caller", "line"] = "mixed",
) -> FileResponse:
    """A recording; parts of it by HTTP range. Each time is kept in the audit."""
    part = request.headers.get("range", "")[:64]
    path = records.recording_file(services, person, call_id, track, part)
    return FileResponse(path, media_type="audio/wav")

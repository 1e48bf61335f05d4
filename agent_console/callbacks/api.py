"""/api/v1: call-backs, for programs."""

from fastapi import APIRouter

from agent_console.callbacks import acts
from agent_console.callbacks.schemas import (
    CallbackDetailOut,
    CallbackOut,
    CallbackTryOut,
    GiveUpIn,
)
from agent_console.services import ServicesDep
from agent_console.shared.access import PersonDep

router = APIRouter(prefix="/api/v1/callbacks", tags=["callbacks"])


@router.get("")
def search(services: ServicesDep, person: PersonDep, finished: bool = False) -> list[CallbackOut]:
    """Call-backs this person may work on, the longest owed first; or those that are over."""
    found = acts.listed(services, person, finished=finished)
    return [CallbackOut.model_validate(row) for row in found]


@router.get("/{callback_id}")
def show(callback_id: int, services: ServicesDep, person: PersonDep) -> CallbackDetailOut:
    """One call-back with its tries."""
    row = CallbackOut.model_validate(acts.opened(services, person, callback_id))
    tries = services.callbacks.tries(callback_id)
    calls = [CallbackTryOut.model_validate(tried) for tried in tries]
    return CallbackDetailOut(**row.model_dump(), calls=calls)


@router.post("/{callback_id}/claim")
def claim(callback_id: int, services: ServicesDep, person: PersonDep) -> CallbackOut:
    """Take it on; 409 when somebody else has."""
    return CallbackOut.model_validate(acts.claim(services, person, callback_id))


@router.post("/{callback_id}/release")
def release(callback_id: int, services: ServicesDep, person: PersonDep) -> CallbackOut:
    """Let it go."""
    return CallbackOut.model_validate(acts.release(services, person, callback_id))


@router.post("/{callback_id}/dial")
def dial(callback_id: int, services: ServicesDep, person: PersonDep) -> CallbackOut:
    """Claim and call now: this agent's phone rings first; 409 when the agent is not ready."""
    return CallbackOut.model_validate(acts.dial(services, person, callback_id))


@router.post("/{callback_id}/give-up")
def give_up(
    callback_id: int, body: GiveUpIn, services: ServicesDep, person: PersonDep
) -> CallbackOut:
    """Try no more, for a reason."""
    return CallbackOut.model_validate(acts.give_up(services, person, callback_id, body.why))

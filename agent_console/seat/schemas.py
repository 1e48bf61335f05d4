"""Live state as programs read it. Instants are epoch seconds."""

from pydantic import BaseModel, ConfigDict

from agent_console.seat.desk import Desk
from agent_console.services import Services
from hotline.calls.machine import Stage
from hotline.db.models import Person
from routing.agent_machine import AgentState
from routing.offers import LiveCall
from routing.seat_machine import SeatState


class SeatIn(BaseModel):
    """Which seat to take."""

    model_config = ConfigDict(extra="forbid")
    seat: str


class PauseIn(BaseModel):
    """Why: a code of the pause reasons (rest, meal, meeting, training, paperwork, other)."""

    model_config = ConfigDict(extra="forbid")
    reason: str


class PersonOut(BaseModel):
    """Who is logged in."""

    code: str
    name: str
    role: str
    city: str | None


class AgentOut(BaseModel):
    """What the person does as an agent."""

    state: AgentState
    since: float | None
    seat: str
    seat_state: SeatState | None
    call_id: str | None
    pause_reason: str
    wrap_up_until: float | None


class LiveCallOut(BaseModel):
    """The caller on the line."""

    call_id: str
    number: str
    name: str
    city: str | None
    city_name: str
    stage: Stage
    entered_at: float
    answered_at: float | None


class MeOut(BaseModel):
    """Everything an agent's program needs to know at once."""

    now: float
    person: PersonOut
    agent: AgentOut
    call: LiveCallOut | None
    waiting: int
    csrf: str


def me_out(services: Services, person: Person, desk: Desk, csrf: str) -> MeOut:
    """A desk as JSON."""
    agent = desk.agent
    return MeOut(
        now=services.clock(),
        person=PersonOut(code=person.code, name=person.name, role=person.role, city=person.city),
        agent=AgentOut(
            state=agent.state,
            since=agent.since,
            seat=agent.seat,
            seat_state=desk.seat.state if desk.seat else None,
            call_id=agent.call_id,
            pause_reason=agent.pause_reason,
            wrap_up_until=agent.wrap_up_until,
        ),
        call=live_call_out(services, desk.call) if desk.call else None,
        waiting=desk.waiting,
        csrf=csrf,
    )


def live_call_out(services: Services, call: LiveCall) -> LiveCallOut:
    """A live call as JSON."""
    return LiveCallOut(
        call_id=call.call_id,
        number=call.number,
        name=call.name,
        city=call.city,
        city_name=services.city_name(call.city),
        stage=call.stage,
        entered_at=call.entered_at,
        answered_at=call.answered_at,
    )

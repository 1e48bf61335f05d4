"""What an agent's screen shows of the live state, read in one go."""

from dataclasses import dataclass

from agent_console.errors import NoCallError
from agent_console.services import Services
from hotline.calls.machine import Stage
from hotline.db.models import Person
from routing.agents import AgentView
from routing.offers import LiveCall
from routing.seats import SeatView


@dataclass(frozen=True)
class Desk:
    """One agent, their seat, and the call that is theirs now (also while they wrap up)."""

    agent: AgentView
    seat: SeatView | None
    call: LiveCall | None
    waiting: int

    @property
    def is_talking(self) -> bool:
        """Whether the caller and this agent hear each other."""
        return self.call is not None and self.call.stage is Stage.TALKING


def read_desk(services: Services, code: str) -> Desk:
    """The desk of an agent. Raises LiveStateAwayError when Redis is away."""
    agent = services.agents.get(code)
    call = services.line.live_call(agent.call_id) if agent.call_id else None
    seat = services.seats.views([agent.seat])[0] if agent.seat else None
    return Desk(agent, seat, call, services.line.waiting_count())


def talk_of(services: Services, person: Person) -> LiveCall:
    """The call in which this person talks now.

    Raises:
        NoCallError: they do not talk with anybody.
        LiveStateAwayError: Redis is away.
    """
    desk = read_desk(services, person.code)
    call = desk.call
    if call is None or not desk.is_talking or not call.offer or call.offer.agent != person.code:
        raise NoCallError("not talking")
    return call


def number_on_line(services: Services, person: Person) -> str | None:
    """The number of the caller on this person's line or just before; None: nobody, or unknown."""
    call = read_desk(services, person.code).call
    return call.number or None if call else None

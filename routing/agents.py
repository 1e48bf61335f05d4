"""Agents at work: who is signed in where and what they are doing. Every change is one move.

Every method raises LiveStateAwayError when Redis is away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import redis

from hotline import redis_keys
from hotline.calls.machine import LegResult
from hotline.clock import Clock
from hotline.site import Limits
from routing.agent_machine import AgentState
from routing.asks import skills_from, skills_text
from routing.moves import Moves
from routing.offers import instant
from routing.reads import read_hashes, read_members


@dataclass(frozen=True)
class AgentView:
    """An agent as screens show them. Instants are epoch seconds."""

    code: str
    state: AgentState
    name: str = ""
    city: str = ""
    seat: str = ""
    since: float | None = None
    """When the state began."""
    idle_since: float | None = None
    """What the longest-idle rule goes by; meaningful while ready or offered."""
    call_id: str | None = None
    """The call offered, talked with or wrapped up."""
    leg: str | None = None
    pause_reason: str = ""
    failure: LegResult | None = None
    """Why the agent was set aside, while not answering."""
    wrap_up_until: float | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    """Level by skill, as told at sign-in."""


class Agents:
    """All agents of the province."""

    def __init__(self, client: redis.Redis, clock: Clock, limits: Limits) -> None:
        self._redis = client
        self._moves = Moves(client, clock, limits)

    def sign_in(
        self, code: str, name: str, city: str, seat: str, skills: Mapping[str, int] | None = None
    ) -> None:
        """Take a seat, paused until `ready`.

        ``skills``: level (1-3) by skill. Signing in again at the same seat changes but these.

        Raises:
            SeatTakenError: another agent is signed in at the seat.
            IllegalTransitionError: a call holds the agent at another seat.
        """
        known = skills_text(skills or {})
        self._moves.run("sign_in", code=code, name=name, city=city, seat=seat, skills=known)

    def sign_out(self, code: str) -> None:
        """Leave the seat; of an agent who is not signed in it changes nothing.

        Raises:
            IllegalTransitionError: a call holds the agent.
        """
        self._moves.run("sign_out", code=code)

    def ready(self, code: str) -> None:
        """Take calls from now on; ends a pause, a wrap-up or not answering.

        Raises:
            IllegalTransitionError: a call holds the agent, or they are not signed in.
        """
        self._moves.run("ready", code=code)

    def pause(self, code: str, reason: str) -> None:
        """Take no calls, for a reason.

        Raises:
            IllegalTransitionError: a call holds the agent, or they are not signed in.
        """
        self._moves.run("pause", code=code, reason=reason)

    def end_wrap_up(self, code: str) -> None:
        """The agent is done with the last call before the time is up.

        Raises:
            IllegalTransitionError: there is no wrap-up to end.
        """
        self._moves.run("end_wrap_up", code=code)

    def get(self, code: str) -> AgentView:
        """One agent; offline when not signed in."""
        [row] = read_hashes(self._redis, [redis_keys.AGENT.format(code=code)])
        return _view(row) if row else AgentView(code, AgentState.OFFLINE)

    def all(self) -> list[AgentView]:
        """All signed-in agents, by code."""
        codes = read_members(self._redis, redis_keys.AGENTS)
        rows = read_hashes(self._redis, [redis_keys.AGENT.format(code=code) for code in codes])
        return [_view(row) for row in rows if row]


def _view(row: Mapping[str, str]) -> AgentView:
    state = AgentState(row["state"])
    failed = state is AgentState.NOT_ANSWERING
    wraps_up = state is AgentState.WRAP_UP
    return AgentView(
        code=row["code"],
        state=state,
        name=row["name"],
        city=row["city"],
        seat=row["seat"],
        since=instant(row.get("since")),
        idle_since=instant(row.get("idle_since")),
        call_id=row.get("call_id") or None,
        leg=row.get("leg") or None,
        pause_reason=row.get("pause_reason", ""),
        failure=LegResult(row["failure"]) if failed else None,
        wrap_up_until=instant(row.get("wrap_up_until")) if wraps_up else None,
        skills=skills_from(row["skills"]),
    )

"""How long a waiting caller still has to wait: from who is ahead and what each agent is doing.

The line is followed into the future step by step as a fluid. How likely an agent is free by then
comes from how long they have talked already and how long recent talks lasted (lognormal: a long
talk is likely to last longer); agents who took somebody meanwhile become free again as the
renewal function of those talks says; callers ahead give up at the rate seen lately. The caller's
turn comes when those still ahead, and the caller, have been served.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, pstdev

import redis

from hotline import redis_keys
from hotline.clock import Clock
from hotline.site import Limits
from routing.agent_machine import AgentState
from routing.agents import Agents, AgentView
from routing.reads import rank_of

#: Seconds of one step into the future; between two steps the line is taken as straight.
_STEP = 5.0
#: Nobody is told more than this, in seconds.
LONGEST = 3600.0
_STEPS = int(LONGEST / _STEP) + 1
#: Fewer recent talks than this are not believed over what was known before.
_ENOUGH_TALKS = 20
#: Until then: the mean and spread (standard deviation / mean) of talks at a legal hotline.
_USUAL_TALK, _USUAL_SPREAD = 465.0, 0.8
#: Whose turn it is counts fully: with 1 the estimate is right on average, with 2/3 (the median of
#: a sum of exponential times) it is too short as often as too long.
_OWN_TURN = 1.0
#: Beyond that share of talks nothing is known of what is left.
_SURELY_OVER = 1 - 1e-9


@dataclass(frozen=True)
class Talks:
    """How long talks last, as a lognormal distribution of seconds."""

    log_mean: float
    log_deviation: float

    @classmethod
    def of(cls, recent: Sequence[float]) -> "Talks":
        """Fitted to recent talks, in seconds; the usual ones while there are too few."""
        logs = [math.log(seconds) for seconds in recent if seconds > 0]
        if len(logs) < _ENOUGH_TALKS:
            variance = math.log1p(_USUAL_SPREAD**2)
            return cls(math.log(_USUAL_TALK) - variance / 2, math.sqrt(variance))
        return cls(fmean(logs), max(pstdev(logs), 0.05))

    @property
    def mean(self) -> float:
        """Seconds."""
        return math.exp(self.log_mean + self.log_deviation**2 / 2)

    def over_by(self, seconds: float) -> float:
        """The share of talks not longer than that."""
        if seconds <= 0:
            return 0.0
        z = (math.log(seconds) - self.log_mean) / self.log_deviation
        return math.erfc(-z / math.sqrt(2)) / 2


@dataclass(frozen=True)
class Conditions:
    """What recent calls tell. Times in seconds."""

    talks: Talks
    wrap_up: float
    pickup: float = 4.0
    """From an offer to the answer."""
    gives_up_per_second: float = 0.0
    """Callers who gave up / all the seconds waited."""

    def renewed(self, step: int) -> float:
        """How often an agent who takes a call now becomes free in that step.

        The renewal equation u = f + f * u, solved as far as it was asked for.
        """
        while len(self._renewed) <= step:
            n = len(self._renewed)
            self._ends.append(self._over(n) - self._over(n - 1))
            again = sum(self._ends[k] * self._renewed[n - k] for k in range(1, n))
            self._renewed.append(self._ends[n] + again)
        return self._renewed[step]

    def _over(self, step: int) -> float:
        return self.talks.over_by(step * _STEP - self.wrap_up - self.pickup)

    @cached_property
    def _ends(self) -> list[float]:
        return [0.0]

    @cached_property
    def _renewed(self) -> list[float]:
        return [0.0]


@dataclass(frozen=True)
class AgentAhead:
    """One agent at work, as the estimate sees them. Times in seconds from now.

    ``talked`` is how long the talk lasts already (0: the seat still rings); None: no talk, and free
    in ``free_in``. Before ``takes_from`` the agent takes only callers ahead.
    """

    takes_from: float = 0.0
    talked: float | None = None
    free_in: float = 0.0

    def free_by(self, seconds: float, conditions: Conditions) -> float:
        """How likely the agent is free by then."""
        if self.talked is None:
            return 1.0 if seconds >= self.free_in else 0.0
        until = seconds - conditions.wrap_up
        over = conditions.talks.over_by(self.talked)
        if until <= 0:
            return 0.0
        if over > _SURELY_OVER:
            return 1.0
        return (conditions.talks.over_by(self.talked + until) - over) / (1 - over)

    def is_due_in(self, step: int) -> bool:
        """Whether the agent may take the caller, and is free at a known time within that step."""
        began, ends = (step - 1) * _STEP, step * _STEP
        in_step = began < self.free_in <= ends or (step == 1 and self.free_in <= 0)
        return self.talked is None and in_step and self.takes_from <= ends


@dataclass(frozen=True)
class Outlook:
    """What a waiting caller has before them: callers ahead, and all agents at work."""

    ahead: int
    agents: Sequence[AgentAhead]


def remaining_wait(outlook: Outlook, conditions: Conditions) -> float:
    """Seconds until an agent is found for the caller, at most LONGEST."""
    left = outlook.ahead + _OWN_TURN
    flow = _Flow(outlook.agents, conditions)
    for step in range(1, _STEPS):
        own, others = flow.taken(step)
        ahead = max(left - _OWN_TURN, 0.0)
        gave_up = ahead * conditions.gives_up_per_second * _STEP
        gone = own + min(others + gave_up, ahead)
        if gone >= left:
            known = [agent.free_in for agent in outlook.agents if agent.is_due_in(step)]
            return _moment(step, left, gone, sorted(known))
        left -= gone
    return LONGEST


def _moment(step: int, left: float, gone: float, known: Sequence[float]) -> float:
    """When in a step the turn comes: most calls are taken at an even pace, some at known times."""
    began = (step - 1) * _STEP
    pace = (gone - len(known)) / _STEP
    for taken, instant in enumerate(known):
        even = pace * (instant - began)
        if even + taken >= left:
            return began + (left - taken) / pace
        if even + taken + 1 >= left:
            return instant
    return min(began + (left - len(known)) / pace, step * _STEP) if pace > 0 else step * _STEP


def rule_of_thumb(waiting: int, handling: float, agents: int) -> float:
    """What most call centres announce: callers waiting x mean handling / agents, in seconds."""
    return min(waiting * handling / agents, LONGEST) if agents else LONGEST


class _Flow:
    """How many calls the agents take in each step, asked for one after the other."""

    def __init__(self, agents: Sequence[AgentAhead], conditions: Conditions) -> None:
        self._agents = agents
        self._conditions = conditions
        self._free = [0.0] * len(agents)
        self._freed = [0.0]

    def taken(self, step: int) -> tuple[float, float]:
        """By agents who may take the caller by then, and by those who may not yet."""
        seconds = step * _STEP
        own = others = 0.0
        for n, agent in enumerate(self._agents):
            free = agent.free_by(seconds, self._conditions)
            new, self._free[n] = free - self._free[n], free
            if seconds >= agent.takes_from:
                own += new
            else:
                others += new
        renewed = self._conditions.renewed
        again = sum(freed * renewed(step - n) for n, freed in enumerate(self._freed))
        self._freed.append(own + others)
        return own + again, others


@dataclass(frozen=True)
class Estimate:
    """What a caller is told: how many are ahead, and the remaining wait in seconds."""

    ahead: int
    seconds: float


class Estimator:
    """Estimates from the live state: two reads, nothing is changed."""

    def __init__(self, client: redis.Redis, agents: Agents, limits: Limits, clock: Clock) -> None:
        self._redis = client
        self._agents = agents
        self._limits = limits
        self._clock = clock

    def outlook(self, call_id: str, city: str | None, entered_at: float) -> Outlook | None:
        """Who is before a caller; None when the call does not wait (any more).

        Raises:
            LiveStateAwayError: Redis is away.
        """
        ahead = rank_of(self._redis, redis_keys.WAITING, call_id)
        if ahead is None:
            return None
        now = self._clock()
        widens_in = max(entered_at + self._limits.own_city_seconds - now, 0.0) if city else 0.0
        views = self._agents.all()
        seen = [_seen(view, now, 0.0 if view.city == city else widens_in) for view in views]
        return Outlook(ahead, [agent for agent in seen if agent is not None])

    def estimate(
        self, call_id: str, city: str | None, entered_at: float, conditions: Conditions
    ) -> Estimate | None:
        """The remaining wait of a caller; None when the call does not wait (any more).

        Raises:
            LiveStateAwayError: Redis is away.
        """
        outlook = self.outlook(call_id, city, entered_at)
        if outlook is None:
            return None
        return Estimate(outlook.ahead, remaining_wait(outlook, conditions))


def _seen(view: AgentView, now: float, takes_from: float) -> AgentAhead | None:
    """An agent as the estimate sees them; None: not at work."""
    since = now if view.since is None else view.since
    if view.state is AgentState.TALKING:
        return AgentAhead(takes_from, talked=now - since)
    if view.state is AgentState.OFFERED:
        return AgentAhead(takes_from, talked=0.0)
    if view.state is AgentState.WRAP_UP:
        return AgentAhead(takes_from, free_in=max((view.wrap_up_until or now) - now, 0.0))
    if view.state is AgentState.READY:
        # Ready and yet not offered: this caller comes to them when the circle widens.
        return AgentAhead(takes_from, free_in=takes_from)
    return None

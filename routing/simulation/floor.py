"""The agents of a simulated day: who comes, when they pause, how long they were busy."""

import math
from dataclasses import dataclass
from enum import Enum, auto

from hotline.site import Seat
from routing.agent_machine import AgentState
from routing.simulation.draws import Draws
from routing.simulation.profile import HOURS, Profile
from routing.simulation.world import Life, World

HOUR = 3600.0
_HELD = frozenset({AgentState.OFFERED, AgentState.TALKING})
_AT_WORK = frozenset({AgentState.READY, AgentState.WRAP_UP})


class Wish(Enum):
    """What an agent is meant to do once no call holds them."""

    HOME = auto()
    WORK = auto()
    PAUSE = auto()


@dataclass
class Worker:
    """One agent at one seat, and their seconds at work and busy so far."""

    code: str
    seat: str
    city: str
    wish: Wish = Wish.HOME
    present: bool = True
    works_since: float | None = None
    staffed_seconds: float = 0.0
    busy_seconds: float = 0.0


class Floor:
    """All agents, one for each seat."""

    def __init__(self, world: World, seats: list[Seat], profile: Profile, draws: Draws) -> None:
        self._world = world
        self._profile = profile
        self._draws = draws
        self.workers = [
            Worker(str(1000 + n), seat.name, seat.city) for n, seat in enumerate(seats, 1)
        ]
        self._by_code = {worker.code: worker for worker in self.workers}

    def start(self, days: int) -> None:
        """Begin the first day."""
        self._world.start(self._keep_shifts(days))
        if self._profile.pauses_per_hour:
            for worker in self.workers:
                self._world.start(self._take_pauses(worker, days))

    def released(self, code: str, busy_seconds: float, *, wraps_up: bool) -> None:
        """A call has let go of an agent after so many seconds, a wrap-up to come not counted."""
        worker = self._by_code[code]
        worker.busy_seconds += busy_seconds
        if worker.wish is not Wish.WORK:
            self._settle(worker)
        elif wraps_up:
            worker.busy_seconds += self._world.limits.wrap_up_seconds

    def did_not_answer(self, code: str, busy_seconds: float) -> None:
        """An agent was set aside, and comes back by hand after a while."""
        worker = self._by_code[code]
        worker.busy_seconds += busy_seconds
        self._count(worker, works=False)
        self._world.start(self._come_back(worker))

    def finish(self) -> None:
        """Close the books: everybody's time at work is counted up to now."""
        for worker in self.workers:
            self._count(worker, works=False)

    def _keep_shifts(self, days: int) -> Life:
        for hour in range(days * HOURS):
            if hour % HOURS == 0:
                for worker in self.workers:
                    worker.present = not self._draws.is_absent()
            wanted = math.ceil(self._profile.staffed[hour % HOURS] * len(self.workers) - 1e-9)
            for n, worker in enumerate(self.workers):
                works = n < wanted and worker.present
                if not works:
                    self._wish(worker, Wish.HOME)
                elif worker.wish is Wish.HOME:
                    self._wish(worker, Wish.WORK)
            yield self._world.pass_time(HOUR)

    def _take_pauses(self, worker: Worker, days: int) -> Life:
        end = days * HOURS * HOUR
        while self._world.env.now < end:
            yield self._world.pass_time(self._draws.until_pause())
            if worker.wish is Wish.WORK:
                self._wish(worker, Wish.PAUSE)
                yield self._world.pass_time(self._draws.pause())
                self._end_pause(worker)

    def _end_pause(self, worker: Worker) -> None:
        if worker.wish is Wish.PAUSE:  # or the shift has ended meanwhile
            self._wish(worker, Wish.WORK)

    def _come_back(self, worker: Worker) -> Life:
        yield self._world.pass_time(self._draws.away())
        if worker.wish is Wish.WORK:
            self._settle(worker)

    def _wish(self, worker: Worker, wish: Wish) -> None:
        if worker.wish is not wish:
            worker.wish = wish
            self._settle(worker)

    def _settle(self, worker: Worker) -> None:
        """Do what is wished if no call holds the agent; else it is done when the call lets go."""
        agents = self._world.agents
        state = agents.get(worker.code).state
        if state in _HELD:
            return
        if worker.wish is Wish.WORK and state not in _AT_WORK:
            agents.sign_in(worker.code, "", worker.city, worker.seat)
            agents.ready(worker.code)
        elif worker.wish is Wish.PAUSE and state in _AT_WORK:
            agents.pause(worker.code, "")
        elif worker.wish is Wish.HOME and state is not AgentState.OFFLINE:
            agents.sign_out(worker.code)
        self._count(worker, works=worker.wish is Wish.WORK)

    def _count(self, worker: Worker, *, works: bool) -> None:
        now = self._world.env.now
        if worker.works_since is not None:
            worker.staffed_seconds += now - worker.works_since
        worker.works_since = now if works else None

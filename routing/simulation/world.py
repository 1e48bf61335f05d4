"""A simulated clock beside a real Redis: the very same moves as in service, without the waiting.

Everything that happens at one instant is carried out first; then Redis is asked once which offers
were made and when something is due next, and only then does the clock go on.
"""

import math
from collections.abc import Callable, Generator
from typing import Any, cast

import redis
import simpy

from hotline import redis_keys
from hotline.site import Limits
from routing.agents import Agents
from routing.line import Line
from routing.offers import Offer

#: What a simulated caller or agent is: a generator of the events it waits for.
Life = Generator[simpy.Event, Any, None]

#: Midnight in China on a Monday; simulated time starts there.
START = 1_763_913_600.0

#: Seconds a tick comes later than what is due: instants are kept in microseconds, and a tick
#: that comes a rounding error early would do nothing.
_AFTER_DUE = 1e-4


class World:
    """One simulated hotline. Instants within it are seconds since its start."""

    def __init__(self, client: redis.Redis, limits: Limits) -> None:
        self.env = simpy.Environment()
        self.limits = limits
        self.line = Line(client, self.clock, limits)
        self.agents = Agents(client, self.clock, limits)
        self._redis = client
        self._touched = False
        self._wakes: dict[str, simpy.Event] = {}
        self._next_tick = math.inf

    def clock(self) -> float:
        """The simulated time. Every move reads it, so that is how we know of one."""
        self._touched = True
        return START + self.env.now

    def start(self, life: Life) -> None:
        """Let somebody live."""
        self.env.process(life)

    def pass_time(self, seconds: float) -> simpy.Event:
        """An event that happens in so many seconds; never, when they are infinite."""
        return self.env.event() if math.isinf(seconds) else self.env.timeout(seconds)

    def offered(self, call_id: str) -> simpy.Event:
        """An event that happens when the waiting call is offered to an agent; its value says."""
        event = self._wakes[call_id] = self.env.event()
        return event

    def gone(self, call_id: str) -> None:
        """The caller has hung up and listens no more."""
        self._wakes.pop(call_id, None)

    def run(self, over: Callable[[], bool]) -> None:
        """Let time pass until it is over, or until nobody has anything to do."""
        while not (over() or math.isinf(self.env.peek())):
            self.env.step()
            if self._touched and self.env.peek() > self.env.now:
                self._touched = False
                self._settle()

    def _settle(self) -> None:
        """Wake those who were offered an agent; see to what is due next."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.zrange(redis_keys.LEASES, 0, -1)
        pipeline.zrange(redis_keys.WRAP_UPS, 0, 0, withscores=True)
        pipeline.zrange(redis_keys.THRESHOLDS, 0, 0, withscores=True)
        held, *due = pipeline.execute()
        for call_id in cast(list[str], held):
            wake = self._wakes.pop(call_id, None)
            offer = self.line.offer_for(call_id) if wake else None
            if wake and offer:
                wake.succeed(offer)
        instants = [score - START for heads in due for _, score in heads]
        if instants:
            self._tick_at(max(min(instants), self.env.now) + _AFTER_DUE)

    def _tick_at(self, instant: float) -> None:
        if instant < self._next_tick:
            self._next_tick = instant
            self.env.process(self._tick(instant - self.env.now))

    def _tick(self, seconds: float) -> Life:
        yield self.env.timeout(seconds)
        self._next_tick = math.inf
        self.line.tick()


def offer_of(event: simpy.Event) -> Offer | None:
    """The offer that an event of `World.offered` brought; None while it has not happened."""
    return cast(Offer, event.value) if event.triggered else None

"""One simulated call: it enters the line, waits, is offered, talks or gives up."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Protocol

import simpy

from hotline.calls.machine import LegResult
from routing.offers import Offer, WaitingCall
from routing.simulation.draws import Draws
from routing.simulation.floor import Floor
from routing.simulation.world import Life, World, offer_of

_OWNER = "simulation"


@dataclass
class SimulatedCall:
    """What happened to one call. Times in seconds; instants since the simulation's start."""

    call_id: str
    city: str
    arrived_at: float
    patience: float
    talk: float
    served_by: str | None = None
    """The serving city's code; None: the caller gave up."""
    offered_at: float | None = None
    """When the agent was found who served, or whose seat rang when the caller gave up."""
    ended_wait_at: float = 0.0
    """When a person answered or the caller gave up."""
    refused: int = 0
    """Offers that nobody picked up."""

    @property
    def wait(self) -> float:
        """From arrival to a person, or to giving up."""
        return self.ended_wait_at - self.arrived_at


class Observer(Protocol):
    """Somebody who watches callers and changes nothing."""

    def waits(self, call: SimulatedCall) -> None:
        """No agent was there: the caller begins to wait."""

    def ended(self, call: SimulatedCall) -> None:
        """The caller has hung up, served or not."""


class Calls:
    """What calls need to live."""

    def __init__(
        self, world: World, floor: Floor, draws: Draws, observer: Observer | None = None
    ) -> None:
        self._world = world
        self._floor = floor
        self._draws = draws
        self._observer = observer
        self.active = 0

    def life(self, call: SimulatedCall) -> Life:
        """From arrival to hang-up."""
        self.active += 1
        gives_up = self._world.pass_time(call.patience)
        offer = self._world.line.enter(_waiting_call(call, self._world.clock()))
        if offer is None and self._observer:
            self._observer.waits(call)
        while call.served_by is None and not gives_up.processed:
            if offer is None:
                wake = self._world.offered(call.call_id)
                yield wake | gives_up
                offer = offer_of(wake)
            elif self._world.line.dialled(offer):
                offer = yield from self._ring(call, offer, gives_up)
            else:
                offer = self._world.line.offer_for(call.call_id)
        if call.served_by is None:
            self._give_up(call, offer)
        self.active -= 1
        if self._observer:
            self._observer.ended(call)

    def _ring(
        self, call: SimulatedCall, offer: Offer, gives_up: simpy.Event
    ) -> Generator[simpy.Event, Any, Offer | None]:
        """Ring the seat, and talk if it answers; returns the offer that the call then holds."""
        world = self._world
        call.offered_at = world.env.now
        pickup = self._draws.pickup()
        rings = world.limits.ring_seconds if pickup is None else pickup
        if rings:
            yield world.pass_time(rings) | gives_up
        if gives_up.processed:
            return offer
        if pickup is not None:
            yield from self._talk(call, offer)
            return None
        call.refused += 1
        call.offered_at = None
        following = world.line.seat_failed(offer, LegResult.NO_ANSWER)
        self._floor.did_not_answer(offer.agent, rings)
        return following

    def _talk(self, call: SimulatedCall, offer: Offer) -> Life:
        world = self._world
        began = call.offered_at or 0.0
        call.ended_wait_at = world.env.now
        call.served_by = offer.city
        world.line.answered(offer, f"PJSIP/{offer.seat}")
        yield world.pass_time(call.talk)
        world.line.finish_talk(call.call_id)
        world.line.leave(call.call_id)
        self._floor.released(offer.agent, world.env.now - began, wraps_up=True)

    def _give_up(self, call: SimulatedCall, offer: Offer | None) -> None:
        """The caller hangs up, perhaps while a seat rings."""
        now = self._world.env.now
        call.ended_wait_at = now
        self._world.gone(call.call_id)
        self._world.line.leave(call.call_id)
        if offer and call.offered_at is not None:
            self._floor.released(offer.agent, now - call.offered_at, wraps_up=False)


def _waiting_call(call: SimulatedCall, now: float) -> WaitingCall:
    return WaitingCall(
        call_id=call.call_id,
        number="",
        name="",
        city=call.city,
        entered_at=now,
        owner=_OWNER,
        channel=f"simulated/{call.call_id}",
    )

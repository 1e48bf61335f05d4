"""The waiting line: callers enter, are offered to agents, talk, leave. Every method is one move.

Oldest place first (entry time less the head start); whom a caller may be offered to widens with
the waiting time, step by step (`routing.asks`); the nearest agents first, among them the most
skilled, then the longest idle. A move may be repeated or come late: word of an offer that is
over changes nothing.

Every method raises LiveStateAwayError when Redis is away.
"""

import redis

from hotline import redis_keys
from hotline.calls.machine import LegResult, Stage
from hotline.clock import Clock
from hotline.site import Limits
from routing.asks import Ask, steps_for, wishes
from routing.moves import Moves
from routing.offers import LiveCall, Offer, WaitingCall, live_call
from routing.reads import count_members, read_hashes, read_members

#: Stages that follow from the line's own state; a script need not, and cannot, set them.
_OWN_STAGES = frozenset({Stage.OFFERED, Stage.TALKING})

#: So many of each kind are done in one run, and so many runs in a tick: no run may hold up the
#: others that want Redis, and what is left over is the next tick's.
_TICK_MOST = 25
_TICKS = 20


class Line:
    """The waiting line of the whole province."""

    def __init__(self, client: redis.Redis, clock: Clock, limits: Limits) -> None:
        self._redis = client
        self._limits = limits
        self._moves = Moves(client, clock, limits)

    def enter(self, call: WaitingCall) -> Offer | None:
        """A caller enters the line and is matched at once; returns the offer held.

        Entering again (a second process resumes the call) keeps place and offer and sets the
        new owner and channel.
        """
        asked = wishes(call.steps or steps_for(Ask(call.city), self._limits))
        reply = self._moves.run(
            "enter",
            call_id=call.call_id,
            number=call.number,
            name=call.name,
            city=call.city or "",
            entered_at=call.entered_at,
            owner=call.owner,
            channel=call.channel,
            legs=call.legs,
            steps=asked.steps,
            groups=asked.groups,
            wants=call.wants,
            priority=call.priority or "",
            head_start=call.head_start,
            prefers=(call.prefers or "") if self._limits.same_agent_seconds else "",
        )
        return _offer(reply)

    def offer_for(self, call_id: str) -> Offer | None:
        """The offer the call holds now, also while its seat rings or talks."""
        call = self.live_call(call_id)
        return call.offer if call else None

    def dialled(self, offer: Offer) -> bool:
        """The seat is about to be dialled: its channel owns the offer, which no longer times out.

        False: the offer is over; do not dial.
        """
        return bool(self._moves.run("dialled", call_id=offer.call_id, leg=offer.leg))

    def answered(self, offer: Offer, seat_channel: str) -> bool:
        """The seat answered. False: the offer was over already.

        Raises:
            IllegalTransitionError: the agent's state does not allow it.
        """
        reply = self._moves.run(
            "answered", call_id=offer.call_id, leg=offer.leg, seat_channel=seat_channel
        )
        return bool(reply)

    def seat_failed(self, offer: Offer, result: LegResult) -> Offer | None:
        """The seat did not take the call: the agent is set aside as not answering (RONA).

        The call goes back to its old place and is matched again; returns the offer it then holds.

        Raises:
            IllegalTransitionError: that seat talks with the caller.
        """
        reply = self._moves.run(
            "seat_failed", call_id=offer.call_id, leg=offer.leg, result=result.value
        )
        return _offer(reply)

    def withdraw(self, offer: Offer) -> Offer | None:
        """The offer came to nothing for a reason of ours: the agent is ready again, idle as before.

        Agent and call are matched again, the agent with other calls first; returns the offer the
        call then holds, which may name the same agent when there is no other.

        Raises:
            IllegalTransitionError: that seat talks with the caller.
        """
        return _offer(self._moves.run("withdraw", call_id=offer.call_id, leg=offer.leg))

    def finish_talk(self, call_id: str) -> None:
        """The talk is over: the agent wraps up, the call stays live for the rating.

        Raises:
            IllegalTransitionError: no seat was dialled for the call.
        """
        self._moves.run("finish_talk", call_id=call_id)

    def leave(self, call_id: str, *, cut_off: bool = False) -> bool:
        """The caller is gone, from whatever stage; what the call held is released.

        ``cut_off``: nobody answered, or the talk was lost: who calls again from the same number
        within ``limits.returned_within_seconds`` gets the old place back. False: it had left
        before.
        """
        return bool(self._moves.run("leave", call_id=call_id, cut_off=cut_off))

    def set_stage(self, call_id: str, stage: Stage) -> None:
        """Tell screens what the caller hears. Offered and talking are known without being told."""
        if stage not in _OWN_STAGES:
            self._moves.run("set_stage", call_id=call_id, stage=stage.value)

    def reserve(self, call: WaitingCall, agent: str) -> Offer | None:
        """Take a ready agent for a call of ours; the seat counts as dialled from now on.

        Again for the same call it changes nothing and returns the offer it has.

        Raises:
            IllegalTransitionError: the agent is not ready.
        """
        reply = self._moves.run(
            "reserve",
            call_id=call.call_id,
            number=call.number,
            name=call.name,
            city=call.city or "",
            owner=call.owner,
            channel=call.channel,
            code=agent,
        )
        return _offer(reply)

    def seat_unanswered(self, offer: Offer, result: LegResult) -> bool:
        """The seat did not take a call of ours: it is set aside, and the call is over.

        False: that seat talks, or the offer was over.
        """
        reply = self._moves.run(
            "seat_unanswered", call_id=offer.call_id, leg=offer.leg, result=result.value
        )
        return bool(reply)

    def tick(self) -> None:
        """Do what is due: leases that ended, wrap-ups that ended, steps that begin.

        An offer whose seat was dialled has no lease any more and is left alone.
        """
        for _ in range(_TICKS):
            if not self._moves.run("tick", most=_TICK_MOST):
                return

    def live_call(self, call_id: str) -> LiveCall | None:
        """Everything known of a live call; None when there is no such call."""
        [row] = read_hashes(self._redis, [redis_keys.CALL.format(call_id=call_id)])
        return live_call(row) if row else None

    def live_calls(self) -> list[LiveCall]:
        """All live calls, oldest first."""
        ids = read_members(self._redis, redis_keys.CALLS)
        rows = read_hashes(self._redis, [redis_keys.CALL.format(call_id=i) for i in ids])
        calls = [live_call(row) for row in rows if row]
        return sorted(calls, key=lambda call: (call.entered_at, call.call_id))

    def waiting_count(self) -> int:
        """How many callers wait for an agent to be found."""
        return count_members(self._redis, redis_keys.WAITING)


def _offer(reply: list[str] | None) -> Offer | None:
    """An offer as moves.lua's `offer_of` returns it."""
    if not reply:
        return None
    leg, call_id, agent, seat, city, made_at = reply
    return Offer(leg, call_id, agent, seat, city, float(made_at))

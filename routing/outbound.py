"""Calls of ours to somebody outside: an agent is taken, the seat's phone rings, a script goes on.

The call's id is known before its first channel exists, and is given to it: live state, record
and Asterisk name it alike from the first moment.
"""

from dataclasses import dataclass
from typing import Protocol

import structlog

from hotline import channel_variables as variables
from hotline.ami import Message
from hotline.calls.events import EventKind, LegRole
from hotline.calls.journal import Journal
from hotline.calls.machine import Direction
from hotline.calls.outbound import caller_leg
from hotline.errors import AmiError, IllegalTransitionError
from hotline.settings import Settings
from hotline.site import Trunk
from routing.errors import NoTrunkError
from routing.line import Line
from routing.offers import Offer, WaitingCall

#: Where live state says who owns such a call: no FastAGI process does before it is answered.
OWNER = "callbacks"
#: What live state says in the place of a channel that does not exist yet: whose phone is first.
AGENT_FIRST, CALLER_FIRST = "agent", "caller"

log = structlog.get_logger()


class Exchange(Protocol):
    """What is needed of `hotline.ami.Ami`."""

    def action(self, name: str, timeout: float = ..., **fields: str) -> list[Message]:
        """Send an action; raises AmiError."""


@dataclass(frozen=True)
class Called:
    """Whom we call, and in which place of the line they are (epoch seconds)."""

    call_id: str
    number: str
    name: str
    city: str | None
    since: float
    first: str = AGENT_FIRST

    def waiting(self, now: float = 0.0) -> WaitingCall:
        """The same as the line knows callers; ``now`` says until when its place was kept."""
        return WaitingCall(
            call_id=self.call_id,
            number=self.number,
            name=self.name,
            city=self.city,
            entered_at=self.since,
            owner=f"{OWNER}@{now:.0f}",
            channel=self.first,
        )


class Dialler:
    """Places calls."""

    def __init__(self, settings: Settings, line: Line, journal: Journal, ami: Exchange) -> None:
        self._settings = settings
        self._line = line
        self._journal = journal
        self._ami = ami

    def reserve(self, called: Called, agent: str) -> Offer:
        """Take a ready agent for the call.

        Raises:
            IllegalTransitionError: the agent is not ready, or the line has the call just now.
            LiveStateAwayError: Redis is away.
            NoTrunkError: nothing could be dialled.
        """
        outgoing_trunk(self._settings)
        offer = self._line.reserve(called.waiting(), agent)
        if offer is None or offer.agent != agent:
            raise IllegalTransitionError(f"{called.call_id}: waits in the line just now")
        return offer

    def let_go(self, call_id: str) -> None:
        """The call will not be placed: its agent is ready again, idle as before."""
        self._line.leave(call_id)

    def place(self, called: Called, offer: Offer) -> None:
        """Ring the first phone; when it answers, the dialplan's ``outbound`` goes on.

        Raises:
            AmiError: Asterisk is away or refused; the agent is ready again.
            JournalError: the record could not be told; nothing was dialled.
        """
        self._tell(called, offer)
        try:
            self._ami.action("Originate", 3.0, **self._originate(called, offer))
        except AmiError:
            self.let_go(called.call_id)
            self._journal.append(called.call_id, EventKind.ENDED, {"ended_by": "system"})
            raise

    def _tell(self, called: Called, offer: Offer) -> None:
        arrival = {
            "direction": Direction.OUTBOUND.value,
            "caller_number": called.number,
            "caller_name": called.name,
            "called_number": called.number,
            "origin_city": called.city,
        }
        self._journal.append(called.call_id, EventKind.ARRIVED, arrival)
        leg: dict[str, str] = {"leg": caller_leg(called.call_id), "role": LegRole.CALLER.value}
        if called.first != CALLER_FIRST:
            seat = {"agent": offer.agent, "seat": offer.seat, "city": offer.city}
            leg = {"leg": offer.leg, "role": LegRole.SEAT.value} | seat
        self._journal.append(called.call_id, EventKind.LEG_STARTED, leg)

    def _originate(self, called: Called, offer: Offer) -> dict[str, str]:
        known = {
            variables.NUMBER: called.number,
            variables.CITY: called.city or "",
            variables.LEG: offer.leg,
            variables.AGENT: offer.agent,
            variables.SEAT: offer.seat,
        }
        site = self._settings.site
        if called.first == CALLER_FIRST:
            phone, seconds = outgoing(self._settings, called.number), site.callback.ring_seconds
            shown = site.hotline.number
        else:
            phone, seconds = f"PJSIP/{offer.seat}", site.limits.ring_seconds
            shown = called.number
        return {
            "Channel": phone,
            "Context": "outbound",
            "Exten": called.first,
            "Priority": "1",
            "Timeout": str(seconds * 1000),
            "CallerID": shown,
            "ChannelId": called.call_id,
            "Variable": ",".join(f"{name}={value}" for name, value in known.items()),
            "Async": "true",
        }


def outgoing_trunk(settings: Settings) -> Trunk:
    """The first trunk that says where calls go out. Raises NoTrunkError when none does."""
    trunk = next((trunk for trunk in settings.site.trunks if trunk.dial), None)
    if trunk is None:
        raise NoTrunkError("no trunk has `dial`")
    return trunk


def outgoing(settings: Settings, number: str) -> str:
    """What to dial for a number outside. Raises NoTrunkError."""
    trunk = outgoing_trunk(settings)
    return f"PJSIP/{trunk.name}/sip:{number}@{trunk.dial}"

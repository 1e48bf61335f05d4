"""The legs of a call: everyone who was asked to take part, with their own start and end."""

from collections import defaultdict
from dataclasses import dataclass

from hotline.calls.events import CallEvent, EventKind, LegRole
from hotline.calls.facts import Facts, first_text
from hotline.calls.machine import LegResult

#: Sources that read Asterisk's own account; their legs are named after channels.
CEL_SOURCE = "cel-"

#: Seconds within which a script's leg and CEL's leg of the same seat are one and the same:
#: the script tells its leg, then Asterisk makes the channel.
SAME_LEG_SECONDS = 5.0

_LEG_KINDS = (EventKind.LEG_STARTED, EventKind.LEG_ANSWERED, EventKind.LEG_ENDED)


@dataclass(frozen=True)
class FoldedLeg:
    """One person asked to take part. Instants are epoch seconds."""

    leg: str
    role: str
    agent: str | None
    seat: str | None
    city: str | None
    started_at: float
    answered_at: float | None
    ended_at: float | None
    result: LegResult | None
    ended_by: str | None

    @property
    def was_answered_by_seat(self) -> bool:
        """Whether this is a seat that spoke with the caller."""
        return self.role == LegRole.SEAT and self.answered_at is not None

    @property
    def talk_seconds(self) -> float | None:
        """From answer to end; None before either."""
        if self.answered_at is None or self.ended_at is None:
            return None
        return self.ended_at - self.answered_at


def fold_legs(
    facts: Facts, started_at: float, ended_at: float | None, ended_by: str | None
) -> tuple[FoldedLeg, ...]:
    """The legs of one call, in order of their start, all within the call."""
    piles = _one_pile_a_leg(facts)
    legs = [_leg(name, pile, started_at, ended_at, ended_by) for name, pile in piles.items()]
    return tuple(sorted(legs, key=lambda leg: (leg.started_at, leg.leg)))


def _one_pile_a_leg(facts: Facts) -> dict[str, list[CallEvent]]:
    """Facts by leg; CEL's word on a leg that a script also told is put on the script's pile."""
    told: defaultdict[str, list[CallEvent]] = defaultdict(list)
    seen: defaultdict[str, list[CallEvent]] = defaultdict(list)
    for event in facts.of(*_LEG_KINDS):
        name = event.data.get("leg")
        if isinstance(name, str) and name:
            (seen if event.source.startswith(CEL_SOURCE) else told)[name[:64]].append(event)
    free = dict(told)
    merged = dict(told)
    for name, pile in seen.items():
        twin = _twin(pile, free)
        if twin is None:
            merged[name] = sorted(merged.get(name, []) + pile)
        else:
            merged[twin] = sorted(free.pop(twin) + pile)
    return merged


def _twin(pile: list[CallEvent], free: dict[str, list[CallEvent]]) -> str | None:
    """The leg a script told of the same seat at nearly the same time."""
    seat = first_text(pile, "seat", 32)
    near = [
        (abs(other[0].at - pile[0].at), name)
        for name, other in free.items()
        if seat is not None
        and first_text(other, "seat", 32) == seat
        and abs(other[0].at - pile[0].at) <= SAME_LEG_SECONDS
    ]
    return min(near)[1] if near else None


def _leg(
    name: str,
    pile: list[CallEvent],
    call_started: float,
    call_ended: float | None,
    call_ended_by: str | None,
) -> FoldedLeg:
    latest = call_ended if call_ended is not None else float("inf")
    started = min(max(_first(pile, EventKind.LEG_STARTED) or pile[0].at, call_started), latest)
    ended = _first(pile, EventKind.LEG_ENDED)
    closed_by_call = call_ended is not None and (ended is None or ended > call_ended)
    ended = call_ended if closed_by_call or ended is None else max(ended, started)
    answered = _answer(pile, started, ended)
    last = [event for event in pile if event.kind is EventKind.LEG_ENDED]
    return FoldedLeg(
        leg=name,
        role=_role(pile),
        agent=first_text(pile, "agent", 16),
        seat=first_text(pile, "seat", 32),
        city=first_text(pile, "city", 32),
        started_at=started,
        answered_at=answered,
        ended_at=ended,
        result=_result(last, answered, ended),
        ended_by=first_text(last, "ended_by", 16) or (call_ended_by if closed_by_call else None),
    )


def _first(pile: list[CallEvent], kind: EventKind) -> float | None:
    return next((event.at for event in pile if event.kind is kind), None)


def _answer(pile: list[CallEvent], started: float, ended: float | None) -> float | None:
    """When the leg was answered; a phone lifted after the end spoke with nobody."""
    answered = _first(pile, EventKind.LEG_ANSWERED)
    if answered is None or (ended is not None and answered > ended):
        return None
    return max(answered, started)


def _role(pile: list[CallEvent]) -> str:
    told = first_text(pile, "role", 16)
    return told if told in set(LegRole) else LegRole.SEAT.value


def _result(last: list[CallEvent], answered: float | None, ended: float | None) -> LegResult | None:
    if answered is not None:
        return LegResult.ANSWERED
    told = first_text(last, "result", 16)
    if told in set(LegResult):
        # "Answered" without the moment of it contradicts itself.
        return LegResult.FAILED if told == LegResult.ANSWERED else LegResult(told)
    return LegResult.CALLER_GONE if ended is not None else None

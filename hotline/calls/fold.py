"""From facts to the record: `fold` is pure, and the same for any order of arrival.

Two sources may tell the same thing (the FastAGI script and Asterisk's own account, CEL): for
every field the first fact in time that tells it wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hotline.calls.events import CallEvent, EventKind
from hotline.calls.facts import Facts, first_text
from hotline.calls.legs import FoldedLeg, fold_legs
from hotline.calls.machine import Direction, Outcome, Stage
from hotline.calls.outbound import OutboundOutcome, OutboundStage
from hotline.calls.outbound_ending import ending_of
from hotline.calls.tracks import FoldedRecording, fold_recordings

#: How a call that nobody answered ended, by the last stage before its end. Talking or rating
#: without an answered leg is a record that contradicts itself: ours to explain.
_ABANDONED = {
    Stage.ARRIVED: Outcome.ABANDONED_GREETING,
    Stage.GREETING: Outcome.ABANDONED_GREETING,
    Stage.MENU: Outcome.ABANDONED_MENU,
    Stage.WAITING: Outcome.ABANDONED_QUEUE,
    Stage.OFFERED: Outcome.ABANDONED_RINGING,
    Stage.TALKING: Outcome.FAILED,
    Stage.RATING: Outcome.FAILED,
    Stage.ENDED: Outcome.FAILED,
}


@dataclass(frozen=True)
class FoldedCall:
    """One call with its legs and recordings. Instants are epoch seconds."""

    id: str
    direction: str
    caller_number: str
    caller_name: str
    called_number: str
    origin_city: str | None
    city: str | None
    """City responsible: what was chosen last, else where the caller calls from."""
    serving_city: str | None
    started_at: float
    answered_at: float | None
    ended_at: float | None
    stage: Stage | OutboundStage
    outcome: Outcome | OutboundOutcome | None
    ended_by: str | None
    agent: str | None
    seat: str | None
    wait_seconds: float | None
    talk_seconds: float | None
    rating: int | None
    fallback: bool
    legs: tuple[FoldedLeg, ...]
    recordings: tuple[FoldedRecording, ...]


def fold(events: Iterable[CallEvent]) -> FoldedCall:
    """Fold all known facts of one call.

    Args:
        events: Facts of one call, in any order, some perhaps twice; at least one. A fact with
            data that makes no sense is passed over.

    Raises:
        ValueError: there are no facts, or facts of two calls.
    """
    facts = Facts(events)
    started_at = facts.started_at()
    ended_at = facts.ended_at(started_at)
    ended_by = facts.text(EventKind.ENDED, "ended_by", 16)
    legs = fold_legs(facts, started_at, ended_at, ended_by)
    answered = [leg for leg in legs if leg.was_answered_by_seat]
    first = min(answered, key=lambda leg: (leg.answered_at, leg.leg), default=None)
    stage = _stage(facts, ended_at)
    folded = FoldedCall(
        id=facts.call_id,
        direction=_direction(facts),
        caller_number=facts.text(EventKind.ARRIVED, "caller_number", 32) or "",
        caller_name=facts.text(EventKind.ARRIVED, "caller_name", 128) or "",
        called_number=facts.text(EventKind.ARRIVED, "called_number", 32) or "",
        origin_city=facts.text(EventKind.ARRIVED, "origin_city", 32),
        city=_city(facts),
        serving_city=first.city if first else None,
        started_at=started_at,
        answered_at=first.answered_at if first else None,
        ended_at=ended_at,
        stage=stage if ended_at is None else Stage.ENDED,
        outcome=None if ended_at is None else _outcome(facts, stage, answered, ended_by),
        ended_by=ended_by,
        agent=first.agent if first else None,
        seat=first.seat if first else None,
        wait_seconds=_wait_seconds(first, started_at),
        talk_seconds=_talk_seconds(answered),
        rating=_rating(facts),
        fallback=bool(facts.of(EventKind.FALLBACK)),
        legs=legs,
        recordings=fold_recordings(facts),
    )
    return _as_outbound(folded, facts) if folded.direction == Direction.OUTBOUND else folded


def _as_outbound(call: FoldedCall, facts: Facts) -> FoldedCall:
    """The same with the stages, outcomes and times of a call that we placed."""
    told = [event.data.get("stage") for event in facts.of(EventKind.STAGE)]
    stages = [OutboundStage(name) for name in told if name in set(OutboundStage)]
    ending = ending_of(call.legs)
    is_over = call.ended_at is not None
    return replace(
        call,
        stage=OutboundStage.ENDED if is_over else (stages or [OutboundStage.FIRST_RINGING])[-1],
        outcome=ending.outcome if is_over else None,
        answered_at=ending.answered_at,
        agent=ending.seat_leg.agent if ending.seat_leg else None,
        seat=ending.seat_leg.seat if ending.seat_leg else None,
        serving_city=ending.seat_leg.city if ending.seat_leg else None,
        wait_seconds=None,
        talk_seconds=ending.talk_seconds,
    )


def _direction(facts: Facts) -> str:
    told = facts.text(EventKind.ARRIVED, "direction", 16)
    return told if told in set(Direction) else Direction.INBOUND.value


def _city(facts: Facts) -> str | None:
    chosen = first_text(reversed(facts.of(EventKind.CHOSEN)), "city", 32)
    return chosen or facts.text(EventKind.ARRIVED, "origin_city", 32)


def _stage(facts: Facts, ended_at: float | None) -> Stage:
    """The last stage told before the end."""
    before = [e for e in facts.of(EventKind.STAGE) if ended_at is None or e.at <= ended_at]
    told = (first_text([event], "stage", 16) for event in reversed(before))
    known = (Stage(name) for name in told if name in set(Stage) - {Stage.ENDED})
    return next(known, Stage.ARRIVED)


def _outcome(
    facts: Facts, stage: Stage, answered: list[FoldedLeg], ended_by: str | None
) -> Outcome:
    classified = facts.text(EventKind.CLASSIFIED, "outcome", 32)
    if answered:
        handed_over = classified == Outcome.HANDED_OVER
        return Outcome.HANDED_OVER if handed_over else Outcome.ANSWERED
    if classified in set(Outcome) - {Outcome.ANSWERED}:
        return Outcome(classified)
    return Outcome.FAILED if ended_by == "system" else _ABANDONED[stage]


def _wait_seconds(first: FoldedLeg | None, started_at: float) -> float | None:
    if first is None or first.answered_at is None:
        return None
    return first.answered_at - started_at


def _talk_seconds(answered: list[FoldedLeg]) -> float | None:
    spans = [leg.talk_seconds for leg in answered if leg.talk_seconds is not None]
    return sum(spans) if spans else None


def _rating(facts: Facts) -> int | None:
    scores = (event.data.get("score") for event in facts.of(EventKind.RATED))
    return next((score for score in scores if type(score) is int and 1 <= score <= 5), None)

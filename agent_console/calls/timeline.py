"""A call's facts as moments a person can read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent_console.shared.i18n import N_
from hotline.calls.events import CallEvent, EventKind
from hotline.calls.history import CallWithFacts
from hotline.calls.machine import LegResult


@dataclass(frozen=True)
class Moment:
    """One line: ``message`` is a message id with places for ``values``."""

    at: float
    seconds: float
    """Since the call began."""
    message: str
    values: dict[str, Any]
    tone: str = ""
    """``good``, ``bad`` or nothing: how the line is coloured."""


Told = tuple[str, dict[str, Any], str]


def timeline(found: CallWithFacts) -> list[Moment]:
    """Every fact worth a line, oldest first."""
    began = found.call.started_at.timestamp()
    return [
        Moment(fact.at, fact.at - began, *told)
        for fact in found.facts
        if (told := _told(fact)) is not None
    ]


def _told(fact: CallEvent) -> Told | None:
    teller = _TELLERS.get(fact.kind)
    return teller(fact.data) if teller else None


def _arrived(data: dict[str, Any]) -> Told:
    return N_("%(number)s called"), {"number": data.get("caller_number") or "–"}, ""


_STAGES = {
    "greeting": N_("The greeting began"),
    "menu": N_("The menu began"),
    "waiting": N_("The caller waited in the line"),
}


def _stage(data: dict[str, Any]) -> Told | None:
    message = _STAGES.get(str(data.get("stage")))
    return (message, {}, "") if message else None


def _leg_started(data: dict[str, Any]) -> Told:
    values = {"seat": data.get("seat") or "–", "agent": data.get("agent") or "–"}
    return N_("Seat %(seat)s rang for agent %(agent)s"), values, ""


def _leg_answered(data: dict[str, Any]) -> Told:
    del data
    return N_("The seat answered"), {}, "good"


def _leg_ended(data: dict[str, Any]) -> Told:
    if data.get("result") == LegResult.ANSWERED:
        return N_("The talk ended"), {}, ""
    return N_("The seat did not take the call"), {}, "bad"


def _rating_asked(data: dict[str, Any]) -> Told:
    if data.get("by") == "button":
        return N_("The agent handed over to the rating"), {}, ""
    return N_("The caller was asked for a rating"), {}, ""


def _rated(data: dict[str, Any]) -> Told:
    return N_("The caller rated %(score)s of 5"), {"score": data.get("score", "–")}, "good"


def _fallback(data: dict[str, Any]) -> Told:
    del data
    return N_("The exchange went on without our script"), {}, "bad"


_ENDS = {
    "caller": N_("The caller hung up"),
    "agent": N_("The agent hung up"),
}


def _ended(data: dict[str, Any]) -> Told:
    return _ENDS.get(str(data.get("ended_by")), N_("The call ended")), {}, ""


_TELLERS: dict[EventKind, Callable[[dict[str, Any]], Told | None]] = {
    EventKind.ARRIVED: _arrived,
    EventKind.STAGE: _stage,
    EventKind.LEG_STARTED: _leg_started,
    EventKind.LEG_ANSWERED: _leg_answered,
    EventKind.LEG_ENDED: _leg_ended,
    EventKind.RATING_ASKED: _rating_asked,
    EventKind.RATED: _rated,
    EventKind.FALLBACK: _fallback,
    EventKind.ENDED: _ended,
}

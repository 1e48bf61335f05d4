"""A call told as lines a person can read, in the order in which things happened."""

from collections.abc import Callable, Iterator
from typing import Any

from hotline.calls.events import CallEvent, EventKind
from hotline.calls.history import CallWithFacts
from hotline.settings import Settings
from hotline.site import Site

#: Facts that say what the legs' own lines already say.
_STAGES_TOLD_OTHERWISE = frozenset({"offered", "talking"})

_TELL: dict[EventKind, Callable[[dict[str, Any]], str]] = {
    EventKind.RECORDING_STARTED: lambda _: "recording starts",
    EventKind.CHOSEN: lambda d: f"caller presses {d.get('key', '?')} for {d.get('city', '?')}",
    EventKind.RATING_ASKED: lambda d: f"rating asked ({d.get('by', '?')})",
    EventKind.RATED: lambda d: f"caller rates {d.get('score', '?')} of 5",
    EventKind.FALLBACK: lambda d: f"fallback of the {d.get('by', '?')}: {d.get('reason', '')}",
    EventKind.CLASSIFIED: lambda d: f"ends as {d.get('outcome', '?')}",
    EventKind.ENDED: lambda d: f"call ended by {d.get('ended_by', '?')}",
}


def timeline(found: CallWithFacts, settings: Settings) -> Iterator[str]:
    """The lines of one call: a heading, what happened when, and what came of it."""
    call = found.call
    yield f"{call.id}  {call.started_at.astimezone():%Y-%m-%d %H:%M:%S}  {call.direction}"
    start = call.started_at.timestamp()
    for at, line in _moments(found, settings.site):
        yield printable(f"  {at - start:+8.1f} s  {line}")
    yield from _summary(found, settings)


def printable(text: str) -> str:
    """``text`` for a terminal: callers' names come from the network and may hold anything."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _moments(found: CallWithFacts, site: Site) -> list[tuple[float, str]]:
    call = found.call
    caller = f"{call.caller_number or 'hidden number'} {call.caller_name}".strip()
    origin = _city(site, call.origin_city)
    arrival = f"{caller}{f' from {origin}' if origin else ''} calls {call.called_number}"
    lines = [(call.started_at.timestamp(), arrival)]
    told: set[str] = set()
    for fact in found.facts:
        line = _line(fact)
        # Two sources may tell the same; one call begins, is recorded and ends once.
        if line is not None and not (line in told and fact.kind is not EventKind.STAGE):
            told.add(line)
            lines.append((fact.at, line))
    return sorted([*lines, *_legs(found, site)], key=lambda moment: moment[0])


def _line(fact: CallEvent) -> str | None:
    if fact.kind is EventKind.STAGE:
        stage = fact.data.get("stage")
        return None if stage in _STAGES_TOLD_OTHERWISE else f"{stage}"
    tell = _TELL.get(fact.kind)
    return tell(fact.data) if tell else None


def _legs(found: CallWithFacts, site: Site) -> Iterator[tuple[float, str]]:
    for leg in found.legs:
        agent = f" (agent {leg.agent})" if leg.agent else ""
        city = _city(site, leg.city)
        who = f"{leg.role} {leg.seat or '?'}{agent}"
        yield leg.started_at.timestamp(), f"{who} rings{f' in {city}' if city else ''}"
        if leg.answered_at:
            yield leg.answered_at.timestamp(), f"{who} answers"
        if leg.ended_at:
            by = f" by {leg.ended_by}" if leg.ended_by else ""
            end = f"ended{by}" if leg.answered_at else f"{leg.result}"
            yield leg.ended_at.timestamp(), f"{who}: {end}"


def _summary(found: CallWithFacts, settings: Settings) -> Iterator[str]:
    call = found.call
    yield f"  outcome    {call.outcome or f'none yet ({call.stage})'}"
    if call.wait_seconds is not None:
        yield f"  waited     {call.wait_seconds:.1f} s"
    if call.talk_seconds is not None:
        yield f"  talked     {call.talk_seconds:.1f} s"
    if call.rating is not None:
        yield f"  rating     {call.rating} of 5"
    if call.fallback:
        yield "  fallback   part of the hotline was away, and the call went on without it"
    for track in found.recordings:
        path = settings.recordings_dir / track.path
        yield f"  recording  {track.track:<7}{path}  {_seal(track.seconds, track.missing)}"


def _seal(seconds: float | None, missing: bool) -> str:
    if missing:
        return "MISSING"
    return "not sealed yet" if seconds is None else f"{seconds:.1f} s, sealed"


def _city(site: Site, code: str | None) -> str:
    names = {city.code: city.name for city in site.cities}
    return names.get(code, code) if code else ""

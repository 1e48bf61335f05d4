"""What a caller asks of the line, step by step: whose agents may take the call, how skilled.

Pure: from the site's rules and the caller's wants to steps that moves.lua walks by waiting time.
A pool is a set of ready agents: ``changchun``, ``*`` (the province), ``@1023`` (one agent), or
those of them with a skill at one level: ``changchun|labour:3``. A line holds waiting callers for
the agents of a place who have all that is asked for: ``changchun``, ``changchun|labour:2``.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hotline.site import Limits, Site
from hotline.site_matching import BEST_LEVEL, Relaxation, Want

PROVINCE = "*"

#: Skill -> the least level that will do; what is merely preferred is not in it.
Needs = Mapping[str, int]


@dataclass(frozen=True)
class Group:
    """Pools that are equally good for the caller: the longest idle of all of them is asked.

    ``also``: needs that the pools' names do not tell, ``korean:1``, joined by ``+``.
    """

    pools: tuple[str, ...]
    also: str = ""


@dataclass(frozen=True)
class Step:
    """From ``after`` seconds of waiting on: where the caller waits, and whom to ask in order."""

    after: float
    lines: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Ask:
    """What one caller asks for. ``prefers``: the code of the agent who knows the matter."""

    city: str | None
    wants: tuple[Want, ...] = ()
    prefers: str | None = None


@lru_cache(maxsize=4096)
def steps_for(
    ask: Ask,
    limits: Limits,
    neighbours: tuple[str, ...] = (),
    relaxations: tuple[Relaxation, ...] = (),
) -> tuple[Step, ...]:
    """The steps of one caller, first to last; kept, since most callers ask what others asked.

    The first begins at once and the last one lasts; each begins later than the one before.
    """
    circles = _circles(ask.city, limits, neighbours)
    known = sorted(relaxations, key=lambda relaxation: relaxation.after_seconds)
    times = {at for at, _ in circles} | {relaxation.after_seconds for relaxation in known}
    steps = [_step(at, ask, circles, known) for at in sorted(times)]
    return tuple(_without_repeats(steps))


def site_steps(site: Site, ask: Ask) -> tuple[Step, ...]:
    """The steps of one caller by a site's rules."""
    neighbours = {city.code: city.neighbours for city in site.cities}
    near = neighbours.get(ask.city or "", ())  # a channel may remember a city that is no more
    return steps_for(ask, site.limits, near, site.relaxations)


@dataclass(frozen=True)
class Wishes:
    """Steps as moves.lua reads them, both JSON.

    ``steps``: [[after, lines joined by blanks], ...]; ``groups``: for each step a JSON text of
    its own, because only the one in force is read.
    """

    steps: str
    groups: str


@lru_cache(maxsize=4096)
def wishes(steps: tuple[Step, ...]) -> Wishes:
    """The steps as text; callers from one city who want the same share it."""
    lines = [[step.after, " ".join(step.lines)] for step in steps]
    groups = [
        json.dumps([{"pools": group.pools, "also": group.also} for group in step.groups])
        for step in steps
    ]
    return Wishes(json.dumps(lines), json.dumps(groups))


def skills_text(skills: Mapping[str, int]) -> str:
    """Skills with levels as one text: ``korean:1+labour:2``, empty for none."""
    return "+".join(f"{skill}:{level}" for skill, level in sorted(skills.items()))


def skills_from(text: str) -> dict[str, int]:
    """Back from `skills_text`."""
    pairs = (part.rpartition(":") for part in text.split("+") if part)
    return {skill: int(level) for skill, _, level in pairs}


def _circles(
    city: str | None, limits: Limits, neighbours: Sequence[str]
) -> list[tuple[float, tuple[str, ...]]]:
    """When each circle is added, and its places."""
    if city is None:
        return [(0.0, (PROVINCE,))]
    circles: list[tuple[float, tuple[str, ...]]] = [(0.0, (city,))]
    province_at = limits.own_city_seconds
    if neighbours:
        circles.append((province_at, tuple(neighbours)))
        province_at += limits.neighbours_seconds
    return [*circles, (province_at, (PROVINCE,))]


def _step(
    at: float,
    ask: Ask,
    circles: Iterable[tuple[float, tuple[str, ...]]],
    relaxations: Sequence[Relaxation],
) -> Step:
    open_circles = [places for begins, places in circles if begins <= at]
    needs = _needs(ask.wants, [r for r in relaxations if r.after_seconds <= at])
    places = [place for circle in open_circles for place in circle]
    asked = [PROVINCE] if PROVINCE in places else places
    own = [f"@{ask.prefers}"] if ask.prefers else []
    groups = [Group((place,)) for place in own]
    for circle in open_circles:
        groups.extend(_groups(circle, ask.wants, needs))
    return Step(at, (*own, *(_line(place, needs) for place in asked)), tuple(groups))


def _line(place: str, needs: Needs) -> str:
    return f"{place}|{skills_text(needs)}" if needs else place


def _needs(wants: Iterable[Want], passed: Iterable[Relaxation]) -> dict[str, int]:
    """What is still required once those relaxations are in force; they never ask for more."""
    needs = {want.skill: want.level for want in wants if want.required}
    for relaxation in passed:
        for skill in needs.keys() & (set(relaxation.skills) or needs.keys()):
            needs[skill] = min(needs[skill], relaxation.level)
    return {skill: level for skill, level in needs.items() if level > 0}


def _groups(places: tuple[str, ...], wants: Sequence[Want], needs: Needs) -> list[Group]:
    """Whom of one circle to ask: by level of the first skill wanted, then who has what is needed.

    The best come first; who lacks a skill that is only preferred comes last.
    """
    order = [want.skill for want in wants]
    leading = [*order[:1], *(skill for skill in order[1:] if skill in needs)]
    groups: list[Group] = []
    for skill in leading:
        also = skills_text({other: need for other, need in needs.items() if other != skill})
        levels = range(BEST_LEVEL, needs.get(skill, 1) - 1, -1)
        groups += [Group(tuple(f"{place}|{skill}:{n}" for place in places), also) for n in levels]
        if skill in needs:
            return groups
    return [*groups, Group(places)]


def _without_repeats(steps: Sequence[Step]) -> list[Step]:
    """Steps that change something."""
    pairs = zip([None, *steps], steps, strict=False)
    return [
        step
        for before, step in pairs
        if before is None or (before.lines, before.groups) != (step.lines, step.groups)
    ]

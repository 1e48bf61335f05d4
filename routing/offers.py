"""What the waiting line deals in: a caller who waits, an offer, a live call."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hotline.calls.machine import Stage
from hotline.site_matching import Priority
from routing.asks import Step, skills_from
from routing.line_machine import HOLDING, LineState


@dataclass(frozen=True)
class Offer:
    """One agent held for one call. ``leg`` is unique and counts per call: ``<call_id>/1``."""

    leg: str
    call_id: str
    agent: str
    seat: str
    city: str
    """The agent's city, by code."""
    made_at: float


@dataclass(frozen=True)
class WaitingCall:
    """A caller who enters the line."""

    call_id: str
    number: str
    name: str
    city: str | None
    """City responsible, by code; None: the province pool."""
    entered_at: float
    owner: str
    """The FastAGI process that owns the caller; it is woken on redis_keys.WAKE."""
    channel: str
    legs: int = 0
    """Offers this call had before, when a line lost with Redis is entered again."""
    steps: tuple[Step, ...] = ()
    """What the caller asks for as time passes (`routing.asks`); none: the own city's agents, then
    the province's."""
    wants: str = ""
    """The skills wanted, as `routing.asks.skills_text` writes them, for screens."""
    priority: Priority | None = None
    """Why ``head_start`` is given."""
    head_start: float = 0.0
    """Seconds by which the caller counts as having come earlier."""
    prefers: str | None = None
    """An agent waited for, for ``limits.same_agent_seconds``; ``steps`` ask them first later."""


@dataclass(frozen=True)
class LiveCall:
    """Everything the live state knows of a call. Instants are epoch seconds."""

    call_id: str
    number: str
    name: str
    city: str | None
    channel: str
    owner: str
    entered_at: float
    stage: Stage
    """What the caller hears, as screens show it: an offer or a talk goes before what was set."""
    line: LineState
    legs: int
    offer: Offer | None
    dialled_at: float | None
    answered_at: float | None
    seat_channel: str | None
    place: float
    """The entry time less the head start: the line goes by it."""
    priority: str = ""
    """A `hotline.site_matching.Priority`, ``returned`` (the old place given back), or empty."""
    wants: Mapping[str, int] = field(default_factory=dict)
    """The skills wanted, with the level asked for at first."""
    prefers: str | None = None


#: Stages that follow from the line's state, whatever the script said last.
_STAGES = {
    LineState.OFFERED: Stage.OFFERED,
    LineState.RINGING: Stage.OFFERED,
    LineState.TALKING: Stage.TALKING,
}


def live_call(row: Mapping[str, str]) -> LiveCall:
    """A live call from its hash."""
    line = LineState(row["line"])
    return LiveCall(
        call_id=row["call_id"],
        number=row["number"],
        name=row["name"],
        city=row["city"] or None,
        channel=row["channel"],
        owner=row["owner"],
        entered_at=float(row["entered_at"]),
        stage=_STAGES.get(line) or Stage(row["stage"]),
        line=line,
        legs=int(row["legs"]),
        offer=_offer(row) if line in HOLDING else None,
        dialled_at=instant(row.get("dialled_at")),
        answered_at=instant(row.get("answered_at")),
        seat_channel=row.get("seat_channel") or None,
        place=float(row["place"]),
        priority=row["priority"],
        wants=skills_from(row["wants"]),
        prefers=row["prefers"] or None,
    )


def instant(text: str | None) -> float | None:
    """An instant as a hash keeps it; empty is none."""
    return float(text) if text else None


def _offer(row: Mapping[str, str]) -> Offer:
    return Offer(
        leg=row["leg"],
        call_id=row["call_id"],
        agent=row["agent"],
        seat=row["seat"],
        city=row["seat_city"],
        made_at=float(row["made_at"]),
    )

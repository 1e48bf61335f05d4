"""One caller's call while its script runs: what is known of it, told of it, held for it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import structlog

from agi.errors import AgiError
from agi.services import Services
from agi.session import Session
from hotline import channel_variables as variables
from hotline.calls.events import EventKind
from hotline.calls.machine import CALL, CallMove, LegResult, Stage
from hotline.errors import IllegalTransitionError, JournalError
from hotline.site import MenuChoice
from routing.errors import LiveStateAwayError
from routing.offers import Offer

P = ParamSpec("P")
T = TypeVar("T")
log = structlog.get_logger()


@dataclass
class Answer:
    """A seat said hello."""

    leg: str
    seat: str
    at: float


@dataclass
class CallScript:
    """The state of one script. Its own thread works on it; the floor only tells of an answer.

    ``direct``: live state is away, so seats are rung straight from the site file.
    ``ringing``: seat -> leg, for the legs now being dialled.
    ``choice``: what was pressed in the menu. ``prefers``: the agent who knows the matter.
    """

    id: str
    channel: str
    number: str
    name: str
    city: str | None
    entered_at: float
    session: Session
    services: Services
    stage: Stage = CALL.start
    offer: Offer | None = None
    direct: bool = False
    notice_heard: bool = False
    ringing: dict[str, str] = field(default_factory=dict)
    legs: int = 0
    choice: MenuChoice | None = None
    prefers: str | None = None
    answer: Answer | None = None
    awake: threading.Event = field(default_factory=threading.Event)
    _answering: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, kind: EventKind, at: float | None = None, **data: Any) -> None:
        """Append a fact. A journal that refuses tries again by itself; the caller never waits."""
        try:
            self.services.journal.append(self.id, kind, data, at=at)
        except JournalError:
            log.exception("fact kept in memory", call=self.id, kind=kind)

    def live(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """A step on the live state; None, and seats rung directly from then on, when it is away.

        Once away it is not asked again until `agi.steps.line.seek` does: a frozen Redis costs
        its time-out at every question, and the caller waits meanwhile.
        """
        if self.direct:
            return None
        try:
            return step(*args, **kwargs)
        except LiveStateAwayError:
            log.warning("live state away", call=self.id, stage=self.stage)
            self.tell(EventKind.FALLBACK, by="agi", reason="live state away")
            self.direct = True
        except IllegalTransitionError as error:
            log.error("live state disagrees", call=self.id, reason=str(error))
        return None

    def move(self, move: CallMove) -> None:
        """Go on to the next stage and mirror it: channel variable, live state, record."""
        self._enter(CALL.step(self.stage, move))

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        if stage is Stage.TALKING:
            return  # `note_answer` told it, when it happened
        self.mirror(variables.STAGE, stage.value)
        self.tell(EventKind.STAGE, stage=stage.value)
        self.live(self.services.line.set_stage, self.id, stage)

    def mirror(self, variable: str, value: str) -> None:
        """Set a channel variable that a second server would resume from."""
        self.session.put(variable, value)

    def note_answer(self, seat_channel: str, at: float) -> bool:
        """A seat's channel answered. Told by the floor at once and by Dial at its end; first wins.

        Called from another thread than the script's: it must not use the session.
        """
        seat = seat_channel.removeprefix("PJSIP/").rpartition("-")[0]
        with self._answering:
            leg = self.ringing.get(seat)
            if leg is None or self.answer is not None:
                return False
            self.answer = Answer(leg, seat, at)
            losers = [other for other in self.ringing.values() if other != leg]
            self.ringing = {seat: leg}
        for other in losers:
            self.tell(
                EventKind.LEG_ENDED,
                at=at,
                leg=other,
                result=LegResult.ELSEWHERE.value,
                ended_by="system",
            )
        self.tell(EventKind.LEG_ANSWERED, at=at, leg=leg)
        self.tell(EventKind.STAGE, at=at, stage=Stage.TALKING.value)
        if self.offer:
            self.live(self.services.line.answered, self.offer, seat_channel)
        return True

    def leg_started(self, leg: str, seat: str, city: str, agent: str | None) -> None:
        """Somebody is asked to take part."""
        self.ringing[seat] = leg
        self.legs += 1
        self.tell(EventKind.LEG_STARTED, leg=leg, role="seat", agent=agent, seat=seat, city=city)

    def legs_ended(self, result: LegResult, ended_by: str) -> None:
        """Close every leg now dialled: the one that answered as answered, the others as given."""
        for seat, leg in self.ringing.items():
            spoke = self.answer is not None and self.answer.seat == seat
            self.tell(
                EventKind.LEG_ENDED,
                leg=leg,
                result=(LegResult.ANSWERED if spoke else result).value,
                ended_by=ended_by,
            )
        self.ringing = {}

    def end(self, ended_by: str) -> None:
        """The last act: free what the call holds, close its record, tell the dialplan."""
        self.direct = False
        cut_off = ended_by == "caller" and self.answer is None
        self.live(self.services.line.leave, self.id, cut_off=cut_off)
        if self.ringing:
            self.legs_ended(LegResult.CALLER_GONE, ended_by)
        self.tell(EventKind.ENDED, ended_by=ended_by)
        try:
            self.session.put(variables.DONE, "1")
        except AgiError:
            log.debug("channel was gone before its last variable", call=self.id)

"""One outbound call while its script runs, on the channel of the phone that was rung first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from agi.errors import AgiError
from agi.services import Services
from agi.session import Session
from hotline import channel_variables as variables
from hotline.calls.events import EventKind
from hotline.calls.outbound import OUTBOUND, OutboundMove, OutboundStage, caller_leg
from hotline.errors import IllegalTransitionError, JournalError
from routing.errors import LiveStateAwayError
from routing.offers import Offer
from routing.outbound import AGENT_FIRST, CALLER_FIRST

log = structlog.get_logger()


@dataclass
class OutboundScript:
    """What is known of the call; ``offer`` holds its agent, ``first`` is whose phone this is."""

    id: str
    channel: str
    number: str
    first: str
    offer: Offer
    session: Session
    services: Services
    stage: OutboundStage = OUTBOUND.start

    @property
    def legs(self) -> tuple[str, str]:
        """The leg of the phone that was rung first, and the other one."""
        agent, caller = self.offer.leg, caller_leg(self.id)
        return (caller, agent) if self.first == CALLER_FIRST else (agent, caller)

    @property
    def second(self) -> str:
        """Whose phone is rung second."""
        return AGENT_FIRST if self.first == CALLER_FIRST else CALLER_FIRST

    def tell(self, kind: EventKind, at: float | None = None, **data: Any) -> None:
        """Append a fact; a journal that refuses tries again by itself."""
        try:
            self.services.journal.append(self.id, kind, data, at=at)
        except JournalError:
            log.exception("fact kept in memory", call=self.id, kind=kind)

    def move(self, move: OutboundMove, at: float | None = None) -> None:
        """Go on to the next stage, and tell the record."""
        self.stage = OUTBOUND.step(self.stage, move)
        self.tell(EventKind.STAGE, at=at, stage=self.stage.value)

    def live(self, step: Callable[[], object]) -> None:
        """A step on the live state; two people who talk do not need it."""
        try:
            step()
        except LiveStateAwayError as error:
            log.warning("live state away", call=self.id, reason=str(error))
        except IllegalTransitionError as error:
            log.error("live state disagrees", call=self.id, reason=str(error))

    def end(self, ended_by: str) -> None:
        """The last act: the agent wraps up, the record is closed, the dialplan is told."""
        self.live(lambda: self.services.line.leave(self.id))
        self.tell(EventKind.ENDED, ended_by=ended_by)
        try:
            self.session.put(variables.DONE, "1")
        except AgiError:
            log.debug("channel was gone before its last variable", call=self.id)

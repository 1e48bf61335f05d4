"""Call-backs that are dialled without an agent's asking keep their place in the line.

Each is a caller of the line without a channel: entered with the time at which the caller first
entered, matched like everybody, by the very same move. So a call-back overtakes nobody who
waited longer, and nobody who came later overtakes it. The offer of an agent is the moment to
ring that agent's phone.
"""

import structlog
from sqlalchemy.exc import OperationalError

from casework.callbacks import Callbacks
from casework.errors import CallbackTakenError
from hotline.ami import Ami
from hotline.calls.outbound import is_outbound, outbound_id
from hotline.clock import Clock
from hotline.db.models import Callback
from hotline.errors import AmiError, IllegalTransitionError
from hotline.jobs import JobContext
from hotline.redis_client import connect
from hotline.site import Site
from routing.errors import LiveStateAwayError
from routing.line import Line
from routing.line_machine import LineState
from routing.offers import Offer
from routing.outbound import Called, Dialler

log = structlog.get_logger()

#: Not placed yet: only the line knows of it.
_IN_LINE = frozenset({LineState.WAITING, LineState.OFFERED})


class PlaceKeeper:
    """Keeps the places, and places the calls."""

    def __init__(
        self, site: Site, callbacks: Callbacks, line: Line, dialler: Dialler, clock: Clock
    ) -> None:
        self._site = site
        self._clock = clock
        self._callbacks = callbacks
        self._line = line
        self._dialler = dialler

    def run(self) -> None:
        """Look once: enter who is due, ring where an agent is offered, let go who is not due.

        Raises:
            LiveStateAwayError: Redis is away.
            OperationalError: SQL is away; no place is kept meanwhile, so that no agent is held.
        """
        try:
            rows = [(row, self.called(row)) for row in self._callbacks.to_dial()]
        except OperationalError:
            self.let_all_go()
            raise
        self._leave_all_but(frozenset(called.call_id for _, called in rows))
        for row, called in rows:
            offer = self._line.enter(called.waiting(self._clock()))
            if offer:
                self._ring(row, called, offer)

    def let_all_go(self) -> None:
        """Keep no place: nobody could place a call now. Raises LiveStateAwayError."""
        self._leave_all_but(frozenset())

    def called(self, row: Callback) -> Called:
        """The next call for a call-back, in the place of the line that the caller had."""
        number = self._callbacks.next_number(row.id)
        call_id = outbound_id(self._site.hotline.system_name, row.id, number)
        since, first = row.since.timestamp(), self._site.callback.first
        return Called(call_id, row.number, row.name, row.city, since, first)

    def _leave_all_but(self, due: frozenset[str]) -> None:
        for call in self._line.live_calls():
            if is_outbound(call.call_id) and call.line in _IN_LINE and call.call_id not in due:
                self._line.leave(call.call_id)

    def _ring(self, row: Callback, called: Called, offer: Offer) -> None:
        try:
            self._callbacks.dialling(row.id, called.call_id, offer.agent)
        except (CallbackTakenError, IllegalTransitionError) as error:
            log.info("call-back is somebody else's", callback=row.id, reason=str(error))
            return
        if not self._line.dialled(offer):
            self._callbacks.not_dialled(row.id)
            return
        try:
            self._dialler.place(called, offer)
        except AmiError as error:
            log.warning("call-back not placed", callback=row.id, reason=str(error))


class DialJob:
    """A look each second: the lease of an offer is longer."""

    name = "dial-callbacks"
    interval = 1.0

    def __init__(self) -> None:
        self._made: tuple[PlaceKeeper, Ami] | None = None

    def run(self, context: JobContext) -> None:
        """Nothing, where no trunk is dialled out on or nothing is dialled by itself."""
        site = context.settings.site
        if site.callback.by_itself == "none" or not any(trunk.dial for trunk in site.trunks):
            return
        self._made = self._made or _make(context)
        keeper, ami = self._made
        try:
            if ami.connected:
                keeper.run()
            else:
                keeper.let_all_go()
        except LiveStateAwayError as error:
            log.info("live state away", job=self.name, reason=str(error))


def _make(context: JobContext) -> tuple[PlaceKeeper, Ami]:
    settings = context.settings
    ami = Ami(settings.site.server.ami, "hotline", settings.secrets().ami)
    ami.start()
    line = Line(connect(settings), context.clock, settings.site.limits)
    callbacks = Callbacks(context.sessions, context.clock, settings.site.callback)
    dialler = Dialler(settings, line, context.journal, ami)
    return PlaceKeeper(settings.site, callbacks, line, dialler, context.clock), ami


def job() -> DialJob:
    """Entry point of `hotline.jobs`."""
    return DialJob()

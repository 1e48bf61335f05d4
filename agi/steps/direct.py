"""Live state is away: ring the free seats of the caller's city, then the province's, together.

The site file read at start says which seats there are; Asterisk itself knows which are free.
Between two rounds the caller hears music and the line is tried again.
"""

from agi.call import CallScript
from agi.errors import CallerGoneError
from agi.steps.dialled import learn_answer, leg_result
from hotline.calls.machine import CallMove
from hotline.site import Seat

_PAUSE_MS = 2000


def ring_directly(call: CallScript) -> CallMove:
    """One round over city and province; a talk that came of it is over on return."""
    for city in dict.fromkeys((call.city, None)):
        seats = _free_seats(call, city)
        if seats and _ring(call, seats):
            return CallMove.ANSWER
    call.session.music(on=True)
    call.session.wait_key(_PAUSE_MS)
    return CallMove.SEAT_FAILED


def _free_seats(call: CallScript, city: str | None) -> list[Seat]:
    seats = call.services.settings.site.seats_of(city)
    return [
        seat
        for seat in seats
        if call.session.get(f"DEVICE_STATE(PJSIP/{seat.name})") == "NOT_INUSE"
    ]


def _ring(call: CallScript, seats: list[Seat]) -> bool:
    limits = call.services.settings.site.limits
    stamp = int(call.services.clock() * 1000)
    for seat in seats:
        call.leg_started(f"{call.id}/{stamp}-{seat.name}", seat.name, seat.city, None)
    notice = "" if call.notice_heard else f"A(:{call.services.prompt('notice')})"
    target = "&".join(f"PJSIP/{seat.name}" for seat in seats)
    try:
        call.session.dial(target, limits.ring_seconds, f"gm(default){notice}")
    except CallerGoneError:
        learn_answer(call)
        raise
    learn_answer(call)
    if call.answer is None:
        call.legs_ended(leg_result(call), "system")
    return call.answer is not None

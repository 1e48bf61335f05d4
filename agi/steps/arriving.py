"""Arrived: the call is known, the caller is in the line before the first word is said.

Redis away: seats are rung directly. SQL away: nothing here needs it.
"""

from agi.call import CallScript
from agi.steps.line import seek
from hotline import channel_variables as variables
from hotline.calls.events import EventKind
from hotline.calls.machine import CallMove


def arrive(call: CallScript) -> CallMove:
    """Tell the record who calls, enter the line, and take a seat that is free at once."""
    tell_arrival(call)
    call.mirror(variables.ENTERED_AT, f"{call.entered_at:.3f}")
    call.mirror(variables.CITY, call.city or "")
    call.prefers = call.services.knows(call.number)
    return CallMove.OFFER if seek(call) else CallMove.GREET


def tell_arrival(call: CallScript) -> None:
    """The record's first facts: who calls, and where the sound goes."""
    call.tell(
        EventKind.ARRIVED,
        at=call.entered_at,
        direction="inbound",
        caller_number=call.number,
        caller_name=call.name,
        called_number=call.session.env.get("agi_extension", ""),
        origin_city=call.city,
    )
    recording = call.session.get(variables.RECORDING)
    if recording:
        call.tell(EventKind.RECORDING_STARTED, path=recording)

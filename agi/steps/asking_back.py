"""A key while waiting: hang up and be called back, with the place in the line that one has.

Offered only to who can be called back, and where the site has a key for it. The prompt missing:
the key counts all the same.
"""

from agi.call import CallScript
from agi.steps.speech import say
from casework.callback_upkeep import is_callable
from hotline.calls.events import EventKind
from hotline.calls.machine import Outcome


def offered_key(call: CallScript) -> str:
    """The key to press; empty when this caller is offered none."""
    return call.services.settings.site.callback.offer_key if is_callable(call.number) else ""


def offer_callback(call: CallScript) -> str:
    """Say which key asks for a call-back; returns the key pressed meanwhile, if any."""
    key = offered_key(call)
    return say(call, "callback-offer", key) if key else ""


def note_callback(call: CallScript) -> None:
    """Leave the line, write the wish down, say so. The worker makes the call-back of it."""
    call.live(call.services.line.leave, call.id)
    call.tell(EventKind.CLASSIFIED, outcome=Outcome.CALLBACK_REQUESTED.value)
    call.session.music(on=False)
    say(call, "callback-noted")

"""Rating: five levels by one key, asked twice at most, silence accepted; then goodbye.

A prompt file missing: the key is still awaited, the call still ends politely.
"""

from agi.call import CallScript
from agi.steps.speech import say, say_and_hear
from hotline.calls.events import EventKind
from hotline.calls.machine import CallMove

_KEYS = "12345"


def ask_rating(call: CallScript) -> CallMove:
    """Ask, note the answer for the agent's leg, thank and say goodbye."""
    leg = call.answer.leg if call.answer else None
    seconds = call.services.settings.site.limits.rating_seconds
    call.tell(EventKind.RATING_ASKED, leg=leg, by="hang_up")
    key = ""
    for prompt in ("rating", "rating-again"):
        key = key or say_and_hear(call, prompt, _KEYS, seconds)
    if key:
        call.tell(EventKind.RATED, score=int(key), leg=leg)
        say(call, "thanks")
    say(call, "goodbye")
    return CallMove.END

"""Greeting: the line's name and the recording notice, cut short when a seat is free.

Redis away: both are skipped, a person comes first. A prompt file missing: Asterisk goes on at
once, the caller hears music.
"""

from agi.call import CallScript
from agi.session import STOPPED
from agi.steps.line import seek
from agi.steps.speech import say
from hotline.calls.machine import CallMove


def greet(call: CallScript) -> CallMove:
    """Greet until done or until somebody can be rung."""
    for prompt in ("greeting", "notice"):
        if seek(call):
            return CallMove.OFFER
        stopped = say(call, prompt) == STOPPED
        call.notice_heard = prompt == "notice" and not stopped
    return CallMove.ASK if call.services.settings.site.menu else CallMove.WAIT

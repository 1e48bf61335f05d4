"""Waiting: music, a word of comfort now and then, and ears open for an offer.

The wait is WAIT FOR DIGIT under music: it hears keys and hang-up, and an AMI stop ends it at
once. A stop sent between two commands is lost, so the offer is read again after every return;
Redis away: seats are rung directly.
"""

from agi.call import CallScript
from agi.steps.asking_back import note_callback, offer_callback, offered_key
from agi.steps.line import seek
from agi.steps.place import say_place
from hotline.calls.machine import CallMove

_LISTEN_MS = 1000


def wait(call: CallScript) -> CallMove:
    """Wait until somebody can be rung, or the caller asks to be called back.

    The caller may wait as long as they like.
    """
    clock = call.services.clock
    limits = call.services.settings.site.limits
    prompt, next_word = "waiting", clock()
    call.session.music(on=True)
    while not seek(call):
        if clock() >= next_word:
            key = say_place(call, prompt, offered_key(call)) or offer_callback(call)
            call.session.music(on=True)
            prompt, next_word = "still-waiting", clock() + limits.comfort_seconds
        else:
            key = call.session.wait_key(_LISTEN_MS)
        if key and key == offered_key(call):
            note_callback(call)
            return CallMove.END
    call.session.music(on=False)
    return CallMove.OFFER

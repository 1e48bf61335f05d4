"""您前面还有 3 位，预计等待 2 分钟: where a waiting caller stands, said from the words there are.

An offer stops the word that plays; the others are then left out. Live state away, a word without
a sound file, or nothing sensible to say: the caller hears the plain prompt instead.
"""

import math

from agi.call import CallScript
from agi.steps.speech import say
from routing.estimate import LONGEST, Estimate

#: The prompt that an announcement of the place takes the place of.
_PLAIN = "still-waiting"
_MOST = 99


def say_place(call: CallScript, prompt: str, keys: str = "") -> str:
    """Play a prompt, or where the caller stands instead of the plain one; as `say`."""
    words = _words_for(call) if prompt == _PLAIN else []
    for word in words or [prompt]:
        key = say(call, word, keys)
        if key:
            return key
    return ""


def words_of(estimate: Estimate) -> list[str]:
    """The prompts that tell an estimate; none when there is nothing sensible to say."""
    if estimate.ahead > _MOST:
        return []
    words = ["you-are-next"]
    if estimate.ahead:
        words = ["ahead-of-you", *_count(estimate.ahead), "people-ahead"]
    minutes = max(math.ceil(estimate.seconds / 60), 1)
    if estimate.seconds < LONGEST:
        words += ["expected-wait", *_count(minutes), "minutes"]
    return words


def _count(number: int) -> list[str]:
    """A number from 1 to 99 as people count: 两, 十二, 二十, 二十三."""
    if number == 2:
        return ["count-2-alone"]
    tens, units = divmod(number, 10)
    words = [f"count-{tens}"] if tens > 1 else []
    words += ["count-10"] if tens else []
    return words + ([f"count-{units}"] if units else [])


def _words_for(call: CallScript) -> list[str]:
    waits = call.services.waits
    if waits is None:
        return []
    estimate = call.live(waits.estimate, call.id, call.city, call.entered_at)
    words = words_of(estimate) if estimate else []
    return words if all(call.services.has_prompt(word) for word in words) else []

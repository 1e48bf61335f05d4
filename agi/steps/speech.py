"""Saying a prompt, whatever is wrong with its file."""

from agi.call import CallScript
from agi.errors import CommandFailedError
from agi.session import STOPPED


def say(call: CallScript, prompt: str, keys: str = "") -> str:
    """Play a prompt: the key pressed, `STOPPED`, or empty; empty too when it cannot be played."""
    try:
        return call.session.play(call.services.prompt(prompt), keys)
    except CommandFailedError:
        call.services.prompt_failed(prompt)
        return ""


def say_and_hear(call: CallScript, prompt: str, keys: str, seconds: float) -> str:
    """Play a prompt and wait for one of ``keys`` until ``seconds`` after its end."""
    key = say(call, prompt, keys)
    if key in {"", STOPPED}:
        key = call.session.wait_key(int(seconds * 1000))
    return key if key in keys else ""

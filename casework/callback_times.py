"""When a call-back is tried: the site's pauses, within the hours in which people may be rung."""

from datetime import datetime, timedelta

from hotline.clock import CHINA
from hotline.site import Callback


def next_try(rules: Callback, tried: int, after: float, *, asked_for: bool = False) -> float | None:
    """When to try next, epoch seconds; None when all tries are used up.

    Args:
        rules: The site's ``[callback]``.
        tried: How often it was tried.
        after: When the last try ended, or when the task was made: epoch seconds.
        asked_for: The caller waits for it, so the first try comes at any hour.
    """
    if tried >= len(rules.pauses_minutes):
        return None
    at = after + rules.pauses_minutes[tried] * 60
    return at if asked_for and tried == 0 else _within_hours(rules, at)


def _within_hours(rules: Callback, at: float) -> float:
    """``at``, or the next first hour when that is at night."""
    local = datetime.fromtimestamp(at, CHINA)
    begin = local.replace(hour=rules.first_hour, minute=0, second=0, microsecond=0)
    if local < begin:
        return begin.timestamp()
    if local.hour >= rules.last_hour:
        return (begin + timedelta(days=1)).timestamp()
    return at

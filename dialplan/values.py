"""The second barrier: what a template may put into a file of Asterisk.

The site file's own types are the first (hotline.site). Here every value is looked at again at
the moment it is written, because folders and passwords come from elsewhere.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialplan.errors import RefusedValueError

#: Characters that a configuration file, a dialplan application's arguments or an expression
#: reads as its own. A path with one of them is refused rather than quoted: Asterisk's formats
#: do not agree on how to quote.
SPECIAL = frozenset(";,[](){}<>=$\"'`\\|&#!*?^")

#: An IPv6 address as a host is the one place where brackets are meant.
_BRACKETED = re.compile(r"\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")


class Keyed(str):
    """Text that remembers which key of the site file said it."""

    __slots__ = ("key",)
    key: str

    def __new__(cls, text: str, key: str) -> "Keyed":
        made = super().__new__(cls, text)
        made.key = key
        return made


def keyed(value: Any, key: str) -> Any:
    """A tree of dicts, sequences, texts and numbers with every text `Keyed` by its path."""
    if isinstance(value, Mapping):
        return {name: keyed(part, f"{key}.{name}" if key else name) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(keyed(part, f"{key}.{n}") for n, part in enumerate(value))
    if isinstance(value, (str, Path)):
        return Keyed(str(value), key)
    return value


def safe(value: object) -> object:
    """What Jinja2 writes for an expression (its ``finalize``).

    Raises:
        RefusedValueError: the value is no plain text or number, or holds a special character.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    key = value.key if isinstance(value, Keyed) else "a template's expression"
    if not isinstance(value, str):
        raise RefusedValueError(key, f"a {type(value).__name__} cannot be written")
    if not value:
        raise RefusedValueError(key, "must not be empty")
    if _BRACKETED.fullmatch(value):
        return value
    bad = sorted({c for c in value if c in SPECIAL or not c.isprintable()})
    if bad:
        raise RefusedValueError(key, f"must not contain {' '.join(map(repr, bad))}")
    if value != value.strip():
        raise RefusedValueError(key, "must not begin or end with a space")
    return value

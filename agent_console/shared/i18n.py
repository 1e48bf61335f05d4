"""Interface text: English message ids, Chinese from the catalogue read at start."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from fastapi import Request

#: The first is the default.
LANGUAGES = ("zh_CN", "en")
COOKIE = "hl_language"
LOCALE = Path(__file__).parents[1] / "locale"

Translate = Callable[[str], str]


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of ``language``; English is what the ids say."""
    path = LOCALE / language / "LC_MESSAGES" / "console.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def language_of(request: Request) -> str:
    """The language of a request: the person's choice, else Chinese."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def N_(message: str) -> str:  # noqa: N802 - the name that extractors know
    """Mark a message for translation where it is kept and shown later."""
    return message

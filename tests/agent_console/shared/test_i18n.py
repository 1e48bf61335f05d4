"""Every word has its Chinese, and the words for states are complete."""

import re
from enum import StrEnum

import pytest
from babel.messages.pofile import read_po

from agent_console.shared.failures import ANSWERS, PLAIN, answer_for
from agent_console.shared.i18n import LOCALE
from agent_console.shared.pages import FEATURES, environment
from agent_console.shared.words import RATINGS, WORDS, word
from casework.ticket_machine import TicketState
from hotline.errors import AmiError, HotlineError
from tests.agent_console.messages import used

_PLACES = re.compile(r"%\(\w+\)s")


def _catalogue() -> dict[str, str]:
    with (LOCALE / "zh_CN" / "LC_MESSAGES" / "console.po").open("rb") as file:
        rows = read_po(file, locale="zh_CN")
    return {str(row.id): str(row.string) for row in rows if row.id}


def test_every_message_has_its_chinese_and_none_is_left_over() -> None:
    catalogue = _catalogue()
    assert used() == set(catalogue)
    assert all(catalogue.values())


def test_places_in_messages_are_kept() -> None:
    for message, chinese in _catalogue().items():
        assert sorted(_PLACES.findall(message)) == sorted(_PLACES.findall(chinese)), message


def test_every_state_has_a_word() -> None:
    for kind, words in WORDS.items():
        assert set(words) == set(kind)
    assert set(RATINGS) == {1, 2, 3, 4, 5}


def test_a_value_of_a_later_version_is_shown_as_it_is() -> None:
    assert word(TicketState, "teleported") == "teleported"
    assert word(TicketState, None) == ""


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_template_compiles(language: str) -> None:
    made = environment(language)
    names = made.list_templates()
    assert {name.split("/")[0] for name in names} == set(FEATURES)
    for name in names:
        made.get_template(name)


def test_errors_find_their_answer_along_the_tree() -> None:
    class LaterError(AmiError):
        """A kind of tomorrow."""

    class UnknownError(HotlineError):
        """No row of its own."""

    assert answer_for(LaterError()).id == "exchange_away"
    assert answer_for(UnknownError()).status == 500
    ids = [answer.id for answer in (*ANSWERS.values(), *PLAIN.values())]
    assert all(re.fullmatch(r"[a-z_]+", each) for each in ids)


def test_enums_are_covered_by_type() -> None:
    assert all(issubclass(kind, StrEnum) for kind in WORDS)

"""The form's shape, both ways."""

from typing import Any

import pytest
from pydantic import ValidationError
from starlette.datastructures import FormData

from agent_console.tickets.forms import fields_from


def given(*pairs: tuple[str, str]) -> dict[str, Any]:
    """What a form with these pairs gives."""
    return fields_from(FormData(list(pairs))).given()


def test_only_what_the_form_has_is_given() -> None:
    assert given(("demand", "x")) == {"demand": "x"}
    assert given(("csrf", "x"), ("version", "3"), ("act", "save")) == {}


def test_ticks_that_are_off_are_off() -> None:
    assert given(("ticks", "1"), ("secret", "1")) == {
        "identity_refused": False,
        "secret": True,
        "special_groups": [],
    }


def test_empty_choices_are_nothing() -> None:
    assert given(("service", ""), ("deadline", ""), ("city", "")) == {
        "service": None,
        "deadline": None,
        "city": None,
    }


@pytest.mark.parametrize(
    ("sent", "group", "matter"),
    [("civil/wages", "civil", "wages"), ("civil/", "civil", None), ("", None, None)],
)
def test_both_levels_in_one_choice(sent: str, group: str | None, matter: str | None) -> None:
    assert given(("matter", sent)) == {"matter_group": group, "matter": matter}


def test_lists_and_numbers() -> None:
    groups = (("ticks", "1"), ("special_groups", "woman"), ("special_groups", "elderly"))
    assert given(*groups)["special_groups"] == ["elderly", "woman"]
    assert given(("helping_units", " a\r\n\r\nb ")) == {"helping_units": ["a", "b"]}
    assert given(("external_12345", " 77 "), ("external_110", "")) == {
        "external_numbers": {"12345": "77"}
    }


def test_line_ends_are_ours() -> None:
    assert given(("what_happened", "a\r\nb")) == {"what_happened": "a\nb"}


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValidationError):
        given(("matter", "criminal/wages"))

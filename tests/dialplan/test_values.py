"""The second barrier: values as they are written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialplan.errors import RefusedValueError
from dialplan.values import SPECIAL, Keyed, keyed, safe


@given(st.text())
def test_what_passes_has_nothing_special_in_it(text: str) -> None:
    try:
        written = str(safe(Keyed(text, "seat.0.name")))
    except RefusedValueError:
        return
    unbracketed = written.replace("[", "").replace("]", "") if ":" in written else written
    assert not SPECIAL & set(unbracketed)
    assert written.isprintable()
    assert written == text


@pytest.mark.parametrize(
    "text",
    ["x]\n[admin]", 'a"b', "a,b", "${SYSTEM(id)}", "a;b", "a => b", "a'b", "a\\b", "a&b", "", " a"],
)
def test_a_value_that_would_leave_its_place_is_refused_with_its_key(text: str) -> None:
    with pytest.raises(RefusedValueError, match=r"^secrets\.seats\.cc01: "):
        safe(Keyed(text, "secrets.seats.cc01"))


def test_a_refusal_does_not_tell_the_value() -> None:
    with pytest.raises(RefusedValueError) as refused:
        safe(Keyed("hunter2;", "secrets.ami"))
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("value", [None, True, ["a"], b"a", dict.keys])
def test_what_is_no_text_and_no_number_is_refused(value: object) -> None:
    with pytest.raises(RefusedValueError, match="a template's expression"):
        safe(value)


@pytest.mark.parametrize(
    "value", [20, 0.5, "127.0.0.1:5060", "[::1]:5060", "/var/lib/热线 1/keys", "alaw"]
)
def test_plain_values_are_written_as_they_are(value: object) -> None:
    assert safe(value) == value


def test_every_text_of_a_tree_knows_its_key() -> None:
    tree = keyed({"seat": ({"name": "cc01"},), "dir": Path("/x"), "n": 3}, "")
    assert tree["seat"][0]["name"].key == "seat.0.name"
    assert tree["dir"].key == "dir"
    assert tree["n"] == 3

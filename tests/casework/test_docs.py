"""docs/tickets.md says what the table says."""

import re
from pathlib import Path

from casework.ticket_fields import TicketFields
from casework.ticket_machine import EDITABLE, NEEDS_REASON, TICKET, TicketState

PAGE = (Path(__file__).parents[2] / "docs" / "tickets.md").read_text(encoding="utf-8")


def test_the_table_is_the_tables() -> None:
    section = PAGE.split("| from | move | to |")[1].split("\n\n")[0]
    rows = set(re.findall(r"^\| (\w+) \| (\w+) \| (\w+) \|$", section, re.MULTILINE))
    assert rows == {(state, move, to) for (state, move), to in TICKET.table.items()}


def test_every_state_has_its_chinese() -> None:
    assert set(re.findall(r"^\| (\w+) \| [一-鿿]+ \|$", PAGE, re.MULTILINE)) == set(TicketState)


def test_reasons_and_editable_states_are_told() -> None:
    reasons = PAGE.split("A reason is required for: ")[1].split(".")[0]
    assert set(re.split(r",\s+", reasons)) == set(NEEDS_REASON)
    editable = PAGE.split("they may change while it is")[1].split(".")[0]
    assert set(re.findall(r"`(\w+)`", editable)) == set(EDITABLE)


def test_every_field_is_named() -> None:
    assert [name for name in TicketFields.model_fields if name not in PAGE] == []

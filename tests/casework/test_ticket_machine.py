"""The table of a ticket's life holds together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.ticket_machine import EDITABLE, NEEDS_REASON, TICKET, TicketMove, TicketState
from hotline.errors import IllegalTransitionError


def _reachable() -> set[TicketState]:
    seen, fresh = {TICKET.start}, {TICKET.start}
    while fresh:
        fresh = {to for (state, _), to in TICKET.table.items() if state in fresh} - seen
        seen |= fresh
    return seen


def test_every_state_can_be_reached_and_every_move_made() -> None:
    assert _reachable() == set(TicketState)
    assert {move for _, move in TICKET.table} == set(TicketMove)


def test_tickets_end_archived_or_merged() -> None:
    assert TICKET.final() == {TicketState.ARCHIVED, TicketState.MERGED}


def test_what_is_finished_is_not_edited() -> None:
    assert EDITABLE.isdisjoint({TicketState.CLOSED, TicketState.ARCHIVED, TicketState.MERGED})
    assert TicketMove.RETURN in NEEDS_REASON


@given(st.sampled_from(TicketState), st.sampled_from(TicketMove))
def test_what_is_not_in_the_table_is_refused(state: TicketState, move: TicketMove) -> None:
    if not TICKET.allows(state, move):
        with pytest.raises(IllegalTransitionError):
            TICKET.step(state, move)


@pytest.mark.parametrize(
    "moves",
    [
        "accept answer_directly close archive",
        "accept queue_for_dispatch dispatch sign handle report_back ask_follow_up close archive",
        "accept queue_for_dispatch dispatch return dispute refuse_return sign handle",
        "accept queue_for_dispatch dispatch return reassign sign urge ask_extension",
        "accept appoint answer_directly close",
        "decline archive",
    ],
)
def test_the_ways_the_domain_describes(moves: str) -> None:
    state = TICKET.start
    for move in moves.split():
        state = TICKET.step(state, TicketMove(move))

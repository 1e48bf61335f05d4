"""Tickets on both databases: made once, saved by version, moved by the table."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import ValidationError

from casework.errors import (
    ReasonMissingError,
    TicketFieldError,
    TicketMissingError,
    TicketStaleError,
)
from casework.ticket_fields import TicketFields
from casework.ticket_machine import TicketMove, TicketState
from casework.tickets import Origin, Tickets
from hotline.clock import ManualClock
from hotline.db.models import Ticket
from hotline.errors import IllegalTransitionError
from tests.casework.conftest import BOTH

CALL = Origin(call_id="jl1-1.1", caller_number="13904310000", origin_city="changchun")


def make(tickets: Tickets, origin: Origin = CALL, **fields: Any) -> Ticket:
    """A ticket by 1023."""
    return tickets.create(TicketFields(**fields), origin, "1023")


@BOTH
def test_a_ticket_for_a_call_whose_row_is_not_there_yet(tickets: Tickets) -> None:
    made = make(tickets, caller_name="张三", special_groups=["elderly", "migrant_worker"])
    ticket = tickets.get(made.id)
    assert (ticket.call_id, ticket.caller_number) == ("jl1-1.1", "13904310000")
    assert (ticket.state, ticket.version) == ("accepted", 1)
    assert ticket.special_groups == ["elderly", "migrant_worker"]
    assert [move.move for move in tickets.moves(ticket.id)] == ["create", "accept"]
    assert [row.id for row in tickets.of_call("jl1-1.1")] == [ticket.id]


@BOTH
def test_numbers_count_a_local_day(tickets: Tickets, clock: ManualClock) -> None:
    clock.now = 1_795_449_599.0  # 2026-11-23 23:59:59 in China
    assert make(tickets).number == "JL20261123-000001"
    assert make(tickets).number == "JL20261123-000002"
    clock.advance(1)
    assert make(tickets).number == "JL20261124-000001"


@BOTH
def test_numbers_are_given_once_to_writers_at_once(tickets: Tickets) -> None:
    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(lambda _: make(tickets).number, range(30)))
    assert sorted(int(number[-6:]) for number in numbers) == list(range(1, 31))


@BOTH
def test_a_form_sent_twice_makes_one_ticket(tickets: Tickets) -> None:
    form = Origin(call_id="jl1-1.1", form_key="key")
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda _: make(tickets, form).id, range(8)))
    assert len(ids) == 1
    assert make(tickets).number.endswith("-000002")


def test_a_form_sent_again_saves_what_was_typed_meanwhile(tickets: Tickets) -> None:
    form = Origin(call_id="jl1-1.1", form_key="key")
    make(tickets, form, demand="first")
    again = make(tickets, form, demand="first and second")
    assert (again.demand, again.version) == ("first and second", 2)


def test_a_save_changes_what_was_given_only(tickets: Tickets) -> None:
    made = make(tickets, caller_name="张三", demand="要回工资")
    saved = tickets.save(made.id, 1, TicketFields(caller_name="张三丰"), "1023")
    assert (saved.caller_name, saved.demand, saved.version) == ("张三丰", "要回工资", 2)


@BOTH
def test_the_second_of_two_savers_gets_the_current_ticket(tickets: Tickets) -> None:
    made = make(tickets)
    tickets.save(made.id, 1, TicketFields(demand="first"), "1023")
    with pytest.raises(TicketStaleError) as stale:
        tickets.save(made.id, 1, TicketFields(demand="second"), "1024")
    assert (stale.value.current.demand, stale.value.current.version) == ("first", 2)


@BOTH
def test_of_savers_at_once_one_wins(tickets: Tickets) -> None:
    made = make(tickets)

    def save(n: int) -> bool:
        try:
            tickets.save(made.id, 1, TicketFields(demand=str(n)), "1023")
        except TicketStaleError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(save, range(8))) == 1
    assert tickets.get(made.id).version == 2


@BOTH
def test_answered_directly_then_closed(tickets: Tickets, clock: ManualClock) -> None:
    made = make(tickets, answer="可向劳动监察投诉")
    clock.advance(60)
    answered = tickets.move(made.id, 1, TicketMove.ANSWER_DIRECTLY, "1023")
    closed = tickets.move(made.id, answered.version, TicketMove.CLOSE, "1023")
    assert closed.state == TicketState.CLOSED
    assert closed.closed_at is not None
    assert closed.closed_at.timestamp() == clock.now
    rows = tickets.moves(made.id)
    assert [(row.from_state, row.to_state) for row in rows[-2:]] == [
        ("accepted", "answered_directly"),
        ("answered_directly", "closed"),
    ]


def test_dispatch_names_its_unit(tickets: Tickets) -> None:
    made = make(tickets)
    queued = tickets.move(made.id, 1, TicketMove.QUEUE_FOR_DISPATCH, "1023")
    with pytest.raises(TicketFieldError, match="handling_unit"):
        tickets.move(made.id, queued.version, TicketMove.DISPATCH, "1023")
    fields = TicketFields(handling_unit="长春市法律援助中心")
    saved = tickets.save(made.id, queued.version, fields, "1023")
    assert tickets.move(made.id, saved.version, TicketMove.DISPATCH, "1023").state == "dispatched"


def test_an_answer_must_be_written_before_it_counts(tickets: Tickets) -> None:
    with pytest.raises(TicketFieldError, match="answer"):
        tickets.move(make(tickets).id, 1, TicketMove.ANSWER_DIRECTLY, "1023")


def test_illegal_moves_leave_no_trace(tickets: Tickets) -> None:
    made = make(tickets)
    with pytest.raises(IllegalTransitionError):
        tickets.move(made.id, 1, TicketMove.SIGN, "1023")
    with pytest.raises(ReasonMissingError):
        tickets.move(made.id, 1, TicketMove.DECLINE, "1023", " ")
    assert tickets.get(made.id).version == 1
    assert len(tickets.moves(made.id)) == 2


def test_a_move_on_a_stale_version_is_refused(tickets: Tickets) -> None:
    made = make(tickets)
    tickets.save(made.id, 1, TicketFields(demand="x"), "1023")
    with pytest.raises(TicketStaleError):
        tickets.move(made.id, 1, TicketMove.QUEUE_FOR_DISPATCH, "1023")


def test_closed_tickets_stand(tickets: Tickets) -> None:
    made = make(tickets, answer="x")
    tickets.move(made.id, 1, TicketMove.ANSWER_DIRECTLY, "1023")
    with pytest.raises(TicketFieldError, match="state"):
        tickets.save(made.id, 2, TicketFields(answer="y"), "1023")


@BOTH
def test_search(tickets: Tickets) -> None:
    mine = make(tickets, caller_name="张三", demand="工资 100%")
    tickets.create(TicketFields(city="jilin", demand="工资 1000"), Origin(), "1024")
    assert [row.id for row in tickets.search(agent="1023")] == [mine.id]
    assert [row.agent for row in tickets.search(words="工资")] == ["1024", "1023"]
    assert [row.agent for row in tickets.search(words="100%")] == ["1023"]
    assert [row.agent for row in tickets.search(city="jilin", state=TicketState.ACCEPTED)] == [
        "1024"
    ]
    assert [row.id for row in tickets.search(number="13904310000")] == [mine.id]


@pytest.mark.parametrize(
    "fields",
    [
        {"record_type": "gossip"},
        {"matter": "wages"},
        {"matter_group": "criminal", "matter": "wages"},
        {"special_groups": ["elderly", "giant"]},
        {"caller_number": "<script>"},
        {"unknown": 1},
        {"caller_name": "x" * 65},
    ],
)
def test_fields_hold_what_the_lists_have(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TicketFields(**fields)


def test_levels_of_the_matter_are_saved_together(tickets: Tickets) -> None:
    made = make(tickets, matter_group="civil", matter="wages")
    with pytest.raises(TicketFieldError, match="matter"):
        tickets.save(made.id, 1, TicketFields(matter_group="criminal"), "1023")


def test_there_is_no_such_ticket(tickets: Tickets) -> None:
    with pytest.raises(TicketMissingError):
        tickets.save(7, 1, TicketFields(), "1023")

"""The fold: what a pile of facts makes, and that its order never matters."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.calls.events import CallEvent, EventKind
from hotline.calls.fold import fold
from hotline.calls.machine import LegResult, Outcome, Stage
from tests.hotline.calls.histories import answered_call, histories, tell


def test_an_answered_call() -> None:
    call = fold(answered_call())
    assert call.outcome is Outcome.ANSWERED
    assert (call.agent, call.seat, call.serving_city) == ("1044", "jl01", "jilin")
    assert (call.wait_seconds, call.talk_seconds) == (7.5, 60.0)
    assert (call.rating, call.ended_by, call.stage) == (5, "caller", Stage.ENDED)
    assert [leg.result for leg in call.legs] == [LegResult.NO_ANSWER, LegResult.ANSWERED]
    assert [r.path for r in call.recordings] == [
        "2026/11/23/a.wav",
        "2026/11/23/a-caller.wav",
        "2026/11/23/a-line.wav",
    ]


def test_a_call_that_lives_has_no_outcome() -> None:
    call = fold(answered_call()[:11])
    assert (call.stage, call.outcome, call.ended_at) == (Stage.TALKING, None, None)
    assert (call.seat, call.talk_seconds) == ("jl01", None)


@pytest.mark.parametrize(
    ("stage", "ended_by", "outcome"),
    [
        ("arrived", "caller", Outcome.ABANDONED_GREETING),
        ("greeting", "caller", Outcome.ABANDONED_GREETING),
        ("menu", "caller", Outcome.ABANDONED_MENU),
        ("waiting", "caller", Outcome.ABANDONED_QUEUE),
        ("offered", "caller", Outcome.ABANDONED_RINGING),
        ("talking", "caller", Outcome.FAILED),
        ("waiting", "system", Outcome.FAILED),
    ],
)
def test_the_outcome_of_a_call_nobody_answered(stage: str, ended_by: str, outcome: Outcome) -> None:
    call = fold(
        tell(
            (1.0, EventKind.ARRIVED, {}),
            (2.0, EventKind.STAGE, {"stage": stage}),
            (3.0, EventKind.ENDED, {"ended_by": ended_by}),
        )
    )
    assert call.outcome is outcome


@pytest.mark.parametrize(
    ("chosen", "answered", "outcome"),
    [
        ("voicemail", False, Outcome.VOICEMAIL),
        ("voicemail", True, Outcome.ANSWERED),
        ("handed_over", True, Outcome.HANDED_OVER),
        ("answered", False, Outcome.ABANDONED_GREETING),
        ("nonsense", False, Outcome.ABANDONED_GREETING),
    ],
)
def test_an_ending_somebody_chose(chosen: str, answered: bool, outcome: Outcome) -> None:
    told = tell(
        (1.0, EventKind.ARRIVED, {}),
        (2.0, EventKind.CLASSIFIED, {"outcome": chosen}),
        (9.0, EventKind.ENDED, {"ended_by": "caller"}),
    )
    leg = tell((2.0, EventKind.LEG_ANSWERED, {"leg": "1", "role": "seat"}), source="agi-2-2")
    assert fold(told + (leg if answered else [])).outcome is outcome


def test_a_leg_still_open_ends_with_the_call() -> None:
    call = fold(
        tell(
            (1.0, EventKind.ARRIVED, {}),
            (2.0, EventKind.LEG_STARTED, {"leg": "1", "seat": "cc01"}),
            (5.0, EventKind.ENDED, {"ended_by": "caller"}),
        )
    )
    (leg,) = call.legs
    assert (leg.ended_at, leg.result, leg.ended_by) == (5.0, LegResult.CALLER_GONE, "caller")


def test_a_phone_lifted_after_the_end_answered_nobody() -> None:
    call = fold(
        tell(
            (1.0, EventKind.ARRIVED, {}),
            (2.0, EventKind.STAGE, {"stage": "offered"}),
            (2.0, EventKind.LEG_STARTED, {"leg": "1", "seat": "cc01"}),
            (5.0, EventKind.ENDED, {"ended_by": "caller"}),
            (5.1, EventKind.LEG_ANSWERED, {"leg": "1"}),
        )
    )
    assert call.outcome is Outcome.ABANDONED_RINGING


def test_what_cel_saw_of_a_leg_completes_what_the_script_told() -> None:
    """The script was killed while it dialled; Asterisk's account knows the rest."""
    script = tell(
        (1.0, EventKind.ARRIVED, {"origin_city": "jilin"}),
        (2.0, EventKind.LEG_STARTED, {"leg": "1", "seat": "cc01", "agent": "1023"}),
    )
    cel = tell(
        (0.9, EventKind.ARRIVED, {"caller_number": "13904310000"}),
        (2.1, EventKind.LEG_STARTED, {"leg": "jl1-7.2", "seat": "cc01", "city": "changchun"}),
        (4.0, EventKind.LEG_ANSWERED, {"leg": "jl1-7.2"}),
        (9.0, EventKind.LEG_ENDED, {"leg": "jl1-7.2", "ended_by": "agent"}),
        (10.0, EventKind.ENDED, {"ended_by": "caller"}),
        source="cel-jl1",
    )
    call = fold(script + cel)
    (leg,) = call.legs
    assert (leg.leg, leg.agent, leg.city, leg.answered_at) == ("1", "1023", "changchun", 4.0)
    assert call.city == "jilin", "nothing was chosen"
    assert (call.started_at, call.origin_city, call.caller_number) == (0.9, "jilin", "13904310000")
    assert (call.outcome, call.talk_seconds) == (Outcome.ANSWERED, 5.0)


def test_the_city_chosen_last_is_responsible_wherever_the_call_came_from() -> None:
    call = fold(
        tell(
            (1.0, EventKind.ARRIVED, {"origin_city": "jilin"}),
            (2.0, EventKind.CHOSEN, {"key": "1", "city": "changchun"}),
            (3.0, EventKind.CHOSEN, {"key": "3", "city": "yanbian"}),
            (4.0, EventKind.CHOSEN, {"key": "4", "city": None}),
            (5.0, EventKind.LEG_STARTED, {"leg": "1", "seat": "sp01", "city": "siping"}),
            (6.0, EventKind.LEG_ANSWERED, {"leg": "1"}),
        )
    )
    assert (call.origin_city, call.city, call.serving_city) == ("jilin", "yanbian", "siping")


def test_a_seat_rung_twice_keeps_two_legs() -> None:
    ring = {"seat": "cc01"}
    script = tell(
        (1.0, EventKind.LEG_STARTED, {"leg": "1", **ring}),
        (30.0, EventKind.LEG_STARTED, {"leg": "2", **ring}),
    )
    cel = tell(
        (1.1, EventKind.LEG_STARTED, {"leg": "jl1-7.2", **ring}),
        (30.1, EventKind.LEG_STARTED, {"leg": "jl1-7.3", **ring}),
        (60.0, EventKind.LEG_STARTED, {"leg": "jl1-7.4", **ring}),
        source="cel-jl1",
    )
    assert [leg.leg for leg in fold(script + cel).legs] == ["1", "2", "jl1-7.4"]


def test_a_seal_completes_its_track_and_a_lost_file_is_said_to_be_missing() -> None:
    seal: dict[str, Any] = {"path": "2026/11/23/a.wav", "seconds": 71.0, "bytes": 1136044}
    told = tell(
        (200.0, EventKind.RECORDING_SEALED, {"track": "mixed", "sha256": "ab" * 32, **seal}),
        (260.0, EventKind.RECORDING_SEALED, {"track": "line", "missing": True}),
        source="worker-1-1",
    )
    mixed, caller, line = fold(answered_call() + told).recordings
    assert (mixed.sha256, mixed.seconds, mixed.bytes) == ("ab" * 32, 71.0, 1136044)
    assert (caller.sha256, caller.missing) == (None, False)
    assert (line.sha256, line.missing) == (None, True)


@settings(max_examples=60)
@given(histories(), st.randoms(), st.data())
def test_order_and_repeats_change_nothing(
    history: list[CallEvent], shuffler: random.Random, data: st.DataObject
) -> None:
    again = history + data.draw(st.lists(st.sampled_from(history)))
    shuffler.shuffle(again)
    assert fold(again) == fold(history)


@settings(max_examples=60)
@given(histories())
def test_a_call_has_one_outcome_when_it_ended_and_none_before(history: list[CallEvent]) -> None:
    call = fold(history)
    ended = any(event.kind is EventKind.ENDED for event in history)
    assert (call.ended_at is not None) == ended
    assert (call.outcome is not None) == ended
    assert (call.stage is Stage.ENDED) == ended
    spoke = any(leg.was_answered_by_seat for leg in call.legs)
    assert call.outcome is not Outcome.ANSWERED or spoke
    assert not (ended and spoke) or call.outcome in {Outcome.ANSWERED, Outcome.HANDED_OVER}


@settings(max_examples=60)
@given(histories())
def test_legs_lie_within_their_call(history: list[CallEvent]) -> None:
    call = fold(history)
    assert len({leg.leg for leg in call.legs}) == len(call.legs)
    for leg in call.legs:
        end = leg.ended_at if leg.ended_at is not None else float("inf")
        answer = leg.answered_at if leg.answered_at is not None else leg.started_at
        assert call.started_at <= leg.started_at <= answer <= end
        assert call.ended_at is None or end <= call.ended_at
        assert (leg.result is LegResult.ANSWERED) == (leg.answered_at is not None)
    assert call.talk_seconds is None or call.talk_seconds >= 0
    assert call.wait_seconds is None or call.wait_seconds >= 0


def test_facts_of_two_calls_are_not_one_call() -> None:
    stranger = CallEvent(1.0, "agi-9-9", 1, "jl1-9.9", EventKind.ARRIVED, {})
    with pytest.raises(ValueError, match="2 calls"):
        fold([*answered_call(), stranger])

"""Call histories for tests: plausible ones told by hand, and arbitrary ones by hypothesis."""

from typing import Any

from hypothesis import strategies as st

from hotline.calls.events import CallEvent, EventKind, LegRole
from hotline.calls.machine import LegResult, Outcome, Stage

CALL = "jl1-1763869200.12"
AGI = "agi-1-1"


def tell(*rows: tuple[float, EventKind, dict[str, Any]], source: str = AGI) -> list[CallEvent]:
    """Facts of one call by one source, numbered in the order given."""
    return [
        CallEvent(at, source, seq, CALL, kind, data)
        for seq, (at, kind, data) in enumerate(rows, start=1)
    ]


def answered_call() -> list[CallEvent]:
    """长春 calls, one seat does not answer, the next does, the caller rates and hangs up."""
    caller = {"caller_number": "13904310000", "caller_name": "王芳", "origin_city": "changchun"}
    first = {"leg": "1", "role": "seat", "agent": "1023", "seat": "cc01", "city": "changchun"}
    second = {"leg": "2", "role": "seat", "agent": "1044", "seat": "jl01", "city": "jilin"}
    return tell(
        (100.0, EventKind.ARRIVED, {"direction": "inbound", "called_number": "12348", **caller}),
        (100.1, EventKind.RECORDING_STARTED, {"path": "2026/11/23/a"}),
        (100.2, EventKind.STAGE, {"stage": "greeting"}),
        (101.0, EventKind.STAGE, {"stage": "offered"}),
        (101.0, EventKind.LEG_STARTED, first),
        (104.0, EventKind.LEG_ENDED, {"leg": "1", "result": "no_answer"}),
        (104.0, EventKind.STAGE, {"stage": "waiting"}),
        (105.0, EventKind.STAGE, {"stage": "offered"}),
        (105.0, EventKind.LEG_STARTED, second),
        (107.5, EventKind.LEG_ANSWERED, {"leg": "2"}),
        (107.5, EventKind.STAGE, {"stage": "talking"}),
        (167.5, EventKind.LEG_ENDED, {"leg": "2", "result": "answered", "ended_by": "agent"}),
        (167.6, EventKind.STAGE, {"stage": "rating"}),
        (170.0, EventKind.RATED, {"score": 5, "leg": "2"}),
        (171.0, EventKind.ENDED, {"ended_by": "caller"}),
    )


_NAMES = st.sampled_from(["1", "2", "3"])
_ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.lists(st.integers())
)


def _data() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "leg": _NAMES | _ANYTHING,
            "role": st.sampled_from(list(LegRole)) | _ANYTHING,
            "seat": st.sampled_from(["cc01", "jl01"]) | _ANYTHING,
            "stage": st.sampled_from(list(Stage)) | _ANYTHING,
            "outcome": st.sampled_from(list(Outcome)) | _ANYTHING,
            "result": st.sampled_from(list(LegResult)) | _ANYTHING,
            "ended_by": st.sampled_from(["caller", "agent", "system"]) | _ANYTHING,
            "score": st.integers(0, 6) | _ANYTHING,
            "caller_number": st.text(max_size=40) | _ANYTHING,
            "path": st.just("2026/a") | _ANYTHING,
            "track": st.sampled_from(["mixed", "caller"]) | _ANYTHING,
            "sha256": st.just("ab" * 32) | _ANYTHING,
        },
    )


def histories() -> st.SearchStrategy[list[CallEvent]]:
    """Any pile of facts of one call, sensible or not, from scripts and from CEL."""
    event = st.builds(
        CallEvent,
        at=st.floats(0, 60),
        source=st.sampled_from([AGI, "agi-2-2", "cel-jl1"]),
        source_seq=st.integers(0, 1000),
        call_id=st.just(CALL),
        kind=st.sampled_from(list(EventKind)),
        data=_data(),
    )
    return st.lists(
        event, min_size=1, max_size=25, unique_by=lambda fact: (fact.source, fact.source_seq)
    )

"""Calls of the record: who sees which, as list, timeline and JSON."""

from collections.abc import Callable

import pytest

from tests.agent_console.conftest import House, Person
from tests.agent_console.facts import answered_call

LogIn = Callable[[str], Person]


@pytest.fixture
def calls(house: House) -> list[str]:
    """One call of 1023, one of 1024, one in Yanbian."""
    return [
        answered_call(house, "jl1-1.1"),
        answered_call(house, "jl1-2.1", agent="1024", seat="cc02"),
        answered_call(house, "jl1-3.1", agent="2001", seat="yb01", city="yanbian"),
    ]


@pytest.mark.parametrize(
    ("code", "seen"),
    [("1023", {0}), ("1024", {1}), ("2001", {2}), ("9001", {0, 1}), ("9002", {0, 1, 2})],
)
def test_everybody_sees_their_own(
    log_in: LogIn, calls: list[str], code: str, seen: set[int]
) -> None:
    person = log_in(code)
    assert {row["id"] for row in person.get("calls").json()} == {calls[n] for n in seen}
    page = person.page("/calls").text
    for n, call_id in enumerate(calls):
        status = 200 if n in seen else 403
        assert person.get(f"calls/{call_id}").status_code == status
        assert person.page(f"/calls/{call_id}").status_code == status
        assert (f"/calls/{call_id}" in page) == (n in seen)


def test_who_was_only_rung_does_not_see_it(house: House, log_in: LogIn) -> None:
    from hotline.calls.events import CallEvent, EventKind
    from hotline.calls.store import store

    answered_call(house, "jl1-1.1", agent="1024")
    rung = {"leg": "jl1-1.1/0", "role": "seat", "agent": "1023", "seat": "cc01"}
    event = CallEvent(house.clock(), "test", 99, "jl1-1.1", EventKind.LEG_STARTED, dict(rung))
    with house.services.sessions.begin() as session:
        store(session, [event])
    assert log_in("1023").get("calls/jl1-1.1").status_code == 403


def test_an_agent_cannot_ask_for_anothers(agent: Person, calls: list[str]) -> None:
    assert [row["id"] for row in agent.get("calls?agent=1024").json()] == [calls[0]]


def test_filters(log_in: LogIn, calls: list[str]) -> None:
    admin = log_in("9002")

    def found(query: str) -> list[str]:
        return sorted(row["id"] for row in admin.get(f"calls?{query}").json())

    assert found("agent=1024") == [calls[1]]
    assert found("number=13904310000") == calls
    assert found("number=1") == []
    assert found("outcome=answered") == calls
    assert found("outcome=failed") == []
    assert found("first_day=2023-11-15&last_day=2023-11-15") == calls
    assert found("first_day=2023-11-16") == []
    assert found("last_day=2023-11-14") == []
    assert len(found("limit=1")) == 1
    assert admin.get("calls?outcome=nonsense").status_code == 422


def test_the_list_page_takes_an_empty_form(agent: Person, calls: list[str]) -> None:
    answer = agent.page("/calls?first_day=&last_day=&number=&outcome=")
    assert answer.status_code == 200
    assert "非常满意" in answer.text
    part = agent.page("/calls?outcome=failed", part=True).text
    assert "没有符合条件的通话" in part
    assert "<html" not in part


def test_a_call_is_told_as_a_timeline(agent: Person, calls: list[str]) -> None:
    text = agent.page(f"/calls/{calls[0]}").text
    moments = [
        *("13904310000 来电", "播放欢迎语", "坐席 cc01（工号 1023）振铃", "坐席应答"),
        *("坐席转评价", "来电人评价 5 分（满分 5 分）", "来电人挂机"),
    ]
    places = [text.index(moment) for moment in moments]
    assert places == sorted(places)
    detail = agent.get(f"calls/{calls[0]}").json()
    assert (detail["outcome"], detail["rating"], len(detail["legs"])) == ("answered", 5, 1)
    assert detail["facts"][0]["kind"] == "arrived"


def test_a_call_not_in_the_record_yet(agent: Person) -> None:
    assert agent.get("calls/jl1-404.1").json()["error"]["id"] == "not_found"
    assert "没有找到内容" in agent.page("/calls/jl1-404.1").text

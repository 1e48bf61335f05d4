"""Tickets for programs: bound to a call, saved by version, each to their own."""

from typing import Any

from tests.agent_console.conftest import House, Person
from tests.agent_console.facts import answered_call


def _made(person: Person, **fields: Any) -> dict[str, Any]:
    answer = person.post("tickets", fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_what_the_call_knows_fills_the_ticket(seated: Person, house: House) -> None:
    house.call_in()
    made = _made(seated, call_id="jl1-1.1", demand="要回工资")
    assert made["number"] == "JL20231115-000001"
    assert (made["state"], made["version"]) == ("accepted", 1)
    assert (made["caller_number"], made["origin_city"]) == ("13904310000", "changchun")
    assert made["city"] == "changchun"


def test_after_the_call_the_record_fills_it(agent: Person, house: House) -> None:
    call_id = answered_call(house, number="043387654321", city="yanbian")
    made = _made(agent, call_id=call_id)
    assert (made["caller_number"], made["city"]) == ("043387654321", "yanbian")


def test_a_call_nobody_knows_yet_is_believed(agent: Person) -> None:
    made = _made(agent, call_id="jl1-later.1", caller_number="043387654321")
    assert (made["call_id"], made["origin_city"]) == ("jl1-later.1", "yanbian")


def test_anothers_call_is_not(agent: Person, house: House) -> None:
    call_id = answered_call(house, agent="1024")
    assert agent.post("tickets", {"call_id": call_id}).status_code == 403


def test_a_form_sent_twice_makes_one(agent: Person, colleague: Person) -> None:
    first = _made(agent, form_key="12345678", demand="a")
    again = _made(agent, form_key="12345678", demand="a")
    assert (again["id"], again["version"]) == (first["id"], 1)
    stolen = colleague.post("tickets", {"form_key": "12345678"})
    assert stolen.json()["error"]["details"] == {"field": "form_key"}
    assert agent.get("tickets").json()[0]["demand"] == "a"


def test_saving_by_version(agent: Person) -> None:
    made = _made(agent, demand="a")
    path = f"tickets/{made['id']}"
    saved = agent.put(path, {"version": 1, "demand": "b"}).json()
    assert (saved["demand"], saved["version"]) == ("b", 2)
    stale = agent.put(path, {"version": 1, "demand": "c"})
    assert (stale.status_code, stale.json()["error"]["id"]) == (409, "ticket_stale")
    assert stale.json()["error"]["details"] == {"version": 2, "state": "accepted"}
    assert agent.get(path).json()["demand"] == "b"


def test_moves(agent: Person) -> None:
    made = _made(agent)
    path = f"tickets/{made['id']}/moves"
    unanswered = agent.post(path, {"move": "answer_directly", "version": 1})
    assert unanswered.json()["error"]["details"] == {"field": "answer"}
    assert agent.post(path, {"move": "sign", "version": 1}).status_code == 409
    assert agent.post(path, {"move": "decline", "version": 1}).status_code == 422
    declined = agent.post(path, {"move": "decline", "version": 1, "why": "不属于热线范围"})
    assert (declined.json()["state"], declined.json()["version"]) == ("declined", 2)
    assert agent.post(path, {"move": "fly", "version": 2}).status_code == 422


def test_others_tickets(agent: Person, colleague: Person, supervisor: Person) -> None:
    made = _made(agent, demand="a")
    path = f"tickets/{made['id']}"
    assert colleague.get(path).status_code == 403
    assert colleague.put(path, {"version": 1, "demand": "x"}).status_code == 403
    assert colleague.post(f"{path}/moves", {"move": "appoint", "version": 1}).status_code == 403
    assert colleague.get("tickets").json() == []
    assert supervisor.get(path).json()["demand"] == "a"
    assert [row["id"] for row in supervisor.get("tickets").json()] == [made["id"]]
    for mine in ("mine", "mine=true"):
        assert supervisor.get(f"tickets?{mine}").json() == []


def test_supervisors_keep_to_their_city(supervisor: Person, house: House) -> None:
    yanbian = Person(house, "2001")
    yanbian.log_in()
    made = _made(yanbian, caller_number="043387654321")
    assert supervisor.get(f"tickets/{made['id']}").status_code == 403
    assert supervisor.get("tickets").json() == []


def test_a_callers_own_history_opens_while_they_are_on_the_line(
    seated: Person, colleague: Person, house: House
) -> None:
    plain = _made(colleague, caller_number="13904310000")
    secret = _made(colleague, caller_number="13904310000", secret=True)
    assert seated.get(f"tickets/{plain['id']}").status_code == 403
    house.call_in()
    assert seated.get(f"tickets/{plain['id']}").status_code == 200
    assert seated.get(f"tickets/{secret['id']}").status_code == 403
    assert seated.put(f"tickets/{plain['id']}", {"version": 1}).status_code == 403


def test_wrong_fields_name_themselves(agent: Person) -> None:
    answer = agent.post("tickets", {"record_type": "gossip", "caller_number": "<b>"})
    assert answer.status_code == 422
    fields = answer.json()["error"]["details"]["fields"]
    assert fields == ["body.caller_number", "body.record_type"]
    assert agent.post("tickets", {"call_id": "a b"}).status_code == 422
    assert agent.get("tickets/99").json()["error"]["id"] == "ticket_missing"


def test_search_by_words(agent: Person) -> None:
    made = _made(agent, caller_name="张三", demand="要回工资")
    _made(agent, demand="别的")
    assert [row["id"] for row in agent.get("tickets?words=张三 工资").json()] == [made["id"]]

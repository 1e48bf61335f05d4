"""The ticket form as a browser sends it."""

import re

from tests.agent_console.conftest import House, Person
from tests.agent_console.facts import answered_call


def _version(text: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', text)
    assert found
    return found[1]


def test_a_new_form_is_filled_and_bound(seated: Person, house: House) -> None:
    house.call_in()
    text = seated.page("/tickets/new?call_id=jl1-1.1", part=True).text
    assert 'value="13904310000"' in text
    assert 'value="张三"' in text
    assert 'name="call_id" value="jl1-1.1"' in text
    assert re.search(r'value="changchun" selected', text)


def test_from_the_form_to_a_closed_ticket(seated: Person, house: House) -> None:
    house.call_in()
    form = {"call_id": "jl1-1.1", "form_key": "12345678", "demand": "要回工资", "ticks": "1"}
    made = seated.send("/tickets", part=True, **form)
    assert "JL20231115-000001" in made.text
    assert made.headers["hx-trigger"] == "ticket-saved"
    saved = seated.send("/tickets/1", part=True, version="1", demand="要回工资", answer="可投诉")
    assert "已保存" in saved.text
    assert 'hx-swap-oob="true"' in saved.text
    closed = seated.send(
        "/tickets/1", part=True, version=_version(saved.text), answer="可投诉", act="answer"
    )
    assert closed.headers["hx-retarget"] == "#ticket"
    assert "已办结" in closed.text
    assert "<form" not in closed.text
    assert "要回工资" in seated.page("/tickets/mine", part=True).text


def test_a_button_that_cannot_be_done_still_keeps_the_ticket(agent: Person) -> None:
    answer = agent.send("/tickets", part=True, form_key="12345678", demand="x", act="answer")
    assert answer.status_code == 200
    assert "有字段未填或不符合要求" in answer.text
    assert 'hx-post="/tickets/1"' in answer.text
    assert agent.get("tickets/1").json()["state"] == "accepted"


def test_without_scripts(agent: Person) -> None:
    made = agent.send("/tickets", form_key="12345678", demand="x", act="dispatch")
    assert (made.status_code, made.headers["location"]) == (303, "/tickets/1")
    assert "待派单" in agent.page("/tickets/1").text
    assert agent.send("/tickets/1", version="2", demand="y").status_code == 303
    stale = agent.send("/tickets/1", version="1", demand="z")
    assert stale.status_code == 409
    assert "已被他人修改" in stale.text


def test_a_stale_save_offers_a_way_on(agent: Person, supervisor: Person) -> None:
    agent.post("tickets", {"demand": "a"})
    supervisor.put("tickets/1", {"version": 1, "demand": "b"})
    stale = agent.send("/tickets/1", part=True, version="1", demand="c")
    assert stale.status_code == 409
    assert 'data-take-version="2"' in stale.text
    assert agent.send("/tickets/1", part=True, version="2", demand="c").status_code == 200


def test_a_calls_ticket_is_opened_again_rather_than_made_twice(agent: Person) -> None:
    agent.post("tickets", {"call_id": "jl1-1.1", "demand": "a"})
    again = agent.page("/tickets/new?call_id=jl1-1.1", part=True).text
    assert "JL20231115-000001" in again
    another = agent.page("/tickets/new?call_id=jl1-1.1&another=true", part=True).text
    assert "新建工单" in another


def test_others_may_look_or_not(agent: Person, colleague: Person, supervisor: Person) -> None:
    agent.post("tickets", {"demand": "<script>x</script>"})
    assert colleague.page("/tickets/1").status_code == 403
    assert colleague.send("/tickets/1", part=True, version="1", demand="x").status_code == 403
    text = supervisor.page("/tickets/1").text
    assert "<script>x" not in text
    assert "创建 · 1023" in text


def test_the_list(agent: Person, supervisor: Person) -> None:
    agent.post("tickets", {"caller_name": "张三", "service": "legal_aid"})
    assert "法律援助" in agent.page("/tickets?words=张三").text
    assert "没有符合条件的工单" in agent.page("/tickets?words=李四", part=True).text
    assert "张三" not in supervisor.page("/tickets").text
    assert "张三" in supervisor.page("/tickets?mine=false").text


def test_a_ticket_leads_to_its_call(agent: Person, house: House) -> None:
    call_id = answered_call(house)
    agent.post("tickets", {"call_id": call_id})
    assert f"/calls/{call_id}" in agent.page("/tickets/1").text
    assert "/tickets/1" in agent.page(f"/calls/{call_id}").text

"""Call-backs in the console: who sees them, who takes one on, and what dialling does."""

from typing import Any

import pytest

from casework.callback_machine import CallbackState
from casework.callback_upkeep import Upkeep
from hotline.clock import as_datetime
from hotline.db.models import Call
from hotline.site import Site, Trunk
from routing.agent_machine import AgentState
from tests.agent_console.conftest import House, Person

NUMBER = "13904310000"


@pytest.fixture
def jilin(jilin: Site) -> Site:
    """The example site, dialling out over its trunk."""
    trunk = Trunk(name="operator", match=("192.0.2.10",), dial="192.0.2.10:5060")
    return jilin.model_copy(update={"trunks": (trunk,)})


@pytest.fixture
def owed(house: House) -> int:
    """A caller from Changchun has given up; the id of their call-back."""
    return owe(house, "jl1-1.1", NUMBER, "changchun")


def owe(house: House, call_id: str, number: str, city: str | None) -> int:
    services = house.services
    with services.sessions.begin() as session:
        session.add(
            Call(
                id=call_id,
                direction="inbound",
                caller_number=number,
                caller_name="<b>张三</b>",
                called_number="12348",
                origin_city=city,
                started_at=as_datetime(house.clock() - 30),
                ended_at=as_datetime(house.clock()),
                stage="ended",
                outcome="abandoned_queue",
            )
        )
    Upkeep(services.sessions, house.clock, house.settings.site).run()
    return next(row.id for row in services.callbacks.search() if row.number == number)


def sit_down(house: House, code: str = "1023", *, ready: bool = True) -> None:
    house.services.agents.sign_in(code, "王敏", "changchun", "cc01")
    if ready:
        house.services.agents.ready(code)


def originated(house: House) -> list[dict[str, str]]:
    return [fields for name, fields in house.manager.said if name == "Originate"]


def test_the_page_lists_whom_we_owe_a_call(house: House, agent: Person, owed: int) -> None:
    page = agent.page("/callbacks").text
    assert "回拨" in page
    assert NUMBER in page
    assert "放弃等待" in page
    assert "<b>张三" not in page
    part = agent.page("/callbacks?finished=true", part=True).text
    assert NUMBER not in part
    assert "<html" not in part


def test_another_citys_is_not_shown_and_not_touched(house: House, agent: Person) -> None:
    other = owe(house, "jl1-1.2", "13904330000", "yanbian")
    assert agent.get("callbacks").json() == []
    for act in ("claim", "release", "dial"):
        assert agent.post(f"callbacks/{other}/{act}").status_code == 403
    assert agent.get(f"callbacks/{other}").status_code == 403
    nowhere = owe(house, "jl1-1.3", "13904330001", None)
    assert [row["id"] for row in agent.get("callbacks").json()] == [nowhere]


def test_one_of_two_agents_takes_it_on(
    house: House, agent: Person, colleague: Person, owed: int
) -> None:
    assert agent.post(f"callbacks/{owed}/claim").json()["agent"] == "1023"
    refused = colleague.post(f"callbacks/{owed}/claim")
    assert (refused.status_code, refused.json()["error"]["id"]) == (409, "illegal_transition")
    assert colleague.post(f"callbacks/{owed}/release").json()["error"]["id"] == "callback_taken"
    assert agent.post(f"callbacks/{owed}/release").json()["state"] == CallbackState.DUE


def test_dialling_rings_the_agents_own_phone_first(house: House, agent: Person, owed: int) -> None:
    sit_down(house)
    answer = agent.post(f"callbacks/{owed}/dial")
    assert answer.json()["state"] == CallbackState.CALLING
    [placed] = originated(house)
    assert placed["Channel"] == "PJSIP/cc01"
    assert placed["ChannelId"] == f"jl1-out-{owed}.1"
    assert f"HOTLINE_NUMBER={NUMBER}" in placed["Variable"]
    assert house.services.agents.get("1023").state is AgentState.OFFERED
    live = house.services.line.live_call(f"jl1-out-{owed}.1")
    assert live
    assert live.number == NUMBER
    [tried] = agent.get(f"callbacks/{owed}").json()["calls"]
    assert (tried["agent"], tried["outcome"]) == ("1023", None)


def test_who_is_not_ready_cannot_dial_and_keeps_the_claim(
    house: House, agent: Person, owed: int
) -> None:
    sit_down(house, ready=False)
    assert agent.post(f"callbacks/{owed}/dial").status_code == 409
    assert originated(house) == []
    assert agent.get(f"callbacks/{owed}").json()["state"] == CallbackState.CLAIMED


def test_asterisk_away_the_agent_is_ready_again(house: House, agent: Person, owed: int) -> None:
    sit_down(house)
    house.manager.connected = False
    assert agent.post(f"callbacks/{owed}/dial").json()["error"]["id"] == "exchange_away"
    assert house.services.agents.get("1023").state is AgentState.READY
    assert house.services.line.live_calls() == []


def test_giving_up_needs_a_reason(house: House, agent: Person, owed: int) -> None:
    def give_up(why: str) -> Any:
        return agent.post(f"callbacks/{owed}/give-up", {"why": why})

    assert give_up(" ").json()["error"]["id"] == "reason_missing"
    assert give_up("空号").json()["state"] == CallbackState.GIVEN_UP
    assert agent.get("callbacks").json() == []
    assert [row["why"] for row in agent.get("callbacks?finished=true").json()] == ["空号"]


def test_the_forms_do_the_same(house: House, agent: Person, owed: int) -> None:
    assert agent.send(f"/callbacks/{owed}/claim").headers["location"] == "/callbacks"
    assert agent.send(f"/callbacks/{owed}/release").status_code == 303
    sit_down(house)
    assert agent.send(f"/callbacks/{owed}/dial").headers["location"] == "/"
    assert agent.send(f"/callbacks/{owed}/give-up", why="x").status_code == 409


def test_there_is_none(agent: Person) -> None:
    assert agent.get("callbacks/999").json()["error"]["id"] == "callback_missing"

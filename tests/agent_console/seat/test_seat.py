"""The seat, by program and by button; what the live state refuses is told."""

from routing.agent_machine import AgentState
from tests.agent_console.conftest import House, OpenHouse, Person


def _state(person: Person) -> str:
    state: str = person.get("me").json()["agent"]["state"]
    return state


def test_an_agents_day(agent: Person) -> None:
    assert _state(agent) == "offline"
    assert agent.post("seat", {"seat": "cc01"}).json()["agent"]["state"] == "paused"
    assert agent.post("ready").json()["agent"]["state"] == "ready"
    paused = agent.post("pause", {"reason": "meal"}).json()["agent"]
    assert (paused["state"], paused["pause_reason"]) == ("paused", "meal")
    assert agent.post("sign-out").json()["agent"]["state"] == "offline"


def test_a_seat_of_another_city_is_refused(agent: Person) -> None:
    for seat in ("yb01", "nowhere", "cc01\r\n"):
        answer = agent.post("seat", {"seat": seat})
        assert (answer.status_code, answer.json()["error"]["id"]) == (403, "forbidden")


def test_a_taken_seat_is_refused(seated: Person, colleague: Person) -> None:
    answer = colleague.post("seat", {"seat": "cc01"})
    assert (answer.status_code, answer.json()["error"]["id"]) == (409, "seat_taken")
    assert "该坐席已有其他人入座" in answer.json()["error"]["message"]
    assert "工号 1023 在座" in colleague.page("/seat").text


def test_what_the_state_does_not_allow(agent: Person, house: House) -> None:
    answer = agent.post("ready")
    assert (answer.status_code, answer.json()["error"]["id"]) == (409, "illegal_transition")
    agent.post("seat", {"seat": "cc01"})
    agent.post("ready")
    house.call_in()
    for path in ("ready", "sign-out", "wrap-up/end"):
        assert agent.post(path).status_code == 409, path
    assert agent.post("pause", {"reason": "rest"}).status_code == 409
    assert _state(agent) == "talking"


def test_a_pause_needs_a_known_reason(seated: Person) -> None:
    assert seated.post("pause", {"reason": "golf"}).status_code == 404
    assert seated.post("pause", {}).status_code == 422


def test_the_wrap_up_ends_by_button(seated: Person, house: House) -> None:
    house.call_in()
    house.services.line.leave("jl1-1.1")
    me = seated.get("me").json()["agent"]
    assert (me["state"], me["call_id"]) == ("wrap_up", "jl1-1.1")
    assert me["wrap_up_until"] == house.clock() + 30
    assert seated.post("wrap-up/end").json()["agent"]["state"] == "ready"


def test_the_call_is_told(seated: Person, house: House) -> None:
    house.call_in()
    call = seated.get("me").json()["call"]
    assert (call["number"], call["city_name"], call["stage"]) == ("13904310000", "长春", "talking")


def test_without_redis_it_is_said_and_tickets_go_on(open_house: OpenHouse) -> None:
    agent = Person(open_house(redis_url="unix:///nowhere.sock"), "1023")
    agent.log_in()
    answer = agent.post("ready")
    assert (answer.status_code, answer.json()["error"]["id"]) == (503, "live_state_away")
    assert "话机照常振铃" in answer.json()["error"]["message"]
    page = agent.page("/")
    assert page.status_code == 200
    assert "实时状态不可用" in page.text
    assert agent.post("tickets", {"call_id": "jl1-1.1", "demand": "x"}).status_code == 201


def test_without_sql_it_is_said(open_house: OpenHouse, agent: Person) -> None:
    broken = open_house(database_url="sqlite:////nowhere/hotline.db")
    person = Person(broken, "1023")
    person.browser.cookies = agent.browser.cookies
    answer = person.get("me")
    assert (answer.status_code, answer.json()["error"]["id"]) == (503, "record_away")
    assert broken.app is not None
    assert "nowhere" not in answer.text


def test_buttons_work_with_htmx_and_without(agent: Person) -> None:
    assert agent.send("/seat", seat="cc01").headers["location"] == "/"
    assert agent.send("/seat/ready").headers["location"] == "/"
    part = agent.send("/seat/pause", part=True, reason="rest")
    assert (part.status_code, part.text) == (204, "")
    refused = agent.send("/seat/wrap-up/end", part=True)
    assert refused.status_code == 409
    assert refused.headers["hx-retarget"] == "#notice"
    assert "当前状态下无法进行此操作" in refused.text
    left = agent.send("/seat/sign-out", part=True)
    assert left.headers["hx-redirect"] == "/"


def test_before_a_seat_is_taken_the_workplace_offers_the_citys(agent: Person, house: House) -> None:
    house.services.seats.registered("cc02", can_ring=False)
    text = agent.page("/").text
    assert 'value="cc01"' in text
    assert 'value="yb01"' not in text
    assert "话机未注册" in text


def test_administrators_may_sit_anywhere(house: House) -> None:
    admin = Person(house, "9002")
    admin.log_in()
    assert admin.post("seat", {"seat": "yb01"}).status_code == 200
    assert house.services.agents.get("9002").city == "yanbian"


def test_a_seat_that_did_not_answer_is_said(seated: Person, house: House) -> None:
    from hotline.calls.machine import LegResult

    house.wait_in()
    offer = house.services.line.offer_for("jl1-1.1")
    assert offer
    house.services.line.dialled(offer)
    house.services.line.seat_failed(offer, LegResult.NO_ANSWER)
    assert house.services.agents.get("1023").state is AgentState.NOT_ANSWERING
    assert "有来电振铃未接" in seated.page("/").text

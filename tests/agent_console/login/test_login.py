"""Log-in and log-out, by program and by form."""

import re

import pytest

from agent_console.shared.session import COOKIE
from casework.people import FAILURES, LOCKED_SECONDS
from routing.agent_machine import AgentState
from tests.agent_console.conftest import PASSWORD, House, OpenHouse, Person


def _token(text: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', text)
    assert found
    return found[1]


@pytest.fixture
def visitor(outsider: Person) -> Person:
    """外人 in front of the form."""
    outsider.csrf = _token(outsider.page("/login").text)
    return outsider


def test_the_form_lets_in_and_makes_a_new_session(visitor: Person) -> None:
    before = visitor.browser.cookies[COOKIE]
    answer = visitor.send("/login", code=" 1023 ", password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert visitor.browser.cookies[COOKIE] != before
    assert visitor.get("me").json()["person"]["name"] == "王敏"


def test_a_wrong_password_shows_the_form_again_with_the_code(visitor: Person) -> None:
    answer = visitor.send("/login", code="1023", password="wrong<b>")
    assert answer.status_code == 401
    assert "工号或密码不正确" in answer.text
    assert 'value="1023"' in answer.text
    assert "wrong&lt;b&gt;" not in answer.text


def test_what_is_typed_is_escaped(visitor: Person) -> None:
    answer = visitor.send("/login", code='"><script>', password="x")
    assert "<script>" not in answer.text


@pytest.mark.parametrize("code", ["1023", "nobody"])
def test_refusals_do_not_tell_whether_somebody_is_there(outsider: Person, code: str) -> None:
    answer = outsider.browser.post("/api/v1/login", json={"code": code, "password": "wrong"})
    assert answer.status_code == 401
    assert answer.json()["error"]["id"] == "login_refused"
    assert answer.json()["error"]["details"] == {}


def test_five_failures_lock_out(outsider: Person, house: House) -> None:
    wrong = {"code": "1023", "password": "wrong"}
    for _ in range(FAILURES):
        assert outsider.browser.post("/api/v1/login", json=wrong).status_code == 401
    right = {"code": "1023", "password": PASSWORD}
    assert outsider.browser.post("/api/v1/login", json=right).status_code == 401
    house.clock.advance(LOCKED_SECONDS)
    assert outsider.browser.post("/api/v1/login", json=right).status_code == 200


def test_logging_out_leaves_the_seat_and_ends_every_session(seated: Person, house: House) -> None:
    other = Person(house, "1023")
    other.log_in()
    assert seated.post("logout").status_code == 204
    assert other.get("me").status_code == 401
    assert house.services.agents.get("1023").state is AgentState.OFFLINE
    house.clock.advance(1)
    other.log_in()
    assert other.get("me").status_code == 200


def test_nobody_logs_out_of_a_talk(seated: Person, house: House) -> None:
    house.call_in()
    answer = seated.post("logout")
    assert (answer.status_code, answer.json()["error"]["id"]) == (409, "illegal_transition")
    assert seated.get("me").status_code == 200


def test_the_log_out_button(agent: Person) -> None:
    answer = agent.send("/logout")
    assert answer.headers["location"] == "/login"
    assert agent.get("me").status_code == 401


def test_whoever_goes_home_can_log_out_without_redis(open_house: OpenHouse) -> None:
    agent = Person(open_house(redis_url="unix:///nowhere.sock"), "1023")
    agent.log_in()
    assert agent.post("logout").status_code == 204


def test_pages_in_english(outsider: Person) -> None:
    assert "登录" in outsider.page("/login").text
    assert outsider.page("/language/en").status_code == 303
    text = outsider.page("/login").text
    assert "Log in" in text
    assert "登录" not in text
    assert outsider.page("/language/xx").status_code == 404

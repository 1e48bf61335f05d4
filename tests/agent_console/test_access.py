"""Who gets in: sessions, tokens, roles, headers. Route by route, so that a new one is caught."""

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from agent_console.app import create_app
from agent_console.shared.session import COOKIE, IDLE, LONGEST, SessionKey, new_session
from hotline.db.models import Person as Row
from hotline.settings import Settings
from tests.agent_console.conftest import PASSWORD, House, OpenHouse, Person

#: What anybody may ask.
OPEN = {"/healthz", "/login", "/api/v1/login", "/language/{language}"}


def _all(house: House) -> list[tuple[str, str]]:
    found = []
    for route in house.app.routes:
        inner = getattr(route, "original_router", None)
        for each in inner.routes if inner else [route]:
            if isinstance(each, APIRoute | Route):
                found += [(method, each.path) for method in each.methods or ()]
    return [(method, path) for method, path in found if method != "HEAD"]


def _filled(path: str) -> str:
    for name, value in {"ticket_id": "1", "call_id": "x", "language": "en"}.items():
        path = path.replace("{" + name + "}", value)
    return path


def test_every_route_is_seen_by_these_tests(house: House) -> None:
    paths = {path for _, path in _all(house)}
    assert paths > OPEN
    assert {"/", "/live", "/calls", "/tickets/{ticket_id}", "/api/v1/me"} < paths
    assert len(_all(house)) > 40


def test_outsiders_are_refused_everywhere_else(house: House, outsider: Person) -> None:
    outsider.page("/login")
    session = house.services.session_key.open(outsider.browser.cookies[COOKIE])
    assert session is not None
    token = {"X-CSRF-Token": house.services.session_key.csrf(session)}
    for method, path in _all(house):
        if path in OPEN:
            continue
        answer = outsider.browser.request(method, _filled(path), headers=token)
        if path.startswith("/api/"):
            assert answer.status_code == 401, (method, path)
            assert answer.json()["error"]["id"] == "not_logged_in"
        else:
            assert (answer.status_code, answer.headers["location"]) == (303, "/login"), path


def test_no_write_goes_without_the_sessions_token(house: House, agent: Person) -> None:
    writes = [(m, p) for m, p in _all(house) if m != "GET" and p != "/api/v1/login"]
    assert len(writes) > 18
    for method, path in writes:
        for token in ({}, {"X-CSRF-Token": "0" * 64}):
            answer = agent.browser.request(method, _filled(path), headers=token)
            assert answer.status_code == 403, (method, path)
    assert agent.get("me").json()["agent"]["state"] == "offline"


def test_another_sessions_token_does_not_do(agent: Person, colleague: Person) -> None:
    agent.csrf = colleague.csrf
    assert agent.post("ready").json()["error"]["id"] == "csrf"


def test_the_log_in_of_programs_takes_json_only(outsider: Person) -> None:
    """A foreign page can send a form here without asking, but not JSON."""
    body = {"code": "1023", "password": PASSWORD}
    assert outsider.browser.post("/api/v1/login", data=body).status_code == 403
    as_text = outsider.browser.post(
        "/api/v1/login",
        content='{"code":"1023","password":"x"}',
        headers={"content-type": "text/plain"},
    )
    assert as_text.status_code == 403


def test_a_wrong_method_is_refused_in_the_same_shape(agent: Person) -> None:
    answer = agent.get("ready")
    assert (answer.status_code, answer.json()["error"]["id"]) == (405, "method_not_allowed")
    assert agent.get("nowhere").json()["error"]["id"] == "not_found"


def test_an_idle_session_ends(agent: Person, house: House) -> None:
    house.clock.advance(IDLE - 1)
    assert agent.get("me").status_code == 200
    house.clock.advance(IDLE + 1)
    assert agent.get("me").status_code == 401


def test_asking_keeps_a_session_alive(agent: Person, house: House) -> None:
    for _ in range(4):
        house.clock.advance(IDLE - 60)
        assert agent.get("me").status_code == 200


def test_an_agent_waiting_at_a_seat_is_not_idle(seated: Person, house: House) -> None:
    house.clock.advance(IDLE * 3)
    assert seated.get("me").status_code == 200


def test_no_session_outlives_a_shift(seated: Person, house: House) -> None:
    for _ in range(LONGEST // IDLE):
        house.clock.advance(IDLE - 1)
        assert seated.get("me").status_code == 200
    house.clock.advance(IDLE)
    assert seated.get("me").status_code == 401


def test_a_forged_cookie_is_nobodys(house: House, outsider: Person) -> None:
    forged = SessionKey("another secret").seal(new_session("1023", house.clock()))
    outsider.browser.cookies.set(COOKIE, forged)
    assert outsider.get("me").status_code == 401


def test_whoever_is_made_inactive_is_out_at_once(house: House, agent: Person) -> None:
    with house.services.sessions.begin() as session:
        session.get_one(Row, "1023").active = False
    assert agent.get("me").status_code == 401


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_the_cookie_is_for_this_site_and_no_script(
    open_house: OpenHouse, scheme: str, secure: bool
) -> None:
    person = Person(open_house(), "1023")
    person.browser.base_url = f"{scheme}://testserver"
    answer = person.browser.post("/api/v1/login", json={"code": "1023", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is secure
    assert ("strict-transport-security" in answer.headers) is secure


def test_every_answer_is_dressed(agent: Person, outsider: Person) -> None:
    for answer in (agent.page("/tickets"), outsider.page("/login"), agent.get("nowhere")):
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_pages_have_no_inline_script_or_style(seated: Person, house: House) -> None:
    house.call_in()
    for path in ("/", "/tickets", "/tickets/new?call_id=jl1-1.1", "/calls", "/seat", "/login"):
        text = seated.page(path).text
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text
        assert "<script>" not in text


def test_the_log_has_routes_and_no_numbers(
    seated: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    seated.page("/calls?number=13904310000")
    seated.get("calls/jl1-13904310000.1")
    logged = capsys.readouterr().out
    assert "/api/v1/calls/{call_id}" in logged
    assert "13904310000" not in logged


def test_the_description_names_every_act(agent: Person) -> None:
    described = agent.get("openapi.json").json()["paths"]
    assert {"/api/v1/tickets", "/api/v1/calls/current/rate", "/api/v1/me"} < set(described)
    assert "/live" not in described


def test_secrets_are_not_shared_between_sites(settings: Settings) -> None:
    app = create_app(settings)
    assert app.state.services.session_key.open("x") is None
    app.state.services.journal.close()

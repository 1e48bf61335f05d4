"""What nobody thought of is told in the same shape, without its insides."""

from fastapi.testclient import TestClient

from tests.agent_console.conftest import House, Person


def test_an_unexpected_error_tells_nothing_of_itself(house: House, agent: Person) -> None:
    def broken() -> None:
        raise ZeroDivisionError("a secret")

    house.app.add_api_route("/api/v1/broken", broken)
    house.app.add_api_route("/broken", broken)
    browser = TestClient(house.app, raise_server_exceptions=False, cookies=agent.browser.cookies)
    answer = browser.get("/api/v1/broken")
    assert (answer.status_code, answer.json()["error"]["id"]) == (500, "http_500")
    assert answer.json()["error"]["message"] == "操作未成功。"
    page = browser.get("/broken")
    assert page.status_code == 500
    assert "操作未成功" in page.text
    assert "a secret" not in answer.text + page.text

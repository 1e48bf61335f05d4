"""/healthz says how this process and its neighbours are."""

from tests.agent_console.conftest import OpenHouse, Person


def test_all_well(outsider: Person) -> None:
    answer = outsider.browser.get("/healthz")
    assert answer.json() == {"ok": True, "redis": "ok", "sql": "ok", "asterisk": "ok"}


def test_neighbours_away(open_house: OpenHouse) -> None:
    house = open_house(
        redis_url="unix:///nowhere.sock", database_url="sqlite:////nowhere/hotline.db"
    )
    house.manager.connected = False
    answer = Person(house, "").browser.get("/healthz")
    assert answer.json() == {"ok": True, "redis": "away", "sql": "away", "asterisk": "away"}

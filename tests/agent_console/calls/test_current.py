"""The call an agent talks in: rating and hanging up, and the caller's history beside it."""

from hotline.calls.events import EventKind
from hotline.calls.lines import decode
from tests.agent_console.conftest import House, OpenHouse, Person
from tests.agent_console.facts import answered_call

CHANNEL = "PJSIP/cc01-00000001"


def _facts(house: House) -> list[tuple[EventKind, dict[str, object]]]:
    files = sorted(house.settings.journal_dir.glob("*.journal"))
    lines = [line for file in files for line in file.read_bytes().splitlines()]
    return [(event.kind, event.data) for event in map(decode, lines)]


def test_the_rating_is_noted_then_the_seat_hung_up(seated: Person, house: House) -> None:
    house.call_in()
    answer = seated.post("calls/current/rate")
    assert answer.json() == {"call_id": "jl1-1.1"}
    assert house.manager.said == [("Hangup", {"Channel": CHANNEL})]
    asked = {"leg": "jl1-1.1/1", "by": "button"}
    assert _facts(house) == [(EventKind.RATING_ASKED, asked)]


def test_hanging_up_notes_nothing(seated: Person, house: House) -> None:
    house.call_in()
    assert seated.post("calls/current/hang-up").status_code == 200
    assert house.manager.said == [("Hangup", {"Channel": CHANNEL})]
    assert _facts(house) == []


def test_there_must_be_a_talk(seated: Person, house: House) -> None:
    for path in ("rate", "hang-up"):
        answer = seated.post(f"calls/current/{path}")
        assert (answer.status_code, answer.json()["error"]["id"]) == (409, "no_call")
    house.wait_in()
    assert seated.post("calls/current/rate").status_code == 409
    house.services.line.leave("jl1-1.1")
    house.call_in("jl1-2.1")
    house.services.line.finish_talk("jl1-2.1")
    assert seated.post("calls/current/rate").status_code == 409
    assert house.manager.said == []


def test_an_exchange_that_is_away_is_said(seated: Person, house: House) -> None:
    house.call_in()
    house.manager.connected = False
    answer = seated.post("calls/current/hang-up")
    assert (answer.status_code, answer.json()["error"]["id"]) == (503, "exchange_away")
    assert "请直接在话机上挂机" in answer.json()["error"]["message"]


def test_a_channel_not_told_yet_is_asked_for(seated: Person, house: House) -> None:
    house.wait_in()
    offer = house.services.line.offer_for("jl1-1.1")
    assert offer
    house.services.line.dialled(offer)
    house.services.line.answered(offer, "")
    house.manager.channels = [
        {"Response": "Success", "EventList": "start"},
        {"Channel": "PJSIP/cc01-00000007", "Linkedid": "jl1-9.9"},
        {"Channel": "PJSIP/cc012-00000008", "Linkedid": "jl1-1.1"},
        {"Channel": "PJSIP/cc01-00000009", "Linkedid": "jl1-1.1"},
    ]
    assert seated.post("calls/current/hang-up").status_code == 200
    assert house.manager.said[-1] == ("Hangup", {"Channel": "PJSIP/cc01-00000009"})
    house.manager.channels = []
    answer = seated.post("calls/current/hang-up")
    assert (answer.status_code, answer.json()["error"]["id"]) == (503, "channel_missing")


def test_the_buttons(seated: Person, house: House) -> None:
    house.call_in()
    assert "转评价" in seated.page("/").text
    assert seated.send("/calls/current/rate", part=True).status_code == 204
    assert seated.send("/calls/current/hang-up").status_code == 303
    assert len(house.manager.said) == 2


def test_history_shows_what_is_not_secret(seated: Person, colleague: Person, house: House) -> None:
    answered_call(house, "jl1-6.1", agent="1024")
    told = {"caller_number": "13904310000"}
    colleague.post("tickets", {**told, "demand": "要回工资"})
    colleague.post("tickets", {**told, "demand": "不可外传", "secret": True})
    house.call_in()
    text = seated.page("/calls/current/history", part=True).text
    assert "要回工资" in text
    assert "不可外传" not in text
    assert "已接听" in text


def test_a_first_caller_and_one_without_a_number(seated: Person, house: House) -> None:
    answered_call(house, "jl1-6.1", number="")
    house.call_in(number="")
    text = seated.page("/calls/current/history", part=True).text
    assert "该号码首次来电" in text
    assert "号码未显示" in seated.page("/").text


def test_hostile_names_are_text(seated: Person, house: House) -> None:
    house.call_in(name="<img src=x onerror=alert(1)>", number="13904310000")
    text = seated.page("/").text + seated.page("/tickets/new?call_id=jl1-1.1", part=True).text
    assert "<img" not in text
    assert "&lt;img" in text


def test_history_without_redis(open_house: OpenHouse) -> None:
    agent = Person(open_house(redis_url="unix:///nowhere.sock"), "1023")
    agent.log_in()
    answer = agent.page("/calls/current/history", part=True)
    assert answer.status_code == 503
    assert answer.headers["hx-retarget"] == "#notice"


def test_a_note_for_a_button_that_aims_at_the_notice_is_not_redirected(seated: Person) -> None:
    """htmx looks for another target from the button, which the stream may have replaced."""
    headers = {"HX-Request": "true", "HX-Target": "notice"}
    form = {"csrf": seated.csrf}
    answer = seated.browser.post("/calls/current/rate", data=form, headers=headers)
    assert answer.status_code == 409
    assert "hx-retarget" not in answer.headers
    assert "当前没有通话" in answer.text

"""The workplace in a real browser. What is typed is never lost, what happens shows by itself."""

import pytest
from playwright.sync_api import Page, expect

from agent_console.live import routes
from casework.ticket_fields import TicketFields
from casework.tickets import Origin
from tests.agent_console.conftest import House
from tests.browser.conftest import Desk


def _fields(demand: str) -> TicketFields:
    return TicketFields(demand=demand, city="changchun")


def _origin() -> Origin:
    return Origin(caller_number="13904310000", origin_city="changchun")


def _what_happened(page: Page, text: str) -> None:
    page.get_by_label("事情经过").fill(text)


def test_from_log_in_to_a_ticket_found_again(desk: Desk, house: House) -> None:
    page = desk.page
    desk.log_in("1023")
    desk.take_seat("cc01")
    page.evaluate("window.not_reloaded = true")

    house.wait_in()
    call = page.locator("#call")
    expect(call).to_contain_text("13904310000")
    expect(call).to_contain_text("长春")
    expect(page.get_by_label("来电人姓名")).to_have_value("张三")
    _what_happened(page, "工地拖欠三个月工资")
    page.get_by_role("radio", name="求助").check()
    house.answer()
    expect(call).to_contain_text("通话中")
    expect(page.get_by_label("事情经过")).to_have_value("工地拖欠三个月工资")

    page.get_by_label("事项").select_option("civil/wages")
    page.get_by_label("来电人诉求").fill("要回工资")
    page.get_by_role("button", name="保存").click()
    number = page.locator("#ticket h2 .digits")
    expect(number).to_contain_text("JL")
    expect(page.locator(".mine")).to_contain_text(number.inner_text())
    with page.expect_response("**/calls/current/rate"):
        page.get_by_role("button", name="转评价").click()
    house.services.line.finish_talk("jl1-1.1")
    expect(page.locator("#bar")).to_contain_text("话后处理")
    assert page.evaluate("window.not_reloaded")

    wanted = number.inner_text()
    desk.open("/tickets")
    page.get_by_label("关键词").fill("工地")
    expect(page.locator("#rows")).to_contain_text(wanted)
    page.get_by_role("link", name=wanted).click()
    expect(page.get_by_label("事情经过")).to_have_value("工地拖欠三个月工资")
    expect(page.get_by_role("radio", name="求助")).to_be_checked()
    assert house.manager.said[-1][0] == "Hangup"


def test_a_draft_survives_a_reload_and_goes_when_saved(desk: Desk, house: House) -> None:
    page = desk.page
    desk.log_in("1023")
    desk.take_seat("cc01")
    house.call_in()
    page.get_by_label("事情经过").wait_for()
    _what_happened(page, "还没有保存")
    page.get_by_role("radio", name="投诉").check()
    page.reload()
    expect(page.get_by_label("事情经过")).to_have_value("还没有保存")
    expect(page.get_by_role("radio", name="投诉")).to_be_checked()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#ticket h2 .digits")).to_contain_text("JL")
    assert page.evaluate("Object.keys(localStorage)") == []
    page.reload()
    expect(page.locator("#ticket h2 .digits")).to_contain_text("JL")
    assert len(house.services.tickets.of_call("jl1-1.1")) == 1


def test_a_new_call_leaves_the_form_that_is_typed_in(desk: Desk, house: House) -> None:
    page = desk.page
    desk.log_in("1023")
    desk.take_seat("cc01")
    page.get_by_role("button", name="新建无来电工单").click()
    _what_happened(page, "正在填写")
    house.wait_in()
    expect(page.locator("#call")).to_contain_text("13904310000")
    expect(page.locator("#history")).to_contain_text("该号码首次来电")
    expect(page.get_by_label("事情经过")).to_have_value("正在填写")
    page.get_by_role("button", name="填写工单").click()
    expect(page.get_by_label("号码")).to_have_value("13904310000")
    page.get_by_label("事情经过").wait_for()
    expect(page.get_by_label("事情经过")).to_have_value("")


def test_a_saved_ticket_saves_itself_and_tells_of_others(desk: Desk, house: House) -> None:
    page = desk.page
    desk.log_in("1023")
    made = house.services.tickets.create(_fields("要回工资"), _origin(), "1023")
    desk.open(f"/tickets/{made.id}")
    page.get_by_label("答复内容").fill("可向劳动监察投诉")
    page.get_by_label("来电人诉求").focus()
    expect(page.locator("#ticket-status")).to_contain_text("已保存")
    kept = house.services.tickets.get(made.id)
    assert (kept.answer, kept.version) == ("可向劳动监察投诉", 2)

    house.services.tickets.save(made.id, 2, _fields("别人改的"), "9001")
    page.get_by_label("来电人诉求").fill("我的")
    page.get_by_label("答复内容").focus()
    status = page.locator("#ticket-status")
    expect(status).to_contain_text("已被他人修改")
    expect(page.get_by_label("来电人诉求")).to_have_value("我的")
    page.get_by_role("button", name="以我的内容覆盖保存").click()
    expect(status).to_contain_text("已保存")
    assert house.services.tickets.get(made.id).demand == "我的"


def test_what_cannot_be_done_is_said_on_the_page(desk: Desk, house: House) -> None:
    page = desk.page
    desk.log_in("1023")
    desk.take_seat("cc01")
    house.call_in()
    house.manager.connected = False
    page.get_by_role("button", name="挂机").click()
    expect(page.locator("#notice")).to_contain_text("请直接在话机上挂机")
    page.get_by_role("button", name="关闭").click()
    expect(page.locator("#notice")).to_be_empty()


def test_the_pause_menu_by_keyboard(desk: Desk, house: House) -> None:
    page = desk.page
    desk.log_in("1023")
    desk.take_seat("cc01")
    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#bar .pill")).to_contain_text("用餐")
    assert house.services.agents.get("1023").pause_reason == "meal"


def test_a_page_whose_session_ended_goes_to_the_log_in(
    desk: Desk, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "HEARTBEAT", 0.1)
    desk.log_in("1023")
    desk.take_seat("cc01")
    house.services.people.end_sessions("1023")
    desk.page.wait_for_url("**/login")
    desk.complaints.clear()  # htmx reports the end of the stream

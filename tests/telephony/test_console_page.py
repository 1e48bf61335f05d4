"""A real caller on a real page: placed by SIP, shown by itself, written down, found again."""

import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from casework.people import People
from hotline.clock import system_clock
from hotline.db.models import Role
from hotline.phones.tones import has_tone
from routing.agent_machine import AgentState
from tests.eventually import LIMIT, eventually
from tests.fixtures.browsers import PATIENCE
from tests.telephony.house import TestHouse

NUMBER = "043119900001"


@pytest.fixture
def page(house: TestHouse, browser: Browser) -> Iterator[Page]:
    """坐席员 1023's browser, logged in at the house's own console."""
    password = f"Shift-{secrets.token_hex(6)}"
    People(house.sessions, system_clock).create(
        code="1023", name="王敏", role=Role.AGENT, city="changchun", password=password, by="test"
    )
    url = f"http://{house.settings.site.server.console}"
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=url
    )
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    opened.goto("/login")
    opened.get_by_label("工号").fill("1023")
    opened.get_by_label("密码").fill(password)
    opened.keyboard.press("Enter")
    opened.wait_for_url(f"{url}/")
    yield opened
    context.close()


def test_a_sip_call_shows_up_and_its_ticket_is_found_again(house: TestHouse, page: Page) -> None:
    seat = house.seat_phone("cc01", answers=False, tone=620)
    page.get_by_role("button", name="cc01").click()
    page.get_by_role("button", name="示闲").click()
    page.locator(".pill.ready").wait_for()
    page.evaluate("window.not_reloaded = true")

    caller = house.dial(NUMBER, name="张三")
    call = page.locator("#call")
    expect(call).to_contain_text(NUMBER)
    expect(call).to_contain_text("长春")
    seat.answer(LIMIT)
    expect(call).to_contain_text("通话中")
    eventually(lambda: has_tone(caller.heard, 620, 1.0), "the caller hears the seat")
    page.get_by_label("事情经过").fill("工地拖欠三个月工资")
    page.get_by_label("来电人诉求").fill("要回工资")
    page.get_by_role("button", name="保存").click()
    number = page.locator("#ticket h2 .digits")
    expect(number).to_have_text(re.compile("^HL"))
    page.get_by_role("button", name="转评价").click()
    expect(page.locator("#bar")).to_contain_text(re.compile("话后处理|示闲"))
    assert page.evaluate("window.not_reloaded")
    caller.send_digits("5")
    record = house.record(NUMBER).call
    assert (record.agent, record.rating) == ("1023", 5)
    house.wait_agent("1023", AgentState.WRAP_UP, AgentState.READY)
    house.sealed_recordings(NUMBER)

    wanted = number.inner_text()
    page.goto("/tickets")
    page.get_by_role("link", name=wanted).click()
    expect(page.get_by_label("事情经过")).to_have_value("工地拖欠三个月工资")
    page.goto(f"/calls/{record.id}")
    expect(page.locator("body")).to_contain_text(wanted)
    length = page.locator("audio").first.evaluate(
        """sound => new Promise((done, fail) => {
            sound.preload = 'metadata';
            sound.addEventListener('loadedmetadata', () => done(sound.duration));
            sound.addEventListener('error', () => fail(sound.error));
            sound.load();
        })"""
    )
    assert length > 2

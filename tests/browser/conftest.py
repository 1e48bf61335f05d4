"""A real browser in front of a real console on a real port."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from casework.passwords import Passwords
from hotline.clock import system_clock
from hotline.settings import Settings
from tests.agent_console.conftest import (
    PASSWORD,
    House,
    build_house,
    passwords,
    peopled,
    settings,
)
from tests.agent_console.served import served
from tests.fixtures.browsers import PATIENCE

__all__ = ["passwords", "peopled", "settings"]

#: What a browser says of answers that are meant to be errors.
_MEANT = re.compile(r"status of (401|403|409|422|503)|Response Status Error Code")


@dataclass
class Desk:
    """One person's browser at the console."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a page of the console."""
        self.page.goto(self.url + path)

    def log_in(self, code: str) -> None:
        """Log in with the form."""
        self.open("/login")
        self.page.get_by_label("工号").fill(code)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(self.url + "/")

    def take_seat(self, seat: str) -> None:
        """Choose a seat and be ready."""
        self.page.get_by_role("button", name=seat).click()
        self.page.get_by_role("button", name="示闲").click()
        self.page.locator(".pill.ready").wait_for()


@pytest.fixture
def house(settings: Settings, passwords: Passwords, peopled: Path) -> House:
    """The console on the real clock, not started yet."""
    return build_house(settings, system_clock, passwords, peopled)


@pytest.fixture
def desk(house: House, browser: Browser) -> Iterator[Desk]:
    """A fresh browser window at 1366 x 768; a page that complains fails the test."""
    with served(house) as running:
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=running.url
        )
        context.set_default_timeout(PATIENCE)
        made = Desk(context.new_page(), running.url)
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on("console", lambda said: _keep(made, said.type, said.text))
        yield made
        context.close()
        assert made.complaints == []


def _keep(desk: Desk, kind: str, text: str) -> None:
    if kind in {"error", "warning"} and not _MEANT.search(text):
        desk.complaints.append(text)

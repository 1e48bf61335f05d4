"""What a menu key asks for, and the agent who knows the matter, reach the line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from agi.resume import resume_call
from agi.services import Services
from agi.start import start_call
from hotline.site import MenuChoice, Site
from hotline.site_matching import Priority, Want
from routing.agents import Agents
from routing.offers import WaitingCall
from tests.agi.asterisk import FakeAsterisk

CHOICE = MenuChoice(key="1", want=(Want(skill="labour", level=2),), priority=Priority.ELDERLY)


@pytest.fixture
def services(services: Services, jilin: Site) -> Services:
    """A site whose menu has one key."""
    menu = {"text": "劳动请按1。", "choice": [CHOICE.model_dump(by_alias=True)]}
    data = {**jilin.model_dump(by_alias=True), "menu": menu}
    site = Site.model_validate(data)
    return replace(services, settings=replace(services.settings, site=site))


@pytest.fixture
def entered(services: Services) -> list[WaitingCall]:
    """Everyone who enters the line."""
    calls: list[WaitingCall] = []
    original = services.line.enter

    def spy(call: WaitingCall) -> object:
        calls.append(call)
        return original(call)

    services.line.enter = spy  # type: ignore[method-assign,assignment]
    return calls


def test_a_key_asks_for_a_skill_with_the_old_place(
    services: Services, entered: list[WaitingCall], prompts: Path
) -> None:
    (prompts / "menu.wav").touch()
    asterisk = FakeAsterisk(
        variables={"CALLERID(num)": "043188888888"}, keys=["1"], hang_up_on="SET MUSIC"
    )
    start_call(asterisk.connect(), services)
    first, last = entered[0], entered[-1]
    assert first.wants == ""
    assert (last.wants, last.priority, last.head_start) == ("labour:2", Priority.ELDERLY, 60)
    assert (last.city, last.entered_at) == ("changchun", first.entered_at)
    assert last.steps[0].lines == ("changchun|labour:2",)
    assert asterisk.variables["HOTLINE_WANTS"] == "1"


def test_a_second_server_still_knows_the_key(
    services: Services, entered: list[WaitingCall]
) -> None:
    known = {"HOTLINE_STAGE": "waiting", "HOTLINE_ENTERED_AT": "5.000", "HOTLINE_WANTS": "1"}
    asterisk = FakeAsterisk(variables=known, hang_up_on="WAIT FOR DIGIT")
    resume_call(asterisk.connect(), services)
    assert entered[0].wants == "labour:2"


def test_a_caller_asks_for_the_agent_of_the_open_ticket(
    services: Services, entered: list[WaitingCall]
) -> None:
    known = replace(services, knows={"043188888888": "1023"}.get)
    variables = {"CALLERID(num)": "043188888888"}
    asterisk = FakeAsterisk(variables=variables, hang_up_on="STREAM FILE")
    start_call(asterisk.connect(), known)
    assert entered[0].prefers == "1023"
    assert entered[0].steps[0].lines == ("@1023", "changchun")


def test_who_hangs_up_unanswered_is_remembered(
    services: Services, live_redis: redis.Redis, ready: Callable[[str, str, str], Agents]
) -> None:
    variables = {"CALLERID(num)": "043188888888"}
    asterisk = FakeAsterisk(variables=variables, hang_up_on="STREAM FILE")
    start_call(asterisk.connect(), services)
    assert live_redis.exists("hl:left:043188888888")

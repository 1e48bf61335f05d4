"""Press 1 while waiting: the wish is written down, said, and the caller is let go."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from agi.services import Services
from agi.start import start_call
from hotline.calls.events import CallEvent, EventKind
from hotline.calls.fold import fold
from hotline.calls.machine import Outcome
from hotline.site import Callback
from tests.agi.asterisk import FakeAsterisk

Facts = Callable[[], list[CallEvent]]

CALLER = {"CALLERID(num)": "043112345678"}


def test_1_ends_the_wait_and_asks_for_a_call(services: Services, facts: Facts) -> None:
    asterisk = FakeAsterisk(variables=dict(CALLER), keys=["1"])
    start_call(asterisk.connect(), services)
    assert asterisk.said("callback-offer")
    assert asterisk.said("callback-noted")
    assert asterisk.variables["HOTLINE_DONE"] == "1"
    assert fold(facts()).outcome == Outcome.CALLBACK_REQUESTED
    assert services.line.live_calls() == []


def test_the_prompts_missing_the_key_counts_all_the_same(services: Services, facts: Facts) -> None:
    asterisk = FakeAsterisk(variables=dict(CALLER), keys=["1"], missing_prompts=True)
    start_call(asterisk.connect(), services)
    assert fold(facts()).outcome == Outcome.CALLBACK_REQUESTED


def test_another_key_changes_nothing(services: Services, facts: Facts) -> None:
    asterisk = FakeAsterisk(
        variables=dict(CALLER), keys=["2", "#"], hang_up_on="SET MUSIC OFF", dials=[]
    )
    asterisk.keys += ["1"]
    start_call(asterisk.connect(), services)
    waited = [c for c in asterisk.commands if c.startswith("WAIT FOR DIGIT")]
    assert len(waited) == 3
    assert EventKind.CLASSIFIED in {fact.kind for fact in facts()}


@pytest.mark.parametrize("number", ["", "anonymous"])
def test_a_hidden_number_is_offered_none(services: Services, facts: Facts, number: str) -> None:
    asterisk = Leaving(variables={"CALLERID(num)": number}, keys=["1"])
    start_call(asterisk.connect(), services)
    assert not asterisk.said("callback-offer")
    assert EventKind.CLASSIFIED not in {fact.kind for fact in facts()}


def test_a_site_without_a_key_offers_none(services: Services, facts: Facts) -> None:
    site = services.settings.site.model_copy(update={"callback": Callback(offer_key="")})
    silent = replace(services, settings=replace(services.settings, site=site))
    asterisk = Leaving(variables=dict(CALLER), keys=["1"])
    start_call(asterisk.connect(), silent)
    assert not asterisk.said("callback-offer")
    assert EventKind.CLASSIFIED not in {fact.kind for fact in facts()}


class Leaving(FakeAsterisk):
    """The caller presses what they have to press, waits once more and hangs up."""

    def _do(self, command: str) -> str:
        if command.startswith("WAIT FOR DIGIT") and not self.keys:
            self._alive = False
            return "200 result=-1"
        return super()._do(command)

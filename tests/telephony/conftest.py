"""One private hotline for the whole folder; phones and sign-ins for each test alone."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from routing.agent_machine import AgentState
from tests.eventually import eventually
from tests.telephony.house import TestHouse, start_house


@pytest.fixture(scope="session")
def whole_house() -> Iterator[TestHouse]:
    """Started once. Its folder is kept when something was red."""
    folder = Path(tempfile.mkdtemp(prefix="hl-house-"))
    house = start_house(folder)
    try:
        yield house
    finally:
        house.close()
    shutil.rmtree(folder)


@pytest.fixture
def house(whole_house: TestHouse) -> Iterator[TestHouse]:
    """The house with nobody signed in, no phone on and no caller in it."""
    whole_house.phones = ExitStack()
    whole_house.house.supervisor.wait_ready(whole_house.house.supervisor.kept)
    yield whole_house
    whole_house.phones.close()
    eventually(lambda: not whole_house.line.live_calls(), "all callers gone")
    for agent in whole_house.agents.all():
        if agent.state is AgentState.WRAP_UP:
            whole_house.agents.end_wrap_up(agent.code)
        whole_house.agents.sign_out(agent.code)

"""Call-backs that are dialled by themselves: the place in the line, the moment to ring."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from agi.outbound.job import PlaceKeeper
from agi.services import Services
from casework.callback_machine import CallbackState
from casework.callback_upkeep import Upkeep
from casework.callbacks import Callbacks
from hotline.ami import Message
from hotline.clock import as_datetime
from hotline.db.engine import make_engine, session_factory
from hotline.db.models import Call
from hotline.errors import AmiError
from hotline.settings import Settings
from hotline.site import Site, Trunk
from routing.line_machine import LineState
from routing.offers import WaitingCall
from routing.outbound import Dialler
from tests.agi.test_script import Ready
from tests.fixtures.databases import Database

NUMBER = "13904310000"


class FakeExchange:
    """Asterisk's manager interface: keeps what is dialled; refuses when told to."""

    def __init__(self) -> None:
        self.dialled: list[str] = []
        self.away = False

    def action(self, name: str, timeout: float = 3.0, **fields: str) -> list[Message]:  # noqa: ARG002
        """Keep it."""
        if self.away:
            raise AmiError(f"{name}: not connected")
        self.dialled.append(f"{fields['Channel']} {fields['ChannelId']}")
        return []


@pytest.fixture
def jilin(jilin: Site) -> Site:
    """The example site, dialling out over its trunk."""
    trunk = Trunk(name="operator", match=("192.0.2.10",), dial="192.0.2.10:5060")
    return jilin.model_copy(update={"trunks": (trunk,)})


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """SQLite will do: what differs between databases is tested in tests/casework."""
    engine = make_engine(sqlite_url)
    yield Database(sqlite_url, engine)
    engine.dispose()


@pytest.fixture
def callbacks(database: Database, services: Services) -> Callbacks:
    """Nobody is owed a call yet."""
    rules = services.settings.site.callback
    return Callbacks(database.sessions, services.clock, rules)


@pytest.fixture
def exchange() -> FakeExchange:
    """An Asterisk that does as it is told."""
    return FakeExchange()


@pytest.fixture
def keeper(
    services: Services, settings: Settings, callbacks: Callbacks, exchange: FakeExchange
) -> PlaceKeeper:
    """The job's inside."""
    dialler = Dialler(settings, services.line, services.journal, exchange)
    return PlaceKeeper(settings.site, callbacks, services.line, dialler, services.clock)


@pytest.fixture
def asked(database: Database, services: Services, callbacks: Callbacks) -> int:
    """A caller who waited for a minute has asked for a call; the id of their call-back."""
    with database.sessions.begin() as session:
        session.add(
            Call(
                id="jl1-1.1",
                direction="inbound",
                caller_number=NUMBER,
                caller_name="",
                called_number="12348",
                origin_city="changchun",
                started_at=as_datetime(services.clock() - 60),
                ended_at=as_datetime(services.clock()),
                stage="ended",
                outcome="callback_requested",
            )
        )
    Upkeep(database.sessions, services.clock, services.settings.site).run()
    [row] = callbacks.to_dial()
    return row.id


def test_it_waits_in_the_line_with_the_old_entry_time(
    services: Services, keeper: PlaceKeeper, exchange: FakeExchange, asked: int
) -> None:
    keeper.run()
    keeper.run()
    [call] = services.line.live_calls()
    assert (call.call_id, call.line) == (f"jl1-out-{asked}.1", LineState.WAITING)
    assert call.entered_at == services.clock() - 60
    assert exchange.dialled == []


def test_a_free_agents_phone_rings_once(
    keeper: PlaceKeeper, exchange: FakeExchange, callbacks: Callbacks, ready: Ready, asked: int
) -> None:
    keeper.run()
    ready("1023", "cc01", "changchun")
    keeper.run()
    keeper.run()
    assert exchange.dialled == [f"PJSIP/cc01 jl1-out-{asked}.1"]
    assert callbacks.get(asked).state == CallbackState.CALLING
    assert callbacks.get(asked).agent == "1023"


def test_who_waited_longer_goes_first(
    services: Services, keeper: PlaceKeeper, exchange: FakeExchange, ready: Ready, asked: int
) -> None:
    keeper.run()
    entered = services.clock() - 61
    longer = WaitingCall("c1", NUMBER, "", "changchun", entered, "agi-test", "PJSIP/x-1")
    services.line.enter(longer)
    ready("1023", "cc01", "changchun")
    keeper.run()
    assert exchange.dialled == []
    services.line.leave("c1")
    keeper.run()
    assert exchange.dialled == [f"PJSIP/cc01 jl1-out-{asked}.1"]


def test_a_call_back_that_is_over_leaves_the_line(
    services: Services, keeper: PlaceKeeper, callbacks: Callbacks, asked: int
) -> None:
    keeper.run()
    callbacks.give_up(asked, "1023", "called privately")
    keeper.run()
    assert services.line.live_calls() == []


def test_one_that_an_agent_has_taken_on_leaves_the_line(
    services: Services, keeper: PlaceKeeper, callbacks: Callbacks, asked: int
) -> None:
    keeper.run()
    callbacks.claim(asked, "1023")
    keeper.run()
    assert services.line.live_calls() == []


def test_two_workers_place_one_call(
    services: Services, keeper: PlaceKeeper, exchange: FakeExchange, ready: Ready, asked: int
) -> None:
    """The other one has read the call-back as due, too, and comes second."""
    keeper.run()
    ready("1023", "cc01", "changchun")
    row = keeper._callbacks.get(asked)
    keeper.run()
    offer = services.line.offer_for(f"jl1-out-{asked}.1")
    assert offer
    keeper._ring(row, keeper.called(row), offer)
    assert len(exchange.dialled) == 1


def test_sql_away_no_agent_is_held(
    services: Services, keeper: PlaceKeeper, tmp_path: Path, ready: Ready, asked: int
) -> None:
    keeper.run()
    engine = make_engine(f"sqlite:///{tmp_path / 'no' / 'such.db'}")
    nowhere = Callbacks(session_factory(engine), services.clock, services.settings.site.callback)
    keeper._callbacks = nowhere
    with pytest.raises(OperationalError):
        keeper.run()
    engine.dispose()
    assert services.line.live_calls() == []


def test_asterisk_refuses_and_the_agent_is_free(
    services: Services, keeper: PlaceKeeper, exchange: FakeExchange, ready: Ready, asked: int
) -> None:
    agents = ready("1023", "cc01", "changchun")
    exchange.away = True
    keeper.run()
    assert agents.get("1023").state == "ready"
    assert services.line.live_calls() == []

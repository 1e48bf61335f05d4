"""Calls of ours in the live state: places kept in the line, agents reserved, seats that fail."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.ami import Message
from hotline.calls.events import EventKind
from hotline.calls.journal import Journal
from hotline.calls.machine import LegResult
from hotline.calls.outbound import outbound_id
from hotline.clock import ManualClock
from hotline.errors import AmiError, IllegalTransitionError
from hotline.settings import Settings
from hotline.site import Limits, Site, Trunk
from routing.agent_machine import AgentState
from routing.agents import Agents
from routing.channels import Channels
from routing.errors import NoTrunkError
from routing.faults import Fault, fault_of
from routing.leader import Leader
from routing.line import Line
from routing.line_machine import LineState
from routing.offers import LiveCall, Offer
from routing.outbound import Called, Dialler
from routing.registrations import Registrations
from routing.remedies import Remedies
from routing.seats import Seats
from routing.watch import Watch
from tests.agi.facts import kinds, read_facts
from tests.routing.conftest import MakeCall, held

OUT = outbound_id("jl1", 7, 1)


class FakeExchange:
    """Asterisk's manager interface: keeps what is said; refuses when told to."""

    def __init__(self) -> None:
        self.said: list[dict[str, str]] = []
        self.away = False

    def action(self, name: str, timeout: float = 3.0, **fields: str) -> list[Message]:  # noqa: ARG002
        """Keep it."""
        if self.away:
            raise AmiError(f"{name}: not connected")
        self.said.append({"Action": name, **fields})
        return [{"Response": "Success"}]


class FakeAsterisk(FakeExchange):
    """One without any channel."""

    connected = True


@pytest.fixture
def exchange() -> FakeExchange:
    """An Asterisk that does as it is told."""
    return FakeExchange()


@pytest.fixture
def site_settings(jilin: Site, tmp_path: Path) -> Settings:
    """The example site, dialling out over its trunk."""
    trunk = Trunk(name="operator", match=("192.0.2.10",), dial="192.0.2.10:5060")
    site = jilin.model_copy(update={"trunks": (trunk,)})
    return Settings(tmp_path / "hotline.toml", site, tmp_path, "sqlite://", "unix:///nowhere")


def called(clock: ManualClock) -> Called:
    return Called(OUT, "13904310000", "张三", "changchun", clock() - 60)


# ------------------------------------------------------------------------ the place in the line


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    entries=st.lists(
        st.tuples(st.booleans(), st.integers(0, 500)),
        min_size=1,
        max_size=12,
        unique_by=lambda entry: entry[1],
    )
)
def test_nobody_overtakes_and_nobody_is_overtaken(
    live_redis: redis.Redis, entries: list[tuple[bool, int]]
) -> None:
    """Whoever entered first is served first, a call-back no more and no less than a caller."""
    live_redis.flushall()
    clock = ManualClock()
    line = Line(live_redis, clock, Limits())
    agents = Agents(live_redis, clock, Limits(wrap_up_seconds=0))
    for index, (is_callback, second) in enumerate(entries):
        call_id = outbound_id("jl1", index, 1) if is_callback else f"jl1-1.{index}"
        entered = clock() - 1000 + second
        line.enter(Called(call_id, "13904310000", "", "changchun", entered).waiting())
    agents.sign_in("1023", "张三", "changchun", "cc01")
    served = []
    for _ in entries:
        agents.ready("1023")
        call = line.live_call(agents.get("1023").call_id or "")
        assert call is not None
        assert call.offer is not None
        served.append(call.entered_at)
        line.dialled(call.offer)
        line.answered(call.offer, "PJSIP/cc01-1")
        line.leave(call.call_id)
        clock.advance(1)
    assert served == sorted(served)


def test_a_call_back_lets_an_older_caller_go_first(
    line: Line, agents: Agents, caller: MakeCall, clock: ManualClock, zhang: str
) -> None:
    agents.pause(zhang, "meal")
    line.enter(caller("old", entered_at=clock() - 61))
    line.enter(called(clock).waiting())
    line.enter(caller("new", entered_at=clock() - 59))
    agents.ready(zhang)
    assert held(line, "old").agent == zhang
    line.leave("old")
    assert held(line, OUT).agent == zhang


# ------------------------------------------------------------------------------ taking an agent


def test_an_agent_is_taken_from_ready_and_wraps_up_after(
    line: Line, agents: Agents, caller: MakeCall, clock: ManualClock, zhang: str
) -> None:
    offer = line.reserve(called(clock).waiting(), zhang)
    assert offer
    assert (offer.agent, offer.seat) == (zhang, "cc01")
    assert line.enter(caller("c1")) is None, "no agent is offered to two"
    assert agents.get(zhang).state is AgentState.OFFERED
    clock.advance(60)
    line.tick()
    assert line.offer_for(OUT) == offer, "no lease ends it: the seat's channel owns it"
    assert line.answered(offer, "PJSIP/cc01-1")
    assert line.leave(OUT)
    assert agents.get(zhang).state is AgentState.WRAP_UP


def test_reserving_again_changes_nothing(line: Line, clock: ManualClock, zhang: str) -> None:
    first = line.reserve(called(clock).waiting(), zhang)
    clock.advance(1)
    assert line.reserve(called(clock).waiting(), zhang) == first


@pytest.mark.parametrize("state", ["offline", "paused", "offered"])
def test_only_a_ready_agent_is_taken(
    line: Line, agents: Agents, clock: ManualClock, zhang: str, state: str
) -> None:
    if state == "offered":
        line.enter(replace(called(clock), call_id="jl1-1.1").waiting())
    elif state == "paused":
        agents.pause(zhang, "meal")
    else:
        agents.sign_out(zhang)
    with pytest.raises(IllegalTransitionError):
        line.reserve(called(clock).waiting(), zhang)
    assert line.live_call(OUT) is None


def test_a_seat_that_rings_in_vain_is_set_aside_and_the_call_is_over(
    line: Line, agents: Agents, clock: ManualClock, zhang: str
) -> None:
    offer = line.reserve(called(clock).waiting(), zhang)
    assert offer
    assert line.seat_unanswered(offer, LegResult.NO_ANSWER)
    assert agents.get(zhang).state is AgentState.NOT_ANSWERING
    assert line.live_calls() == []
    assert not line.seat_unanswered(offer, LegResult.NO_ANSWER)


def test_a_seat_that_talks_did_answer(
    line: Line, agents: Agents, clock: ManualClock, zhang: str
) -> None:
    offer = line.reserve(called(clock).waiting(), zhang)
    assert offer
    line.answered(offer, "PJSIP/cc01-1")
    assert not line.seat_unanswered(offer, LegResult.NO_ANSWER)
    assert agents.get(zhang).state is AgentState.TALKING


# ------------------------------------------------------------------------------------ the watch


def ringing(line: Line, clock: ManualClock, agent: str) -> tuple[LiveCall, Offer]:
    offer = line.reserve(called(clock).waiting(), agent)
    call = line.live_call(OUT)
    assert offer
    assert call
    return call, offer


def test_a_place_that_no_worker_keeps_is_given_up(
    line: Line, clock: ManualClock, agents: Agents, zhang: str, tmp_path: Path
) -> None:
    """Its owner's name changes with each look of the worker; the patience starts anew then."""
    agents.pause(zhang, "meal")
    line.enter(called(clock).waiting())
    [call] = line.live_calls()
    assert call.line is LineState.WAITING
    assert fault_of(call, Channels()) is Fault.PLACE_UNKEPT
    with Journal(tmp_path, "watch", clock) as journal:
        seats = Seats(line._redis, clock, Limits())
        watch = Watch(
            "jl1",
            line=line,
            registrations=Registrations([], seats),
            leader=Leader(line._redis, "watch:jl1"),
            remedies=Remedies(line, journal),
            clock=clock,
            beat=lambda: None,
            pace=0.0,
        )
        watch.on_connected()
        for _ in range(15):
            line.enter(called(clock).waiting(clock()))
            watch.step(FakeAsterisk())
            clock.advance(1)
        assert line.live_call(OUT)
        for _ in range(12):
            watch.step(FakeAsterisk())
            clock.advance(1)
    assert line.live_calls() == []


def test_a_call_that_is_placed_has_a_channel(line: Line, clock: ManualClock, zhang: str) -> None:
    call, _ = ringing(line, clock, zhang)
    channel = {"Event": "Newchannel", "Channel": "PJSIP/cc01-1", "Uniqueid": OUT, "Linkedid": OUT}
    assert fault_of(call, Channels([channel])) is None


def test_the_watch_frees_the_agent_when_the_seat_rang_in_vain(
    line: Line, agents: Agents, clock: ManualClock, zhang: str, tmp_path: Path
) -> None:
    call, _ = ringing(line, clock, zhang)
    assert fault_of(call, Channels()) is Fault.CALLER_GONE
    with Journal(tmp_path, "watch", clock) as journal:
        Remedies(line, journal).apply(call, Fault.CALLER_GONE, clock(), Channels())
    assert agents.get(zhang).state is AgentState.NOT_ANSWERING
    leg, end = read_facts(tmp_path)
    assert (leg.kind, leg.data["result"]) == (EventKind.LEG_ENDED, LegResult.NO_ANSWER)
    assert (end.kind, end.data["ended_by"]) == (EventKind.ENDED, "system")


@pytest.mark.parametrize(
    "ending", [("17", LegResult.BUSY), ("21", LegResult.REJECTED), ("19", LegResult.NO_ANSWER)]
)
def test_a_caller_rung_first_in_vain_sets_nobody_aside(
    line: Line, agents: Agents, clock: ManualClock, tmp_path: Path, ending: tuple[str, LegResult]
) -> None:
    cause, result = ending
    agents.sign_in("1023", "张三", "changchun", "cc01")
    agents.ready("1023")
    line.reserve(replace(called(clock), first="caller").waiting(), "1023")
    call = line.live_call(OUT)
    assert call
    channels = Channels([{"Event": "Hangup", "Uniqueid": OUT, "Cause": cause}])
    listed_anew = Channels()
    listed_anew.remember(channels)
    with Journal(tmp_path, "watch", clock) as journal:
        Remedies(line, journal).apply(call, Fault.CALLER_GONE, clock(), listed_anew)
    assert agents.get("1023").state is AgentState.READY
    leg, end = read_facts(tmp_path)
    assert (leg.data["leg"], leg.data["result"]) == (f"{OUT}/caller", result)
    assert end.kind is EventKind.ENDED


def test_the_watch_ends_a_talk_whose_script_died(
    line: Line, agents: Agents, clock: ManualClock, zhang: str, tmp_path: Path
) -> None:
    _, offer = ringing(line, clock, zhang)
    line.answered(offer, "PJSIP/cc01-1")
    call = line.live_call(OUT)
    assert call
    with Journal(tmp_path, "watch", clock) as journal:
        Remedies(line, journal).apply(call, Fault.CALLER_GONE, clock(), Channels())
    assert agents.get(zhang).state is AgentState.WRAP_UP
    assert kinds(read_facts(tmp_path)) == [EventKind.LEG_ENDED, EventKind.ENDED]


# ------------------------------------------------------------------------------------- placing


@pytest.fixture
def dialler(
    line: Line, clock: ManualClock, exchange: FakeExchange, site_settings: Settings
) -> Iterator[Dialler]:
    """Places calls through `exchange`; what it tells is in its settings' journal."""
    with Journal(site_settings.journal_dir, "test", clock) as journal:
        yield Dialler(site_settings, line, journal, exchange)


def test_the_seat_rings_with_the_calls_own_id(
    clock: ManualClock,
    zhang: str,
    dialler: Dialler,
    exchange: FakeExchange,
    site_settings: Settings,
) -> None:
    dialler.place(called(clock), dialler.reserve(called(clock), zhang))
    [said] = exchange.said
    assert (said["Action"], said["Channel"]) == ("Originate", "PJSIP/cc01")
    assert (said["ChannelId"], said["Context"], said["Exten"]) == (OUT, "outbound", "agent")
    arrived, leg = read_facts(site_settings.journal_dir)
    assert arrived.data["direction"] == "outbound"
    assert arrived.data["caller_number"] == "13904310000"
    assert (leg.data["role"], leg.data["agent"], leg.data["seat"]) == ("seat", zhang, "cc01")


@pytest.mark.usefixtures("zhang")
def test_the_caller_rings_first_where_the_site_says_so(
    clock: ManualClock, dialler: Dialler, exchange: FakeExchange, site_settings: Settings
) -> None:
    whom = replace(called(clock), first="caller")
    dialler.place(whom, dialler.reserve(whom, "1023"))
    [said] = exchange.said
    assert said["Channel"] == "PJSIP/operator/sip:13904310000@192.0.2.10:5060"
    assert (said["Exten"], said["CallerID"]) == ("caller", "12348")
    assert read_facts(site_settings.journal_dir)[1].data["role"] == "caller"


@pytest.mark.usefixtures("zhang")
def test_asterisk_away_frees_the_agent_and_closes_the_record(
    agents: Agents,
    clock: ManualClock,
    dialler: Dialler,
    exchange: FakeExchange,
    site_settings: Settings,
) -> None:
    exchange.away = True
    offer = dialler.reserve(called(clock), "1023")
    with pytest.raises(AmiError):
        dialler.place(called(clock), offer)
    assert agents.get("1023").state is AgentState.READY
    assert kinds(read_facts(site_settings.journal_dir))[-1] is EventKind.ENDED


@pytest.mark.usefixtures("zhang")
def test_without_a_trunk_to_dial_on_nobody_is_taken(
    agents: Agents, clock: ManualClock, line: Line, jilin: Site, tmp_path: Path
) -> None:
    nowhere = Settings(tmp_path / "hotline.toml", jilin, tmp_path, "", "")
    with Journal(tmp_path, "test", clock) as journal, pytest.raises(NoTrunkError):
        Dialler(nowhere, line, journal, FakeExchange()).reserve(called(clock), "1023")
    assert agents.get("1023").state is AgentState.READY

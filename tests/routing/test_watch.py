"""What the watch does about faults, with Asterisk's side of the story told by hand.

The same against a real Asterisk is in tests/telephony.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from hotline.ami import Message
from hotline.calls.events import EventKind
from hotline.calls.journal import Journal
from hotline.calls.lines import decode
from hotline.clock import ManualClock
from hotline.errors import AmiError
from hotline.site import Limits
from routing.agent_machine import AgentState
from routing.agents import Agents
from routing.channels import Channels
from routing.faults import Fault
from routing.leader import Leader
from routing.line import Line
from routing.line_machine import LineState
from routing.offers import Offer
from routing.registrations import Registrations
from routing.remedies import Remedies
from routing.seat_machine import SeatState
from routing.seats import Seats
from routing.watch import TELL_AGAIN, Watch
from tests.routing.conftest import MakeCall

CALL = "jl1-1700000000.1"


def channel(event: str, unique: str, name: str, *, up: bool = True) -> Message:
    """A channel as Asterisk tells of it."""
    state = "Up" if up else "Ringing"
    fields = {"Channel": name, "Uniqueid": unique, "Linkedid": CALL, "ChannelStateDesc": state}
    return {"Event": event, **fields}


CALLER = channel("CoreShowChannel", CALL, "PJSIP/operator-01")
SEAT = channel("CoreShowChannel", "jl1-1700000000.2", "PJSIP/cc01-02")
RINGING_SEAT = channel("CoreShowChannel", "jl1-1700000000.2", "PJSIP/cc01-02", up=False)


class FakeAmi:
    """Answers lists from what a test says; ``connected`` may be switched off."""

    def __init__(self) -> None:
        self.connected = True
        self.channels: list[Message] = []
        self.endpoints: list[Message] = []
        self.asked: list[str] = []

    def action(self, name: str, timeout: float = 3.0, **fields: str) -> list[Message]:
        del timeout, fields
        if not self.connected:
            raise AmiError(f"{name}: not connected")
        self.asked.append(name)
        rows = self.channels if name == "CoreShowChannels" else self.endpoints
        return [{"Response": "Success"}, *rows, {"Event": f"{name}Complete"}]


@dataclass
class Scene:
    """A watch that has just connected, the Asterisk it watches, and one caller's call."""

    watch: Watch
    ami: FakeAmi
    line: Line
    agents: Agents
    clock: ManualClock
    folder: Path

    def look(self, seconds: float) -> None:
        """Look five times a second for so long."""
        for _ in range(round(seconds * 5)):
            self.watch.step(self.ami)
            self.clock.advance(0.2)

    def hang_up(self, channel: Message) -> None:
        """Asterisk says that a channel is gone."""
        self.watch.on_event({**channel, "Event": "Hangup"})

    def told(self) -> list[tuple[EventKind, object, float]]:
        """What the watch told the record."""
        lines = [row for f in self.folder.iterdir() for row in f.read_bytes().splitlines()]
        events = [decode(line) for line in lines]
        return [(e.kind, e.data.get("result") or e.data.get("ended_by"), e.at) for e in events]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Where the watch tells the record."""
    with Journal(tmp_path / "journal", "watch") as journal:
        yield journal


def scene_of(client: redis.Redis, journal: Journal, clock: ManualClock, folder: Path) -> Scene:
    """An Asterisk without channels, and nobody in the line."""
    limits = Limits()
    line = Line(client, clock, limits)
    watch = Watch(
        "jl1",
        line=line,
        registrations=Registrations(["cc01", "cc02"], Seats(client, clock, limits)),
        leader=Leader(client, "watch:jl1"),
        remedies=Remedies(line, journal),
        clock=clock,
        beat=lambda: None,
        pace=0,
    )
    watch.on_connected()
    return Scene(watch, FakeAmi(), line, Agents(client, clock, limits), clock, folder)


@pytest.fixture
def scene(live_redis: redis.Redis, journal: Journal, clock: ManualClock, tmp_path: Path) -> Scene:
    """Everything works."""
    return scene_of(live_redis, journal, clock, tmp_path / "journal")


@pytest.fixture
def offer(scene: Scene, caller: MakeCall) -> Offer:
    """A caller to whom agent 1023 at cc01 is offered."""
    scene.agents.sign_in("1023", "张三", "changchun", "cc01")
    scene.agents.ready("1023")
    offer = scene.line.enter(caller(CALL))
    assert offer is not None
    return offer


def test_a_caller_without_a_channel_is_let_go_and_the_end_told(scene: Scene, offer: Offer) -> None:
    scene.line.dialled(offer)
    scene.line.answered(offer, "PJSIP/cc01-02")
    scene.ami.channels = [CALLER, SEAT]
    scene.look(10)
    assert scene.line.live_call(CALL) is not None
    hung_up = scene.clock()
    scene.ami.channels = []
    scene.hang_up(CALLER)
    scene.look(1.8)
    assert scene.line.live_call(CALL) is not None, "its script may still say so itself"
    scene.look(0.6)
    assert scene.line.live_call(CALL) is None
    assert scene.told() == [
        (EventKind.LEG_ENDED, "answered", hung_up),
        (EventKind.ENDED, "caller", hung_up),
    ]


def test_a_script_that_said_so_itself_is_not_repeated(scene: Scene, offer: Offer) -> None:
    scene.look(1)
    scene.line.leave(CALL)
    scene.look(5)
    assert scene.told() == []


def test_only_who_frees_the_call_tells_its_end(
    scene: Scene, journal: Journal, offer: Offer
) -> None:
    """The script was a moment faster than the watch that had just found the caller gone."""
    found = scene.line.live_call(CALL)
    assert found is not None
    scene.line.leave(CALL)
    Remedies(scene.line, journal).apply(found, Fault.CALLER_GONE, scene.clock(), Channels())
    assert scene.told() == []


def test_a_hangup_that_asterisk_s_list_denies_changes_nothing(scene: Scene, offer: Offer) -> None:
    scene.ami.channels = [CALLER]
    scene.look(1)
    scene.hang_up(CALLER)
    scene.look(4)
    assert scene.line.live_call(CALL) is not None


def test_with_ami_away_nothing_is_taken_back(scene: Scene, offer: Offer) -> None:
    scene.line.dialled(offer)
    scene.ami.channels = [CALLER, RINGING_SEAT]
    scene.look(1)
    for gone in (CALLER, RINGING_SEAT):
        scene.hang_up(gone)
    scene.ami.connected = False
    scene.look(60)
    assert scene.line.offer_for(CALL) == offer


def test_an_agent_who_talks_without_a_channel_is_healed_within_5_s(
    scene: Scene, offer: Offer
) -> None:
    scene.line.dialled(offer)
    scene.line.answered(offer, "PJSIP/cc01-02")
    scene.ami.channels = [CALLER]
    scene.look(5)
    assert scene.agents.get("1023").state is AgentState.WRAP_UP
    call = scene.line.live_call(CALL)
    assert call is not None
    assert call.line is LineState.SERVED


def test_a_seat_that_was_never_rung_is_given_back(scene: Scene, offer: Offer) -> None:
    scene.line.dialled(offer)
    scene.ami.channels = [CALLER]
    scene.look(4)
    assert scene.line.offer_for(CALL) == offer
    scene.look(2)
    again = scene.line.offer_for(CALL)
    assert again is not None
    assert again.leg == f"{CALL}/2"


def test_a_ringing_seat_is_left_alone_and_its_answer_learnt(scene: Scene, offer: Offer) -> None:
    scene.line.dialled(offer)
    scene.ami.channels = [CALLER, RINGING_SEAT]
    scene.look(60)
    assert scene.line.offer_for(CALL) == offer
    scene.ami.channels = [CALLER, SEAT]
    scene.watch.on_event({**SEAT, "Event": "Newstate"})
    answered_at = scene.clock()
    scene.look(1)
    assert scene.agents.get("1023").state is AgentState.TALKING
    assert scene.told() == [
        (EventKind.LEG_ANSWERED, None, answered_at),
        (EventKind.STAGE, None, answered_at),
    ]


def test_another_asterisk_s_calls_are_not_mine(scene: Scene, caller: MakeCall) -> None:
    scene.line.enter(caller("jl2-1700000000.1"))
    scene.look(10)
    assert scene.line.live_call("jl2-1700000000.1") is not None


def test_asterisk_restarted_empty(scene: Scene, offer: Offer) -> None:
    scene.ami.channels = [CALLER]
    scene.look(1)
    scene.ami.connected = False
    scene.look(3)
    scene.ami.connected, scene.ami.channels = True, []
    scene.watch.on_connected()
    scene.look(3)
    assert scene.line.live_calls() == []
    assert scene.agents.get("1023").state is AgentState.READY


def endpoint(name: str, state: str) -> Message:
    return {"Event": "EndpointList", "ObjectName": name, "DeviceState": state}


def seat_state(seats: Seats, name: str) -> SeatState:
    [view] = seats.views([name])
    return view.state


def test_phones_that_come_and_go(scene: Scene, seats: Seats) -> None:
    scene.ami.endpoints = [
        endpoint("cc01", "Not in use"),
        endpoint("cc02", "Unavailable"),
        endpoint("operator", "Unavailable"),
    ]
    scene.look(0.2)
    assert seat_state(seats, "cc01") is SeatState.REGISTERED
    assert seat_state(seats, "cc02") is SeatState.UNREGISTERED
    assert seat_state(seats, "operator") is SeatState.UNKNOWN, "no seat of ours"
    scene.watch.on_event(
        {"Event": "DeviceStateChange", "Device": "PJSIP/cc01", "State": "UNAVAILABLE"}
    )
    scene.watch.on_event(
        {"Event": "DeviceStateChange", "Device": "PJSIP/cc02", "State": "NOT_INUSE"}
    )
    scene.look(0.2)
    assert seat_state(seats, "cc01") is SeatState.UNREGISTERED
    assert seat_state(seats, "cc02") is SeatState.REGISTERED


def test_a_redis_that_forgot_is_told_again(
    scene: Scene, seats: Seats, live_redis: redis.Redis
) -> None:
    scene.ami.endpoints = [endpoint("cc01", "Unavailable")]
    scene.look(0.2)
    live_redis.flushall()
    scene.look(TELL_AGAIN + 0.4)
    assert seat_state(seats, "cc01") is SeatState.UNREGISTERED


def test_asterisk_is_read_again_when_it_did_not_answer(
    scene: Scene, seats: Seats, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.ami.endpoints = [endpoint("cc01", "Unavailable")]

    def too_slow(name: str, timeout: float = 3.0, **fields: str) -> list[Message]:
        raise AmiError(f"{name}: no answer")

    with monkeypatch.context() as slow:
        slow.setattr(scene.ami, "action", too_slow)
        scene.look(0.4)
    scene.look(0.4)
    assert seat_state(seats, "cc01") is SeatState.UNREGISTERED


def test_one_watch_leads_and_the_next_takes_over(live_redis: redis.Redis) -> None:
    first, second = Leader(live_redis, "watch:jl1"), Leader(live_redis, "watch:jl1")
    assert first.leads()
    assert not second.leads()
    assert first.leads()
    live_redis.delete("hl:leader:watch:jl1")  # as if it had stalled longer than its lease
    assert second.leads()
    assert not first.leads()
    second.step_down()
    assert first.leads()


def test_who_does_not_lead_changes_nothing(
    scene: Scene, offer: Offer, live_redis: redis.Redis
) -> None:
    assert Leader(live_redis, "watch:jl1").leads()
    scene.look(4)
    assert scene.line.offer_for(CALL) == offer


def test_redis_away_is_waited_out(
    journal: Journal, clock: ManualClock, tmp_path: Path, redis_server: Path
) -> None:
    """A path at which Redis is not yet."""
    path = tmp_path / "redis.sock"
    client = redis.Redis(
        unix_socket_path=str(path), retry=Retry(NoBackoff(), 0), decode_responses=True
    )
    scene = scene_of(client, journal, clock, tmp_path / "journal")
    scene.ami.endpoints = [endpoint("cc01", "Unavailable")]
    scene.look(1)
    path.symlink_to(redis_server)
    client.flushall()
    scene.look(1)
    assert seat_state(Seats(client, clock, Limits()), "cc01") is SeatState.UNREGISTERED
    client.close()

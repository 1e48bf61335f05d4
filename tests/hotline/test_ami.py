"""The AMI client against a peer that misbehaves; the real Asterisk is in tests/telephony."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from hotline import ami as module
from hotline.ami import Ami
from hotline.errors import AmiError
from tests.eventually import eventually

Message = Mapping[str, str]


@dataclass
class FakeAmi:
    """Accepts connections and answers each action as told; ``{id}`` is the action's id."""

    answers: dict[str, str] = field(default_factory=dict)
    connections: list[socket.socket] = field(default_factory=list)
    title: bytes = b"Asterisk Call Manager/9.0.0\r\n"

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def say(self, text: str) -> None:
        """Send a message to whoever is connected now."""
        self.connections[-1].sendall(text.replace("\n", "\r\n").encode() + b"\r\n\r\n")

    def hang_up(self) -> None:
        """Close the connection from this side."""
        self.connections[-1].shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """No more."""
        for link in (self.listener, *self.connections):
            link.close()

    def _accept(self) -> None:
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(link)
            link.sendall(self.title)
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        with link.makefile("r", encoding="utf-8", newline="\n") as lines:
            action: dict[str, str] = {}
            for line in lines:
                key, _, value = line.strip().partition(": ")
                if key:
                    action[key] = value
                    continue
                answer = self.answers.get(action["Action"])
                if answer:
                    self.say(answer.format(id=action["ActionID"]))
                action = {}


OK = "Response: Success\nActionID: {id}"


@pytest.fixture
def peer() -> Iterator[FakeAmi]:
    """A peer that lets everybody in."""
    fake = FakeAmi({"Login": OK})
    yield fake
    fake.close()


@pytest.fixture
def connect(peer: FakeAmi) -> Iterator[Callable[..., Ami]]:
    """Make clients that are closed with the test."""
    made: list[Ami] = []

    def make(**options: Callable[..., None]) -> Ami:
        client = Ami(peer.address, "hotline", "secret", **options)
        made.append(client)
        client.start()
        return client

    yield make
    for client in made:
        client.close()


def test_an_answer_finds_its_action(peer: FakeAmi, connect: Callable[..., Ami]) -> None:
    peer.answers["Getvar"] = OK + "\nValue: 7"
    client = connect()
    assert client.wait_connected(10)
    [answer] = client.action("Getvar", Variable="X")
    assert answer["Value"] == "7"


def test_a_list_is_collected_to_its_end(peer: FakeAmi, connect: Callable[..., Ami]) -> None:
    peer.answers["List"] = (
        OK + "\nEventList: start\n\nEvent: Row\nActionID: {id}\nName: a\n\n"
        "Event: Done\nActionID: {id}\nEventList: Complete"
    )
    client = connect()
    assert client.wait_connected(10)
    assert [row.get("Name") for row in client.action("List")] == [None, "a", None]


def test_a_refusal_is_an_error_with_its_reason(peer: FakeAmi, connect: Callable[..., Ami]) -> None:
    peer.answers["Hangup"] = "Response: Error\nActionID: {id}\nMessage: No such channel"
    client = connect()
    assert client.wait_connected(10)
    with pytest.raises(AmiError, match="No such channel"):
        client.action("Hangup", Channel="x")


def test_silence_is_an_error_in_time(connect: Callable[..., Ami]) -> None:
    client = connect()
    assert client.wait_connected(10)
    with pytest.raises(AmiError, match="no answer"):
        client.action("Ping", timeout=0.1)


def test_a_line_break_never_leaves_its_value(connect: Callable[..., Ami]) -> None:
    client = connect()
    assert client.wait_connected(10)
    with pytest.raises(AmiError, match="line break"):
        client.action("Setvar", Value="1\r\nAction: Command")


def test_a_lost_link_is_made_again(peer: FakeAmi, connect: Callable[..., Ami]) -> None:
    logins: list[int] = []
    client = connect(on_connected=lambda: logins.append(1))
    eventually(lambda: len(logins) == 1, "the first login")
    peer.hang_up()
    eventually(lambda: len(logins) == 2, "the second login")
    assert client.connected


def test_an_action_under_way_ends_with_the_link(peer: FakeAmi, connect: Callable[..., Ami]) -> None:
    client = connect()
    assert client.wait_connected(10)
    threading.Timer(0.1, peer.hang_up).start()
    with pytest.raises(AmiError, match="lost"):
        client.action("Originate", timeout=20)


def test_a_wrong_password_never_connects(peer: FakeAmi, connect: Callable[..., Ami]) -> None:
    peer.answers["Login"] = "Response: Error\nActionID: {id}\nMessage: Authentication failed"
    client = connect()
    eventually(lambda: len(peer.connections) >= 2, "another try")
    assert not client.connected
    with pytest.raises(AmiError, match="not connected"):
        client.action("Ping")


def test_a_link_that_went_silent_is_given_up(
    peer: FakeAmi, connect: Callable[..., Ami], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SILENCE", 0.1)
    connect()
    eventually(lambda: len(peer.connections) >= 2, "a new connection")


def test_an_event_reaches_its_listener_and_a_bad_listener_ends_nothing(
    peer: FakeAmi, connect: Callable[..., Ami]
) -> None:
    heard: list[str] = []

    def listen(event: Message) -> None:
        heard.append(event["Event"])
        if event["Event"] == "Bad":
            raise KeyError("Bad")

    client = connect(on_event=listen)
    assert client.wait_connected(10)
    peer.say("Event: Bad")
    peer.say("Event: Good")
    eventually(lambda: heard == ["Bad", "Good"], "both events")

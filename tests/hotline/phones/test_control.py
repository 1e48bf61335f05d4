"""The control connection: netstrings however they arrive, answers, events, a phone that goes."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.phones.control import Control, Decoder, Event, encode
from hotline.phones.errors import PhoneError, PhoneGoneError, PhoneTimeoutError

MESSAGES = st.lists(
    st.dictionaries(st.text(), st.text() | st.integers() | st.booleans()), max_size=5
)


@given(MESSAGES, st.integers(1, 50))
def test_messages_arrive_whole_however_they_are_cut(
    messages: list[dict[str, Any]], size: int
) -> None:
    stream = b"".join(map(encode, messages))
    decoder = Decoder()
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert [message for piece in pieces for message in decoder.feed(piece)] == messages


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1", b"99999999999:", b":{},", b"-5:{},"])
def test_what_is_no_netstring_is_refused(data: bytes) -> None:
    with pytest.raises(PhoneError, match="no netstring"):
        Decoder().feed(data)


class FakePhone:
    """Answers commands as told; sends events when told."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.answers: dict[str, tuple[bool, str]] = {}
        self.connection: socket.socket | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        self.connection, _ = self.listener.accept()
        decoder = Decoder()
        while data := self.connection.recv(4096):
            for asked in decoder.feed(data):
                if asked["command"] == "die":
                    self.connection.close()
                    return
                ok, text = self.answers.get(asked["command"], (True, ""))
                self.connection.sendall(encode({"event": True, "type": "BUSY", "id": "7"}))
                answer = {"response": True, "ok": ok, "data": text, "token": asked["token"]}
                self.connection.sendall(encode(answer))


@pytest.fixture
def phone() -> Iterator[FakePhone]:
    fake = FakePhone()
    yield fake
    fake.listener.close()
    if fake.connection is not None:
        fake.connection.close()


@pytest.fixture
def seen() -> list[Event]:
    return []


@pytest.fixture
def control(phone: FakePhone, seen: list[Event]) -> Iterator[Control]:
    control = Control("127.0.0.1", phone.port, seen.append)
    yield control
    control.close()


def test_a_command_gets_its_answer(phone: FakePhone, control: Control) -> None:
    phone.answers["dial"] = (True, "call id: 5\n")
    assert control.command("dial", "sip:1@h") == "call id: 5"


def test_events_are_told_apart_from_answers(control: Control, seen: list[Event]) -> None:
    control.command("dial")
    control.wait_until(lambda: bool(seen), 5, "the event")
    assert [(event.type, event.call_id) for event in seen] == [("BUSY", "7")]


def test_a_refused_command_says_why(phone: FakePhone, control: Control) -> None:
    phone.answers["hangup"] = (False, "no active call")
    with pytest.raises(PhoneError, match="no active call"):
        control.command("hangup")


def test_a_phone_that_goes_ends_the_waiting(control: Control) -> None:
    with pytest.raises(PhoneGoneError):
        control.command("die")


def test_what_does_not_happen_times_out(control: Control) -> None:
    with pytest.raises(PhoneTimeoutError, match=r"no rain within 0\.01 s"):
        control.wait_until(lambda: False, 0.01, "rain")

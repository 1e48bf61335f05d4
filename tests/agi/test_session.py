"""One session: nothing a caller is called can become a command; hang-up is told from failure."""

import socket
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agi.errors import CallerGoneError, CommandFailedError, SessionLostError
from agi.session import STOPPED, Session, quote
from tests.agi.asterisk import FakeAsterisk


@given(st.text())
def test_a_quoted_argument_never_ends_early(text: str) -> None:
    quoted = quote(text)
    inner = quoted[1:-1]
    assert quoted[0] == quoted[-1] == '"'
    assert not set(quoted) & set("\r\n\0")
    unescaped = inner.replace("\\\\", "").replace('\\"', "")
    assert '"' not in unescaped
    assert not unescaped.endswith("\\")


@pytest.mark.parametrize(
    "name", ['张"三', "a\nHANGUP\n", "hangup", "x) result=-1", "<b>&'; DROP TABLE calls;--", "${X}"]
)
def test_a_name_comes_back_as_it_was(name: str) -> None:
    session = FakeAsterisk(variables={"CALLERID(name)": name}).connect()
    assert session.get("CALLERID(name)") == name


def test_a_caller_who_hung_up_is_gone() -> None:
    session = FakeAsterisk(hang_up_on="STREAM FILE").connect()
    with pytest.raises(CallerGoneError):
        session.play("/prompts/greeting")


def test_a_file_that_cannot_be_played_is_no_hang_up() -> None:
    session = FakeAsterisk(missing_prompts=True).connect()
    with pytest.raises(CommandFailedError):
        session.play("/prompts/greeting")


def test_a_key_and_a_stop_are_told_apart() -> None:
    asterisk = FakeAsterisk(keys=["5"])
    session = asterisk.connect()
    assert session.wait_key(10) == "5"
    assert session.wait_key(10) == ""
    assert STOPPED not in "12345"


def test_asterisks_hangup_line_answers_no_command() -> None:
    here, there = socket.socketpair()
    with there, here:
        there.sendall(b"agi_network_script: call\n\nHANGUP\n200 result=1 (=x)\n")
        with closing(Session(here)) as session:
            assert session.get("ANY") == "x"


def test_a_broken_connection_is_said_so() -> None:
    here, there = socket.socketpair()
    with here:
        there.sendall(b"agi_network_script: call\n\n")
        with closing(Session(here)) as session:
            there.close()
            with pytest.raises(SessionLostError):
                session.get("ANY")

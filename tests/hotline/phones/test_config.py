"""What baresip is told: no value can begin a line or a parameter of its own."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.phones.config import PhoneSettings, accounts, config, sip_uri
from hotline.phones.errors import PhoneSettingError

SEAT = PhoneSettings("cc01", "127.0.0.1", 5060, password="s3cret", auto_answer=True, tone_hz=700)
KEYS = ("user", "server", "display_name", "auth_user", "password", "local_host")


def test_a_seat_registers_and_answers_by_itself() -> None:
    assert accounts(replace(SEAT, display_name="长春1号", answer_after_ms=500)) == (
        '"长春1号" <sip:cc01@127.0.0.1:5060>;outbound="sip:127.0.0.1:5060";regint=60;'
        "audio_codecs=pcma;answermode=auto;answerdelay=500;auth_user=cc01;auth_pass=s3cret\n"
    )


def test_a_caller_does_not_register_and_sends_from_the_trunk() -> None:
    caller = PhoneSettings("13904310000", "127.0.0.1", 5060, register=False, local_host="127.0.0.2")
    line = accounts(caller)
    assert "<sip:13904310000@127.0.0.2>" in line
    assert "regint=0" in line
    assert "auth_" not in line
    assert "sip_listen 127.0.0.2:0\n" in config(caller, 8000)


def test_quotes_in_a_name_are_escaped() -> None:
    assert accounts(replace(SEAT, display_name='a"b\\')).startswith('"a\\"b\\\\" <sip:')


@given(st.sampled_from(KEYS), st.text(min_size=1))
def test_no_value_adds_a_line_or_a_parameter(key: str, value: str) -> None:
    phone = replace(SEAT, register=False, **{key: value})  # type: ignore[arg-type]
    try:
        line, lines = accounts(phone), config(phone, 8000)
    except PhoneSettingError as refused:
        assert key in str(refused)  # noqa: PT017 - either outcome is right
        return
    name_end = line.index('" <sip:')
    assert len(line.splitlines()) == 1
    assert line[name_end:].count(";") == 7
    assert len(lines.splitlines()) == len(config(SEAT, 8000).splitlines())


@pytest.mark.parametrize("number", ["", "12348@evil", "12348\r\nVia: x", "1;x=y", "a b"])
def test_only_numbers_are_dialled(number: str) -> None:
    with pytest.raises(PhoneSettingError, match="number"):
        sip_uri(number, "127.0.0.1", 5060)


def test_a_phone_can_be_without_a_tone_and_without_ears() -> None:
    text = config(replace(SEAT, tone_hz=None, keep_heard=False), 16000)
    assert "audio_source aufile,microphone.wav\n" in text
    assert "audio_player aufile,/dev/null\n" in text
    assert "ausrc_srate 16000\n" in text

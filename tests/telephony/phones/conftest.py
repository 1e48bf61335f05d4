"""A small Asterisk for the folder, a seat and a caller for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.phones.config import PhoneSettings
from hotline.phones.softphone import Softphone
from tests.telephony.phones import asterisk
from tests.telephony.phones.asterisk import PASSWORD, SEAT, SmallAsterisk

SEAT_HZ, CALLER_HZ = 700, 440


@pytest.fixture(scope="package")
def running_asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallAsterisk]:
    """Started once."""
    small = asterisk.start(tmp_path_factory.mktemp("asterisk"))
    yield small
    small.close()


@pytest.fixture
def small_asterisk(running_asterisk: SmallAsterisk) -> SmallAsterisk:
    """The one Asterisk, with nothing told yet."""
    running_asterisk.forget()
    return running_asterisk


@pytest.fixture
def seat_settings(small_asterisk: SmallAsterisk) -> PhoneSettings:
    """Of a seat that is picked up by hand."""
    return PhoneSettings(SEAT, "127.0.0.1", small_asterisk.port, password=PASSWORD, tone_hz=SEAT_HZ)


@pytest.fixture
def seat(seat_settings: PhoneSettings, tmp_path: Path) -> Iterator[Softphone]:
    """A registered seat that is picked up by hand."""
    with Softphone(seat_settings, tmp_path / "seat") as phone:
        phone.wait_registered()
        yield phone


@pytest.fixture
def caller(small_asterisk: SmallAsterisk, tmp_path: Path) -> Iterator[Softphone]:
    """A caller on the trunk."""
    settings = PhoneSettings(
        "13904310000",
        "127.0.0.1",
        small_asterisk.port,
        display_name='张"三"',
        register=False,
        local_host="127.0.0.2",
        tone_hz=CALLER_HZ,
    )
    with Softphone(settings, tmp_path / "caller") as phone:
        yield phone

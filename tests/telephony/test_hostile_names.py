"""What a caller claims to be called is shown, kept, and never obeyed."""

from pathlib import Path

import pytest

from hotline.addresses import split_address
from hotline.calls.machine import Outcome
from hotline.phones.sipp import SippPlan, run_sipp
from tests.telephony.house import TestHouse

#: As put between the quotes of the From header.
NAMES = {
    "quote": r"a\"b",
    "agi": r"x\" 200 result=-1",
    "hangup": "hangup",
    "newline": "a%0aHANGUP%0d%0a",
    "variable": "${SYSTEM(touch /tmp/owned)}",
    "function": "x),1,2:y&z^q",
    "sql": "'; DROP TABLE calls; --",
    "html": "<script>alert(1)</script>",
    "chinese": "张三丰",
    "long": "长" * 200,
}


@pytest.mark.parametrize("kind", NAMES)
def test_a_hostile_name_is_only_a_name(house: TestHouse, tmp_path: Path, kind: str) -> None:
    number = f"0431140{list(NAMES).index(kind):05}"
    house.seat_phone("cc01")
    house.agent("1023", "cc01")
    host, port = split_address(house.settings.site.server.sip_bind)
    plan = SippPlan("caller_talks", host, port, numbers=[number], name=NAMES[kind], pause=3)
    result = run_sipp(plan, tmp_path)
    assert result.ok, result.errors
    call = house.record(number).call
    assert (call.outcome, call.agent) == (Outcome.ANSWERED, "1023")
    assert call.caller_name
    assert NAMES[kind].startswith(call.caller_name)
    assert "\n" not in call.caller_name

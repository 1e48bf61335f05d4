"""What Lua is given: every key by name, every row of every table, and what the header says."""

import re
from importlib.resources import files
from typing import Any

import pytest
import redis

from hotline import redis_keys
from hotline.states import Machine
from routing.agent_machine import AGENT
from routing.line_machine import LINE
from routing.moves import PARTS, script
from routing.seat_machine import SEAT

LUA = "\n".join(files("routing").joinpath(name).read_text(encoding="utf-8") for name in PARTS)
HEADER = script()[0].removesuffix(LUA)


def test_the_catalogue_names_every_key() -> None:
    catalogue = LUA.partition("\nlocal ")[0]
    keys = [name for name in vars(redis_keys) if name.isupper() and name != "PREFIX"]
    missing = [name for name in keys if not re.search(rf"\b{name}\b", catalogue)]
    assert missing == []


def test_lua_names_no_key_and_no_table_of_its_own() -> None:
    code = re.sub(r"--.*", "", LUA)
    assert redis_keys.PREFIX not in code
    assert "is not possible while" in code
    used = set(re.findall(r"KEY\.(\w+)", code))
    assert used <= {name for name in vars(redis_keys) if name.isupper()}


@pytest.mark.parametrize(("name", "machine"), [("AGENT", AGENT), ("LINE", LINE), ("SEAT", SEAT)])
def test_lua_has_the_same_table(
    live_redis: redis.Redis,
    name: str,
    machine: Machine[Any, Any],
) -> None:
    rows = f"""{HEADER}
    local rows = {{}}
    for state, events in pairs({name}.table) do
      for event, to in pairs(events) do rows[#rows + 1] = state .. ' ' .. event .. ' ' .. to end
    end
    return rows"""
    expected = {f"{state} {event} {to}" for (state, event), to in machine.table.items()}
    found = live_redis.eval(rows, 0)
    assert set(found) == expected

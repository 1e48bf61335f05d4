"""Runs the one script that changes the live state: ground.lua, matching.lua, moves.lua."""

import json
from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import Any

import redis
from redis.exceptions import NoScriptError, RedisError, ResponseError

from hotline import redis_keys
from hotline.clock import Clock
from hotline.errors import IllegalTransitionError
from hotline.site import Limits
from hotline.states import Machine
from routing.agent_machine import AGENT
from routing.errors import LiveStateAwayError, SeatTakenError
from routing.line_machine import LINE
from routing.seat_machine import SEAT

#: The script's files, in the order in which each builds on those before.
PARTS = ("ground.lua", "matching.lua", "moves.lua")

#: First word of a refusal from moves.lua.
_REFUSALS = {"ILLEGAL": IllegalTransitionError, "SEAT_TAKEN": SeatTakenError}


class Moves:
    """The moves by name; `routing.line`, `routing.agents` and `routing.seats` type each one."""

    def __init__(self, client: redis.Redis, clock: Clock, limits: Limits) -> None:
        self._redis = client
        self._clock = clock
        self._limits = {
            "lease": limits.lease_seconds,
            "wrap_up": limits.wrap_up_seconds,
            "same_agent": limits.same_agent_seconds,
            "returned_within": limits.returned_within_seconds,
            "returned_most": limits.returned_most_seconds,
        }

    def run(self, move: str, **arguments: object) -> Any:
        """Carry out one move, all of it or nothing.

        Raises:
            IllegalTransitionError: a state table has no such row.
            SeatTakenError: another agent is signed in at the seat.
            LiveStateAwayError: Redis is away or could not run the script.
        """
        argv = (move, repr(self._clock()), json.dumps({**arguments, "limits": self._limits}))
        try:
            return self._evaluate(argv)
        except ResponseError as error:
            raise _refusal(error) from error
        except RedisError as error:
            raise LiveStateAwayError(f"{move}: {error}") from error

    def _evaluate(self, argv: tuple[str, str, str]) -> Any:
        text, digest = script()
        try:
            return self._redis.evalsha(digest, 0, *argv)
        except NoScriptError:
            return self._redis.eval(text, 0, *argv)


@cache
def script() -> tuple[str, str]:
    """The whole script with its header, and its SHA-1 as EVALSHA wants it."""
    parts = [files("routing").joinpath(name).read_text(encoding="utf-8") for name in PARTS]
    text = "\n".join([_header(), *parts])
    return text, sha1(text.encode(), usedforsecurity=False).hexdigest()


def _refusal(error: ResponseError) -> Exception:
    code, _, text = str(error).removeprefix("ERR ").partition(" ")
    kind = _REFUSALS.get(code)
    return kind(text) if kind else LiveStateAwayError(str(error))


def _header() -> str:
    """What Lua must not have a second copy of: key names and state tables."""
    machines: dict[str, Machine[Any, Any]] = {"AGENT": AGENT, "LINE": LINE, "SEAT": SEAT}
    names = {name: value for name, value in vars(redis_keys).items() if name.isupper()}
    keys = ", ".join(f"{name} = {_key(value)}" for name, value in names.items())
    tables = [f"local {name} = {_table(machine)}" for name, machine in machines.items()]
    return "\n".join([f"local KEY = {{{keys}}}", *tables])


def _key(pattern: str) -> str:
    """A key as Lua: a string, or a function of its last part."""
    stem, brace, _ = pattern.partition("{")
    return f"function(part) return '{stem}' .. part end" if brace else f"'{stem}'"


def _table(machine: Machine[Any, Any]) -> str:
    rows: dict[str, list[str]] = {}
    for (state, event), to in machine.table.items():
        rows.setdefault(state, []).append(f"{event} = '{to}'")
    table = ", ".join(f"{state} = {{{', '.join(events)}}}" for state, events in rows.items())
    return f"{{name = '{machine.name}', start = '{machine.start}', table = {{{table}}}}}"

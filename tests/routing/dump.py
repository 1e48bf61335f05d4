"""The whole live state at one instant, and what must be true of it after every single move."""

import json
from typing import Any

import redis

from routing.asks import skills_from
from routing.line_machine import HOLDING

_DUMP = """
local all = {}
for _, key in ipairs(redis.call('KEYS', 'hl:*')) do
  local kind, flat, value = redis.call('TYPE', key).ok, nil, {}
  if kind == 'set' then
    for _, member in ipairs(redis.call('SMEMBERS', key)) do value[member] = '' end
  else
    flat = kind == 'hash' and redis.call('HGETALL', key)
      or redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
    for i = 1, #flat, 2 do value[flat[i]] = flat[i + 1] end
  end
  all[key] = value
end
return cjson.encode(all)
"""


class Dump:
    """Everything under hl:, read in one go."""

    def __init__(self, client: redis.Redis) -> None:
        self.all: dict[str, dict[str, str]] = json.loads(str(client.eval(_DUMP, 0)))
        self.calls = self._hashes("hl:call:")
        self.agents = self._hashes("hl:agent:")
        self.left = self._hashes("hl:left:")
        self.waiting = {i: call for i, call in self.calls.items() if call["line"] == "waiting"}
        self.ready = {code: a for code, a in self.agents.items() if self._can_be_rung(a)}

    def _hashes(self, prefix: str) -> dict[str, dict[str, str]]:
        return {k.removeprefix(prefix): v for k, v in self.all.items() if k.startswith(prefix)}

    def _can_be_rung(self, agent: dict[str, str]) -> bool:
        seat = self.all.get(f"hl:seat:{agent['seat']}", {})
        return agent["state"] == "ready" and seat.get("state") != "unregistered"

    def scores(self, key: str) -> dict[str, float]:
        """A sorted set."""
        return {member: float(score) for member, score in self.all.get(key, {}).items()}

    def eligible(self, call_id: str, code: str) -> bool:
        """Whether the agent may take the caller."""
        return any(self._serves(code, line) for line in self.calls[call_id]["lines"].split())

    def _serves(self, code: str, line: str) -> bool:
        agent, (place, _, needs) = self.agents[code], line.partition("|")
        held = skills_from(agent["skills"])
        skilled = all(held.get(skill, 0) >= least for skill, least in skills_from(needs).items())
        return skilled and place in ("*", agent["city"], f"@{code}")

    def pairs(self) -> dict[str, tuple[str, str]]:
        """Offer or talk by leg: call and agent."""
        held = {i: call for i, call in self.calls.items() if call["line"] in HOLDING}
        return {call["leg"]: (i, call["agent"]) for i, call in held.items()}

    def check(self) -> None:
        """What is true between any two moves, whatever happened before."""
        self._one_agent_one_call()
        self._indexes_follow_hashes()
        self._nobody_waits_beside_a_ready_agent()

    def _one_agent_one_call(self) -> None:
        by_call = dict(self.pairs().values())
        assert len(set(by_call.values())) == len(by_call), "one agent in two calls"
        busy = {c: a for c, a in self.agents.items() if a["state"] in ("offered", "talking")}
        by_agent = {a["call_id"]: code for code, a in busy.items()}
        assert len(by_agent) == len(busy), "one call with two agents"
        assert by_call == by_agent, "calls and agents disagree on who has whom"
        for code, agent in busy.items():
            call = self.calls[agent["call_id"]]
            assert call["leg"] == agent["leg"]
            assert (call["line"] == "talking") == (agent["state"] == "talking"), code

    def _indexes_follow_hashes(self) -> None:
        self._equal("hl:calls", dict.fromkeys(self.calls, 0.0), scored=False)
        self._equal("hl:agents", dict.fromkeys(self.agents, 0.0), scored=False)
        self._equal("hl:waiting", {i: float(c["place"]) for i, c in self.waiting.items()})
        self._equal("hl:ready", {i: float(a["idle_since"]) for i, a in self.ready.items()})
        self._lines_follow_calls()
        self._pools_follow_agents()
        assert self.scores("hl:thresholds").keys() <= self.waiting.keys()
        offered = {i: float(c["lease_ends"]) for i, c in self._in("calls", "line", "offered")}
        self._equal("hl:leases", offered)
        wraps = {i: float(a["wrap_up_until"]) for i, a in self._in("agents", "state", "wrap_up")}
        self._equal("hl:wrapups", wraps)

    def _lines_follow_calls(self) -> None:
        expected: dict[str, dict[str, float]] = {}
        for call_id, call in self.calls.items():
            assert bool(call["lines"]) == (call_id in self.waiting), "waiting is being in a line"
            for line in call["lines"].split():
                expected.setdefault(f"hl:waiting:{line}", {})[call_id] = float(call["place"])
        assert self._all_scores("hl:waiting:") == expected
        named = {line for key in self._keys("hl:lines:") for line in self.all[key]}
        assert {f"hl:waiting:{line}" for line in named} == expected.keys()

    def _pools_follow_agents(self) -> None:
        expected: dict[str, dict[str, float]] = {}
        for code, agent in self.ready.items():
            skills = [f"{skill}:{n}" for skill, n in skills_from(agent["skills"]).items()]
            pools = [f"{place}|{skill}" for place in ("*", agent["city"]) for skill in skills]
            for pool in (*pools, agent["city"], f"@{code}"):
                expected.setdefault(f"hl:ready:{pool}", {})[code] = float(agent["idle_since"])
        assert self._all_scores("hl:ready:") == expected

    def _keys(self, prefix: str) -> list[str]:
        return [key for key in self.all if key.startswith(prefix)]

    def _all_scores(self, prefix: str) -> dict[str, dict[str, float]]:
        return {key: self.scores(key) for key in self._keys(prefix)}

    def _in(self, what: str, field: str, value: str) -> list[tuple[str, dict[str, str]]]:
        rows: dict[str, dict[str, str]] = getattr(self, what)
        return [(name, row) for name, row in rows.items() if row[field] == value]

    def _equal(self, key: str, expected: dict[str, float], *, scored: bool = True) -> None:
        found: Any = self.scores(key) if scored else self.all.get(key, {})
        assert (found if scored else set(found)) == (expected if scored else set(expected)), key

    def _nobody_waits_beside_a_ready_agent(self) -> None:
        idle = [(c, a) for c in self.waiting for a in self.ready if self.eligible(c, a)]
        assert not idle, f"waiting beside a ready agent: {idle}"

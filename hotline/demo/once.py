"""The main job, once, on a private copy: every step must truly happen."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from hotline.demo.console_client import ConsoleClient
from hotline.demo.house import DemoHouse
from hotline.errors import HotlineError
from hotline.phones.caller import VOICE_HZ, CallPlan, caller_settings
from hotline.phones.softphone import Softphone
from hotline.phones.tones import has_tone, seconds
from hotline.settings import Settings

T = TypeVar("T")

AGENT, SEAT, NUMBER = "1002", "cc02", "043188880001"
#: Seconds for any one step; the machine may be slow, a step must not hang.
_LIMIT = 60.0


class StepFailedError(HotlineError):
    """A step of the main job did not happen; the message names it."""


class MainJob:
    """One caller from 长春 to a complete record; `report` is what `--json` prints."""

    def __init__(self, settings: Settings, tell: Callable[[str], None]) -> None:
        self._settings = settings
        self._tell = tell
        self._house = DemoHouse(settings, tell, keep_heard=True)
        self._last = time.monotonic()
        self.report: dict[str, Any] = {"ok": False, "state": str(settings.state_dir)}
        self.report["times_ms"] = {}

    def run(self) -> bool:
        """Do it all. False: the report says which step failed."""
        try:
            self._house.start()
            self._done("started")
            self._call()
            self.report["ok"] = True
        except HotlineError as error:
            self.report["error"] = str(error)
        finally:
            self._house.close()
        return bool(self.report["ok"])

    def _call(self) -> None:
        agent = self._agent_ready()
        server, port = self._settings.site.server.sip_bind.rsplit(":", 1)
        plan = CallPlan(NUMBER, server, int(port), name="张三")
        with Softphone(caller_settings(plan)) as phone:
            dialled = phone.dial(self._settings.site.hotline.number)
            live = self._talk(agent, phone)
            ticket = self._write_ticket(agent, live)
            agent.post("calls/current/rate")
            self._until("rating_asked", lambda: self._stage(agent, live) == "rating")
            phone.send_digits("5")
            self._until("rated", lambda: agent.get(f"calls/{live['call_id']}")["rating"] == 5)
            dialled.hangup()
        record = self._until("record_complete", lambda: _complete(agent, live["call_id"]))
        self._tell_call(agent, record, ticket)

    def _agent_ready(self) -> ConsoleClient:
        agent = ConsoleClient(self._house.console, AGENT, self._house.person(AGENT).password)
        agent.post("seat", seat=SEAT)
        agent.post("ready")
        self._done("agent_ready")
        return agent

    def _talk(self, agent: ConsoleClient, phone: Softphone) -> dict[str, Any]:
        """Wait for the agent to talk and for either side to hear the other."""

        def talking() -> dict[str, Any] | None:
            me = agent.get("me")
            return me["call"] if me["agent"]["state"] == "talking" else None

        live: dict[str, Any] = self._until("answered", talking)
        seat = self._house.seat_phone(SEAT)
        self._until("caller_heard", lambda: _hears(seat.heard, VOICE_HZ))
        self._until("seat_heard", lambda: _hears(phone.heard, self._house.tone_of(SEAT)))
        return live

    def _write_ticket(self, agent: ConsoleClient, live: dict[str, Any]) -> dict[str, Any]:
        ticket: dict[str, Any] = agent.post(
            "tickets",
            call_id=live["call_id"],
            what_happened="工地干完三个月，工资一直没有发。",
            demand="希望尽快拿到拖欠的工资。",
        )
        self._done("ticket_saved")
        return ticket

    def _stage(self, agent: ConsoleClient, live: dict[str, Any]) -> str:
        return str(agent.get(f"calls/{live['call_id']}")["stage"])

    def _tell_call(
        self, agent: ConsoleClient, record: dict[str, Any], ticket: dict[str, Any]
    ) -> None:
        keys = ("id", "outcome", "seat", "agent", "wait_seconds", "talk_seconds", "rating")
        self.report["call"] = {key: record[key] for key in keys}
        self.report["call"]["city"] = record["serving_city"]
        self.report["call"]["recording"] = self._recording(record)
        saved = agent.get(f"tickets/{ticket['id']}")
        self.report["ticket"] = {"number": saved["number"], "call_id": saved["call_id"]}
        self._check()

    def _recording(self, record: dict[str, Any]) -> dict[str, Any]:
        started = next(f for f in record["facts"] if f["kind"] == "recording_started")
        path = self._settings.recordings_dir / f"{started['data']['path']}.wav"
        return {
            "path": str(path),
            "seconds": round(seconds(path), 2),
            "caller_tone": has_tone(path, VOICE_HZ),
            "seat_tone": has_tone(path, self._house.tone_of(SEAT)),
        }

    def _check(self) -> None:
        call, ticket = self.report["call"], self.report["ticket"]
        wanted = {"outcome": "answered", "city": "changchun", "seat": SEAT, "rating": 5}
        wrong = {key: call[key] for key, value in wanted.items() if call[key] != value}
        sound = call["recording"]
        if wrong or not (sound["caller_tone"] and sound["seat_tone"]):
            raise StepFailedError(f"the record is not as it should be: {wrong or sound}")
        if ticket["call_id"] != call["id"]:
            raise StepFailedError("the ticket names another call")

    def _until(self, step: str, read: Callable[[], T | None]) -> T:
        """Ask until it holds.

        Raises:
            StepFailedError: it did not within `_LIMIT` seconds.
        """
        self._tell(step.replace("_", " "))
        deadline = time.monotonic() + _LIMIT
        while not (value := read()):
            if time.monotonic() > deadline:
                raise StepFailedError(f"{step}: not within {_LIMIT:g} s")
            time.sleep(0.05)
        self._done(step)
        return value

    def _done(self, step: str) -> None:
        now = time.monotonic()
        self.report["times_ms"][step] = round((now - self._last) * 1000)
        self._last = now


def _hears(heard: Path, hertz: int) -> bool:
    return heard.exists() and has_tone(heard, hertz, 1.0)


def _complete(agent: ConsoleClient, call_id: str) -> dict[str, Any] | None:
    """The record once it has an outcome and every recording's hash."""
    record: dict[str, Any] = agent.get(f"calls/{call_id}")
    sealed = record["recordings"] and all(one["sha256"] for one in record["recordings"])
    return record if record["outcome"] and sealed else None

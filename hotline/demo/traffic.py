"""Life in the demo: agents who answer and write tickets, callers who keep calling."""

import random
import threading
import time
from collections.abc import Callable

import structlog

from hotline.demo.console_client import ConsoleClient, ConsoleRefusedError
from hotline.demo.house import DemoHouse
from hotline.demo.matters import MATTERS, NAMES
from hotline.demo.people import DemoPerson
from hotline.phones.caller import CallPlan, caller_settings
from hotline.phones.errors import PhoneError
from hotline.phones.softphone import Softphone

log = structlog.get_logger()

#: Seconds: an agent's look at the page, a talk, the pause between two simulated calls.
_LOOK, _TALK, _BETWEEN = 1.0, (8.0, 20.0), (3.0, 7.0)
_AT_ONCE = 6
#: Seconds from 转评价 to the caller's key: the prompt has begun by then.
_THINK = 3.0


class Traffic:
    """Agents and callers until `close`."""

    def __init__(self, house: DemoHouse, tell: Callable[[str], None]) -> None:
        self._house = house
        self._tell = tell
        self._closing = threading.Event()
        self._random = random.Random()  # noqa: S311 - who calls when
        self._callers: dict[str, Softphone] = {}
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Seat the agents and let the telephone ring."""
        for person in self._house.people:
            if person.seat:
                self._run(self._work, person)
        self._run(self._keep_calling)

    def close(self) -> None:
        """Everybody goes home."""
        self._closing.set()
        for phone in list(self._callers.values()):
            phone.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _run(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    # ------------------------------------------------------------------ an agent

    def _work(self, person: DemoPerson) -> None:
        """Take a seat and work until closing time; a console that is away is waited for."""
        while not self._closing.is_set():
            try:
                console = ConsoleClient(self._house.console, person.code, person.password)
                console.post("seat", seat=person.seat)
                while not self._closing.wait(_LOOK):
                    self._look(console, person)
            except ConsoleRefusedError as error:
                # The caller may have hung up first, the console may be starting.
                log.debug("demo agent tries again", reason=str(error))
                self._closing.wait(_LOOK)

    def _look(self, console: ConsoleClient, person: DemoPerson) -> None:
        me = console.get("me")
        state, call = me["agent"]["state"], me["call"]
        if state in {"paused", "not_answering"}:
            console.post("ready")
        elif state == "talking" and call:
            self._talk(console, person, call["call_id"], call["number"])

    def _talk(self, console: ConsoleClient, person: DemoPerson, call: str, number: str) -> None:
        began = time.monotonic()
        self._tell(f"{number} → {person.seat} {person.code}")
        if self._closing.wait(self._random.uniform(*_TALK)):
            return
        matter = self._random.choice(MATTERS)
        console.post("tickets", call_id=call, **matter)
        console.post("calls/current/rate")
        self._tell(f"{number}   talked {time.monotonic() - began:.0f} s, ticket written")
        self._closing.wait(_THINK)
        if (phone := self._callers.get(number)) and phone.call:
            phone.send_digits(self._random.choice("55543"))

    # ------------------------------------------------------------------ callers

    def _keep_calling(self) -> None:
        while not self._closing.wait(self._random.uniform(*_BETWEEN)):
            if len(self._callers) < _AT_ONCE:
                self._run(self._one_call, self._number())

    def _one_call(self, number: str) -> None:
        site = self._house.settings.site
        host, port = site.server.sip_bind.rsplit(":", 1)
        plan = CallPlan(number, host, int(port), name=self._random.choice(NAMES))
        try:
            with Softphone(caller_settings(plan)) as phone:
                self._callers[number] = phone
                phone.dial(site.hotline.number).wait_closed(120)
        except PhoneError as error:
            if not self._closing.is_set():
                log.warning("demo caller gave up", reason=str(error))
        finally:
            self._callers.pop(number, None)

    def _number(self) -> str:
        """Mostly 长春, sometimes another city, sometimes a mobile."""
        codes = [code for city in self._house.settings.site.cities for code in city.area_codes]
        area = self._random.choice(["0431", "0431", "1390431", *codes])
        return area + "".join(self._random.choices("0123456789", k=11 - len(area)))

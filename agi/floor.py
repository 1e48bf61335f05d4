"""What happens around the scripts of this process: seats answer, offers are made, time passes.

Scripts block on their callers. This listens for them: a seat's answer (AMI), an offer to a
waiting caller (Redis), and the line's own times. Any of it away costs speed, never a call: the
script looks by itself every second and reads Dial's variables at the end.
"""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import redis
import structlog

from agi.call import CallScript
from agi.services import Services
from hotline import channel_variables as variables
from hotline.ami import Ami
from hotline.calls.machine import Stage
from hotline.errors import AmiError
from hotline.redis_keys import WAKE
from routing.errors import LiveStateAwayError

log = structlog.get_logger()

#: Seconds between two nudges of a caller whose script has not seen its offer yet. A stop that
#: arrives between two AGI commands is lost, so it is said again.
_NUDGE_PAUSE = 0.05
_NUDGES = 40
_TICK = 0.2


class Floor:
    """Ears of one FastAGI process."""

    def __init__(self, services: Services, live: redis.Redis) -> None:
        self._services = services
        self._live = live
        self._closing = threading.Event()
        self._nudgers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="nudge")
        settings = services.settings
        self.ami = Ami(
            settings.site.server.ami, "hotline", settings.secrets().ami, on_event=self._on_event
        )

    def start(self) -> None:
        """Listen in the background."""
        self.ami.start()
        for work in (self._hear_offers, self._keep_time):
            threading.Thread(target=work, name=work.__name__, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._closing.set()
        self._nudgers.shutdown(wait=False, cancel_futures=True)
        self.ami.close()

    def _on_event(self, event: Mapping[str, str]) -> None:
        """A seat's channel is up: it answered. DialEnd comes only after the announcement."""
        if event.get("Event") != "Newstate" or event.get("ChannelStateDesc") != "Up":
            return
        call = self._services.registry.get(event.get("Linkedid", ""))
        if call and call.note_answer(event["Channel"], self._services.clock()):
            self._mirror_talking(call)

    def _mirror_talking(self, call: CallScript) -> None:
        """The script is inside Dial, so its channel variable is set from outside."""
        try:
            self.ami.action(
                "Setvar", Channel=call.channel, Variable=variables.STAGE, Value=Stage.TALKING.value
            )
        except AmiError as error:
            log.info("stage not mirrored", call=call.id, reason=str(error))

    def _hear_offers(self) -> None:
        while not self._closing.is_set():
            try:
                with self._live.pubsub(ignore_subscribe_messages=True) as ear:  # type: ignore[no-untyped-call]
                    ear.subscribe(WAKE.format(owner=self._services.owner))
                    while not self._closing.is_set():
                        message = ear.get_message(timeout=1.0)
                        if message:
                            self._nudgers.submit(self._nudge, message["data"])
            except redis.RedisError as error:
                log.info("offers not heard", reason=str(error))
                self._closing.wait(1.0)

    def _nudge(self, call_id: str) -> None:
        """End what the caller hears until the script has seen the offer."""
        for _ in range(_NUDGES):
            call = self._services.registry.get(call_id)
            if call is None or call.awake.is_set():
                return
            try:
                self.ami.action("ControlPlayback", Channel=call.channel, Control="stop")
            except AmiError as error:
                log.debug("caller not nudged", call=call_id, reason=str(error))
            call.awake.wait(_NUDGE_PAUSE)

    def _keep_time(self) -> None:
        while not self._closing.wait(_TICK):
            try:
                self._services.line.tick()
            except LiveStateAwayError as error:
                log.debug("line's times not kept", reason=str(error))

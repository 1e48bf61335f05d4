"""SIPp: many calls at once, callers with hostile names, seats that misbehave.

The scenarios are the XML files beside this module; each says in its second line
what it plays. A run keeps every message (``messages.log``) and what went wrong
(``errors.log``) in its folder.
"""

import csv
import os
import random
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from hotline import processes
from hotline.addresses import free_port
from hotline.phones.errors import SippError
from hotline.phones.sound import write_alaw
from hotline.phones.tones import tone
from hotline.tools import find_sipp

SCENARIOS = Path(__file__).parent / "scenarios"
#: What a caller says: the scenarios play the file of this name in a loop.
_VOICE = "voice.alaw"
_SCENARIO = "scenario.xml"
#: Ports tried for a run's sound, in blocks, so that runs beside each other rarely meet.
_SOUND_PORTS = range(30000, 60000, 400)
_LAST_WORDS = 500


@dataclass(frozen=True)
class SippPlan:
    """One run of SIPp: which scenario, against whom, how many calls and how fast."""

    #: Name of a file in ``scenarios``, without ``.xml``, or a path of one's own.
    scenario: str | Path
    #: Asterisk's SIP address.
    host: str
    port: int
    #: Who is called, or for ``seat_registers`` the seat.
    service: str = "12348"
    #: One call each, in turn; callers from a trunk.
    numbers: Sequence[str] = ("13904310000",)
    #: Display name of every caller, put between the quotes of From as it is:
    #: escape it if it is to be legal SIP, or not, to see what Asterisk does.
    name: str = ""
    #: Address the run sends from; the demo's trunk is told by it.
    local_host: str = "127.0.0.2"
    #: 0: any free one.
    local_port: int = 0
    #: Calls started in a second, and how many may be up at once.
    rate: float = 10.0
    at_once: int = 1000
    #: How many calls end the run; None: as many as there are numbers. 0: until stopped.
    calls: int | None = None
    #: The scenario's own pause: talking, ringing before CANCEL, time to pick up; seconds.
    pause: float = 3.0
    #: Seconds after which the run is given up and fails.
    timeout: float = 60.0
    #: Frequency of the callers' voice.
    tone_hz: int = 440
    user: str = ""
    password: str = ""


@dataclass(frozen=True)
class SippResult:
    """How a run went."""

    #: 0: every call went as its scenario says; 1: at least one did not; 255: given up.
    exit_code: int
    successful: int
    failed: int
    #: From INVITE to 200, one per answered call, milliseconds.
    answer_ms: tuple[float, ...]
    messages: Path
    errors: str

    @property
    def ok(self) -> bool:
        """Whether there were calls and all of them went as planned."""
        return self.exit_code == 0 and self.failed == 0 and self.successful > 0


class Sipp:
    """A run that goes on beside Python, from ``start`` to ``wait`` or ``stop``."""

    def __init__(self, plan: SippPlan, folder: Path) -> None:
        self.plan = plan
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Write its files and start it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_alaw(self.folder / _VOICE, tone(self.plan.tone_hz, 5.0))
        # SIPp looks for the voice beside the scenario first.
        (self.folder / _SCENARIO).write_bytes(scenario_file(self.plan.scenario).read_bytes())
        (self.folder / "callers.csv").write_text(callers_csv(self.plan.numbers), encoding="utf-8")
        tool = find_sipp()
        self._process = processes.spawn(
            [*tool.argv, *arguments(self.plan)],
            log=self.folder / "sipp.log",
            env={**os.environ, "TERM": "dumb", **tool.env},
            cwd=self.folder,
        )

    def wait(self) -> SippResult:
        """Wait for its end. Raises SippError if it placed no call at all."""
        process = self._process
        if process is None:
            raise SippError("SIPp was not started")
        try:
            # SIPp keeps its own time-out; ours is for a SIPp that hangs.
            code = process.wait(self.plan.timeout + 15)
        except subprocess.TimeoutExpired as error:
            self.stop()
            raise SippError(f"SIPp hung for {error.timeout:g} s") from error
        return self._result(code, process.pid)

    def stop(self) -> None:
        """End it now; a seat's calls are dropped."""
        if self._process is not None:
            processes.stop(self._process)

    def _result(self, code: int, pid: int) -> SippResult:
        last = _last_row(self.folder / "stats.csv")
        if code not in {0, 1} and not int(last.get("TotalCallCreated", 0)):
            raise SippError(f"SIPp ended with {code}: {self._last_words()}")
        return SippResult(
            exit_code=code,
            successful=int(last.get("SuccessfulCall(C)", 0)),
            failed=int(last.get("FailedCall(C)", 0)),
            answer_ms=tuple(self._answer_ms(pid)),
            messages=self.folder / "messages.log",
            errors=_text(self.folder / "errors.log"),
        )

    def _answer_ms(self, pid: int) -> Iterator[float]:
        for path in self.folder.glob(f"*_{pid}_rtt.csv"):
            for row in _text(path).splitlines()[1:]:
                yield float(row.split(";")[1])

    def _last_words(self) -> str:
        return (_text(self.folder / "errors.log") + _text(self.folder / "sipp.log"))[-_LAST_WORDS:]


def run_sipp(plan: SippPlan, folder: Path) -> SippResult:
    """Run a scenario to its end. Raises SippError if SIPp could not run at all."""
    run = Sipp(plan, folder)
    run.start()
    return run.wait()


@contextmanager
def sipp_seat(plan: SippPlan, folder: Path) -> Iterator[Sipp]:
    """A seat (``user``, ``password``) that registers and then plays the scenario to every call."""
    port = plan.local_port or free_port(plan.local_host, socket.SOCK_DGRAM)
    login = replace(plan, service=plan.user, local_port=port, calls=1, numbers=("-",), pause=0.0)
    registered = run_sipp(replace(login, scenario="seat_registers"), folder / "register")
    if not registered.ok:
        raise SippError(f"the seat {plan.user} cannot register: {registered.errors[-_LAST_WORDS:]}")
    seat = Sipp(replace(plan, local_port=port, calls=0), folder / "seat")
    seat.start()
    try:
        yield seat
    finally:
        seat.stop()


def arguments(plan: SippPlan) -> list[str]:
    """SIPp's command line for a plan."""
    first_port = random.choice(_SOUND_PORTS)  # noqa: S311 - spreads runs, no secret
    options: dict[str, str | int] = {
        "-sf": _SCENARIO,
        "-s": plan.service,
        "-inf": "callers.csv",
        "-i": plan.local_host,
        "-mi": plan.local_host,
        "-p": plan.local_port or free_port(plan.local_host, socket.SOCK_DGRAM),
        "-min_rtp_port": first_port,
        "-max_rtp_port": first_port + _SOUND_PORTS.step - 1,
        "-r": f"{plan.rate:g}",
        "-l": plan.at_once,
        "-d": round(plan.pause * 1000),
        "-message_file": "messages.log",
        "-error_file": "errors.log",
        "-stf": "stats.csv",
        "-fd": 1,
        "-rtt_freq": 1,
    }
    flags = ["-bind_local", "-nostdin", "-aa", "-rtp_echo"]
    flags += ["-trace_msg", "-trace_err", "-trace_stat", "-trace_rtt"]
    calls = len(plan.numbers) if plan.calls is None else plan.calls
    if calls:
        options |= {"-m": calls, "-timeout": f"{plan.timeout:g}s"}
        flags.append("-timeout_error")
    if plan.user:
        options |= {"-au": plan.user, "-ap": plan.password}
    pairs = [str(part) for option in options.items() for part in option]
    return [f"{plan.host}:{plan.port}", *pairs, *flags, "-key", "name", plan.name]


def scenario_file(scenario: str | Path) -> Path:
    """The file of a scenario named or pathed. Raises SippError if there is none."""
    path = SCENARIOS / f"{scenario}.xml" if isinstance(scenario, str) else scenario
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in SCENARIOS.glob("*.xml")))
        raise SippError(f"no scenario {scenario}; there are {known}")
    return path


def callers_csv(numbers: Sequence[str]) -> str:
    """SIPp's injection file: one caller's number per line. Raises SippError for a bad one."""
    for number in numbers:
        if not number or any(c in number for c in ";\r\n"):
            raise SippError(f"{number!r} cannot be a caller's number")
    return "\n".join(["SEQUENTIAL", *numbers]) + "\n"


def _last_row(path: Path) -> dict[str, str]:
    rows = list(csv.DictReader(_text(path).splitlines(), delimiter=";"))
    return rows[-1] if rows else {}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

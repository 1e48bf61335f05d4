"""Asterisk's own account read back. data/cel.csv was written by a real Asterisk 22.

Its four calls: two seats rung together, one answers, the caller hangs up; a caller gives up
while a seat rings; a seat hangs up first; three seats fail and the dialplan ends the call.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hotline.calls.cel import GRACE, CelJob
from hotline.calls.drainer import Drainer
from hotline.calls.events import EventKind
from hotline.calls.fold import FoldedCall, fold
from hotline.calls.journal import Journal
from hotline.calls.store import read_events
from hotline.clock import ManualClock
from hotline.db.engine import make_engine, session_factory
from hotline.jobs import JobContext
from hotline.settings import Settings
from hotline.site import Site

LINES = (Path(__file__).parent / "data" / "cel.csv").read_bytes().splitlines(keepends=True)
ANSWERED, GIVEN_UP = "jl1-1795408293.0", "jl1-1795408320.9"
SEAT_HUNG_UP, NOBODY = "jl1-1795408351.11", "jl1-1795408355.13"
LATER = 1795408400.0


@pytest.fixture
def context(sqlite_url: str, jilin: Site, tmp_path: Path) -> Iterator[JobContext]:
    seats = ({"name": name, "city": "changchun"} for name in ("cc01", "cc02", "cc03", "cc04"))
    data = jilin.model_dump(by_alias=True) | {"seat": list(seats)}
    site = Site.model_validate(data)
    settings = Settings(tmp_path / "hotline.toml", site, tmp_path, sqlite_url, "")
    settings = _with_recordings(settings)
    engine = make_engine(sqlite_url)
    with Journal(settings.journal_dir, "worker") as journal:
        clock = ManualClock(LATER)
        yield JobContext(settings, engine, session_factory(engine), journal, clock)
    engine.dispose()


class _Site(Settings):
    @property
    def recordings_dir(self) -> Path:
        return Path("/srv/hotline/recordings")


def _with_recordings(settings: Settings) -> Settings:
    return _Site(**vars(settings))


def cel_file(context: JobContext, name: str = "Master.csv") -> Path:
    folder = context.settings.asterisk_dir / "log" / "cel-custom"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def record(context: JobContext) -> dict[str, FoldedCall]:
    """Drain what was told, and fold it."""
    drainer = Drainer(context.settings.journal_dir, context.sessions)
    drainer.drain()
    drainer.close()
    with context.sessions() as session:
        ids = [ANSWERED, GIVEN_UP, SEAT_HUNG_UP, NOBODY]
        return {call: fold(facts) for call, facts in read_events(session, ids).items()}


def test_calls_that_only_asterisk_saw(context: JobContext) -> None:
    cel_file(context).write_bytes(b"".join(LINES))
    CelJob().run(context)
    calls = record(context)
    told = {call.id: (call.outcome, call.ended_by, call.seat) for call in calls.values()}
    assert told == {
        ANSWERED: ("answered", "caller", "cc02"),
        GIVEN_UP: ("abandoned_ringing", "caller", None),
        SEAT_HUNG_UP: ("answered", "agent", "cc02"),
        NOBODY: ("failed", "system", None),
    }
    assert all(call.fallback for call in calls.values())
    results = {call.id: [leg.result for leg in call.legs] for call in calls.values()}
    assert results[ANSWERED] == ["elsewhere", "answered"]
    assert results[GIVEN_UP] == ["caller_gone"]
    assert results[NOBODY] == ["no_answer", "busy", "rejected"]
    assert calls[ANSWERED].serving_city == "changchun"
    assert calls[ANSWERED].caller_number == "13904310000"
    assert calls[ANSWERED].called_number == "12348"
    assert calls[ANSWERED].wait_seconds == pytest.approx(1.513, abs=0.001)
    assert calls[ANSWERED].talk_seconds == pytest.approx(2.496, abs=0.001)
    assert calls[ANSWERED].recordings[0].path == f"2026/11/23/{ANSWERED}.wav"


def test_reading_it_all_again_changes_nothing(context: JobContext) -> None:
    cel_file(context).write_bytes(b"".join(LINES))
    for _ in range(2):
        job = CelJob()
        job.run(context)
        assert job._turn is not None
        job._turn.give_up()
        (context.settings.journal_dir / "cel.offsets").unlink()
        before = record(context)
    assert record(context) == before
    with context.sessions() as session:
        facts = read_events(session, [ANSWERED])[ANSWERED]
    assert len({(fact.source, fact.source_seq) for fact in facts}) == len(facts) == 13


def test_it_goes_on_where_it_stopped_line_by_line(context: JobContext) -> None:
    """Restarted after every single line, with a rotation in the middle of a call."""
    for number, line in enumerate(LINES):
        if number == 8:
            cel_file(context).rename(cel_file(context, "Master.csv.1"))
        with cel_file(context).open("ab") as file:
            file.write(line)
        job = CelJob()
        job.run(context)
        assert job._turn is not None
        job._turn.give_up()
    calls = record(context)
    assert [calls[i].outcome for i in (ANSWERED, SEAT_HUNG_UP)] == ["answered", "answered"]
    assert [len(calls[i].legs) for i in (ANSWERED, SEAT_HUNG_UP, NOBODY)] == [2, 1, 3]


def test_half_a_line_is_read_when_it_is_whole(context: JobContext) -> None:
    job, text = CelJob(), b"".join(LINES)
    cel_file(context).write_bytes(text[:500])
    job.run(context)
    cel_file(context).write_bytes(text)
    job.run(context)
    assert record(context)[ANSWERED].outcome == "answered"


def served_by_script(call_id: str) -> list[bytes]:
    """Lines of a call that never went to the fallback."""
    mine = (line for line in LINES if call_id.encode() in line)
    return [line for line in mine if not line.startswith(b'"HOTLINE_FALLBACK"')]


def test_a_call_that_our_script_finished_is_left_alone(context: JobContext) -> None:
    cel_file(context).write_bytes(b"".join(served_by_script(ANSWERED)))
    with Journal(context.settings.journal_dir, "agi", context.clock) as script:
        script.append(ANSWERED, EventKind.ENDED, {"ended_by": "caller"}, at=1795408297.0)
    record(context)
    CelJob().run(context)
    with context.sessions() as session:
        assert len(read_events(session, [ANSWERED])[ANSWERED]) == 1


def test_a_call_that_two_scripts_served_is_completed(context: JobContext) -> None:
    """The first was killed while it dialled: only Asterisk saw the seat answer."""
    cel_file(context).write_bytes(b"".join(served_by_script(ANSWERED)))
    leg = {"leg": "1", "seat": "cc02", "agent": "1023", "city": "changchun"}
    with Journal(context.settings.journal_dir, "agi", context.clock) as script:
        script.append(ANSWERED, EventKind.LEG_STARTED, leg, at=1795408294.4)
    with Journal(context.settings.journal_dir, "agi", context.clock) as script:
        script.append(ANSWERED, EventKind.ENDED, {"ended_by": "caller"}, at=1795408297.93)
    record(context)
    CelJob().run(context)
    call = record(context)[ANSWERED]
    assert (call.outcome, call.agent, call.fallback) == ("answered", "1023", False)
    assert len([leg for leg in call.legs if leg.seat == "cc02"]) == 1


def test_an_end_told_by_the_watch_alone_is_completed(context: JobContext) -> None:
    """The only script was killed in mid-call; the watch saw the caller's channel go."""
    cel_file(context).write_bytes(b"".join(served_by_script(ANSWERED)))
    with Journal(context.settings.journal_dir, "agi", context.clock) as script:
        script.append(ANSWERED, EventKind.STAGE, {"stage": "offered"}, at=1795408294.4)
    with Journal(context.settings.journal_dir, "watch", context.clock) as watch:
        watch.append(ANSWERED, EventKind.ENDED, {"ended_by": "caller"}, at=1795408298.5)
    record(context)
    CelJob().run(context)
    call = record(context)[ANSWERED]
    assert (call.outcome, call.seat) == ("answered", "cc02")


def test_our_own_processes_have_time_to_tell_the_end(context: JobContext) -> None:
    cel_file(context).write_bytes(b"".join(served_by_script(ANSWERED)))
    job = CelJob()
    early = replace(context, clock=ManualClock(1795408297.9 + GRACE / 2))
    job.run(early)
    assert record(context) == {}
    job.run(context)
    assert record(context)[ANSWERED].outcome == "answered"


def test_an_asterisk_that_died_told_no_end(context: JobContext) -> None:
    died = LINES[:12]  # in mid-talk
    restarted = LINES[0].replace(b"jl1-1795408293.0", b"jl1-1795409000.0")
    cel_file(context).write_bytes(b"".join([*died, restarted]))
    CelJob().run(context)
    call = record(context)[ANSWERED]
    assert (call.outcome, call.ended_by) == ("answered", "system")


@pytest.mark.parametrize("line", [b"\n", b"nonsense\n", b'"A","B"\n', b"\xff\xfe\n"])
def test_a_damaged_line_is_passed_over(context: JobContext, line: bytes) -> None:
    cel_file(context).write_bytes(b"".join([*LINES[:3], line, *LINES[3:]]))
    CelJob().run(context)
    assert record(context)[ANSWERED].outcome == "answered"


def test_no_file_yet(context: JobContext) -> None:
    CelJob().run(context)
    assert record(context) == {}

"""The journal: a fact is safe once told, whatever happens to the process or the disk."""

import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.calls.errors import BadLineError, JournalError
from hotline.calls.events import CallEvent, EventKind
from hotline.calls.journal import Journal
from hotline.calls.lines import decode, encode
from hotline.clock import ManualClock
from tests.hotline.calls.histories import CALL

NASTY = '王芳"\r\n\x00ANSWER\udcff'


def told(folder: Path) -> list[CallEvent]:
    """All facts in a folder's journals."""
    files = sorted(folder.glob("*.journal"))
    return [decode(line) for file in files for line in file.read_bytes().splitlines() if line]


def test_a_fact_is_with_the_system_when_append_returns(tmp_path: Path) -> None:
    with Journal(tmp_path, "agi", ManualClock(5.0)) as journal:
        fact = journal.append(CALL, EventKind.ENDED, {"ended_by": "caller"})
        assert (fact.at, fact.source_seq, fact.source) == (5.0, 1, journal.source)
        assert told(tmp_path) == [fact]


def test_facts_survive_sigkill(tmp_path: Path) -> None:
    script = f"""
import os, pathlib, signal
from hotline.calls.journal import Journal
from hotline.calls.events import EventKind
journal = Journal(pathlib.Path({str(tmp_path)!r}), "agi")
for _ in range(20):
    journal.append("c", EventKind.ARRIVED, {{}})
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", script], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert [fact.source_seq for fact in told(tmp_path)] == list(range(1, 21))


def test_threads_share_one_journal_and_files_rotate(tmp_path: Path) -> None:
    with Journal(tmp_path, "agi", ManualClock(), rotate_bytes=2000) as journal:

        def tell_many() -> None:
            for _ in range(50):
                journal.append(CALL, EventKind.ARRIVED, {})

        threads = [threading.Thread(target=tell_many) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(fact.source_seq for fact in told(tmp_path)) == list(range(1, 201))
    assert len(list(tmp_path.glob("*.journal"))) > 10


def test_a_disk_that_refuses_is_told_and_the_fact_is_written_later(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Journal(tmp_path, "agi", ManualClock()) as journal:
        journal.append(CALL, EventKind.ARRIVED, {})
        size = next(tmp_path.glob("*.journal")).stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, limits[1]))
        try:
            with pytest.raises(JournalError):
                journal.append(CALL, EventKind.ENDED, {})  # torn after 10 bytes
            with pytest.raises(JournalError):
                journal.append(CALL, EventKind.RATED, {})
            assert journal.refused == 2
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    whole = []
    for line in next(tmp_path.glob("*.journal")).read_bytes().splitlines():
        try:
            whole.append(decode(line).kind)
        except BadLineError:
            continue
    assert whole == [EventKind.ARRIVED, EventKind.ENDED, EventKind.RATED]


def test_no_journal_without_a_folder(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(JournalError):
        Journal(tmp_path / "taken", "agi")


def test_what_a_caller_calls_himself_cannot_break_a_line() -> None:
    fact = CallEvent(1.0, "agi-1-1", 1, CALL, EventKind.ARRIVED, {"caller_name": NASTY})
    line = encode(fact)
    assert line.count(b"\n") == 1
    assert decode(line[:-1]).data == {"caller_name": '王芳"\r\nANSWER?'}


@given(st.text(), st.integers(0, 200))
def test_a_torn_line_is_recognised(name: str, cut: int) -> None:
    fact = CallEvent(1.0, "agi-1-1", 1, CALL, EventKind.ARRIVED, {"caller_name": name})
    line = encode(fact)[:-1]
    assert decode(line).data == {"caller_name": name.replace("\0", "")}
    with pytest.raises(BadLineError):
        decode(line[: min(cut, len(line) - 1)])


@pytest.mark.parametrize(
    "change",
    [{"seq": -1}, {"seq": 2**63}, {"call": ""}, {"call": "x" * 65}, {"kind": "x"}, {"data": 3}],
)
def test_a_fact_no_table_can_hold_is_a_bad_line(change: dict[str, object]) -> None:
    import json
    import zlib

    fact = {"call": "c", "source": "s", "seq": 1, "at": 1.0, "kind": "ended", "data": {}}
    body = json.dumps(fact | change).encode()
    with pytest.raises(BadLineError):
        decode(b"%08x %s" % (zlib.crc32(body), body))


def test_the_writer_holds_its_file(tmp_path: Path) -> None:
    import fcntl

    with Journal(tmp_path, "agi"):
        file = os.open(next(tmp_path.glob("*.journal")), os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(file)

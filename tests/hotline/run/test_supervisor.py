"""Real child processes: what dies is started again, what freezes is killed, none outlives us."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from hotline.processes import spawn, stop
from hotline.run.supervisor import Kept, NotReadyError, Spec, Supervisor
from tests.eventually import eventually

#: Touches a file ten times a second, so that a probe can tell alive from frozen.
_BEATING = """
import pathlib, sys, time
while True:
    pathlib.Path(sys.argv[1]).touch()
    time.sleep(0.05)
"""


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    """A supervisor that ends its children with the test."""
    keeper = Supervisor(on_change=lambda _: None)
    yield keeper
    keeper.close()


@pytest.fixture
def beating(tmp_path: Path) -> Spec:
    """A process that works as long as its file is touched."""
    file = tmp_path / "beat"
    seen = {"mtime": 0}

    def probe(pid: int) -> bool:
        del pid
        before, seen["mtime"] = seen["mtime"], file.stat().st_mtime_ns if file.exists() else 0
        return seen["mtime"] > before

    argv = [sys.executable, "-c", _BEATING, str(file)]
    return Spec("beater", argv, tmp_path / "log", probe)


def is_another(kept: Kept, pid: int) -> Callable[[], bool]:
    """Whether a new process works in the place of ``pid``."""
    return lambda: kept.process.pid != pid and kept.good_at is not None


def test_what_dies_is_started_again(supervisor: Supervisor, beating: Spec) -> None:
    kept = supervisor.start(beating)
    supervisor.wait_ready([kept])
    pid = kept.process.pid
    kept.process.kill()
    eventually(is_another(kept, pid), "a new process")
    assert kept.restarts == 1


def test_what_freezes_is_killed(supervisor: Supervisor, beating: Spec) -> None:
    kept = supervisor.start(beating)
    supervisor.wait_ready([kept])
    pid = kept.process.pid
    os.kill(pid, signal.SIGSTOP)
    eventually(is_another(kept, pid), "a new process")
    assert not psutil.pid_exists(pid)


def test_what_is_suspended_stays_down_until_resumed(supervisor: Supervisor, beating: Spec) -> None:
    kept = supervisor.start(beating)
    supervisor.wait_ready([kept])
    supervisor.suspend("beater")
    assert kept.process.poll() is not None
    supervisor.resume("beater")
    assert kept.process.poll() is None


def test_what_never_works_is_said_with_its_log(supervisor: Supervisor, tmp_path: Path) -> None:
    argv = [sys.executable, "-c", "raise SystemExit(3)"]
    kept = supervisor.start(Spec("broken", argv, tmp_path / "broken.log", lambda _: False))
    with pytest.raises(NotReadyError, match=r"broken\.log"):
        supervisor.wait_ready([kept], timeout=0.5)


def test_after_the_end_nothing_is_left(beating: Spec) -> None:
    keeper = Supervisor(on_change=lambda _: None)
    kept = keeper.start(beating)
    keeper.wait_ready([kept])
    pid = kept.process.pid
    keeper.close()
    assert not psutil.pid_exists(pid)


def test_a_child_that_ignores_the_request_is_made_to_end(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True)\n"
    child = spawn([sys.executable, "-c", deaf + "time.sleep(60)"], tmp_path / "log", os.environ)
    eventually(lambda: "deaf" in (tmp_path / "log").read_text(), "the child is deaf")
    stop(child, timeout=0.2)
    assert child.returncode == -signal.SIGKILL


def test_a_child_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = textwrap.dedent(
        f"""
        import os, pathlib, sys, time
        from hotline.processes import spawn
        child = spawn(["sleep", "60"], pathlib.Path({str(tmp_path / "log")!r}), os.environ)
        print(child.pid, flush=True)
        time.sleep(60)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        child = int(process.stdout.readline())
        process.kill()
    eventually(lambda: not psutil.pid_exists(child), "the child is gone")

"""`hotline demo` as a new user runs it: the main job once, and a copy that lives and ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from hotline.demo.copy import free_base
from tests.eventually import eventually

HOTLINE = [sys.executable, "-m", "hotline"]


def run(*arguments: str) -> Any:
    """A command's JSON."""
    done = subprocess.run(
        [*HOTLINE, *arguments, "--json"], capture_output=True, text=True, check=False, timeout=150
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout)


def leftovers(folder: Path) -> list[str]:
    """Processes that still have to do with a copy's folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if any(str(folder) in word for word in words) and process.pid != os.getpid():
            found.append(" ".join(words))
    return found


@pytest.mark.timeout(180)
def test_the_main_job_once(tmp_path: Path) -> None:
    report = run("demo", "--once", "--state", str(tmp_path / "once"))
    assert report["ok"] is True
    call = report["call"]
    assert (call["outcome"], call["city"], call["rating"]) == ("answered", "changchun", 5)
    assert call["recording"]["caller_tone"]
    assert call["recording"]["seat_tone"]
    assert Path(call["recording"]["path"]).is_file()
    assert report["ticket"]["number"].startswith("JL")
    assert leftovers(tmp_path / "once") == []


@pytest.mark.timeout(180)
def test_a_copy_lives_tells_takes_a_call_and_ends(tmp_path: Path) -> None:
    state = tmp_path / "copy"
    arguments = ["demo", "--state", str(state), "--port-base", str(free_base()), "--quiet"]
    with subprocess.Popen([*HOTLINE, *arguments], stdout=subprocess.PIPE, text=True) as demo:
        eventually((state / "run" / "status.json").exists, "a status", limit=90)
        status = eventually(lambda: ready(state), "everything runs", limit=90)
        roles = [one["role"] for one in status["processes"]]
        assert roles == ["asterisk", "redis", "agi-1", "agi-2", "worker", "watch", "console"]
        assert {one["code"] for one in status["logins"]} >= {"1001", "9001"}
        report = run("call", "--state", str(state), "--from", "13904310000", "--hang-up-after", "2")
        assert report["answered"]
        assert report["heard_rms"] > 50
        calls = eventually(lambda: finished(state), "the call's record")
        assert calls[0]["outcome"] in {"abandoned_greeting", "abandoned_queue"}
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=60)
        assert demo.returncode == 0
    assert leftovers(state) == []


def ready(state: Path) -> Any:
    """The status once the console answers."""
    status = run("status", "--state", str(state))
    return status if len(status["processes"]) == 7 and registered(state) else None


def registered(state: Path) -> bool:
    """Whether every seat's phone is there."""
    seats = run("seats", "--state", str(state))
    return bool(seats) and all(seat["registered"] for seat in seats)


def finished(state: Path) -> Any:
    """The calls, once all have an outcome."""
    calls = run("calls", "list", "--state", str(state))
    return calls if calls and all(call["outcome"] for call in calls) else None

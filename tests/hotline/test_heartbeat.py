"""The heartbeat: fresh while the loop turns, old when it stops, none when there was none."""

import math
import time
from pathlib import Path

import pytest

from hotline.heartbeat import Heartbeat, age


def test_a_beat_is_young_and_then_ages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heartbeat = Heartbeat(tmp_path / "run" / "worker-1.beat")
    assert age(tmp_path / "run" / "worker-1.beat") < 1
    later = time.monotonic_ns() + 10**10
    monkeypatch.setattr(time, "monotonic_ns", lambda: later)
    assert age(tmp_path / "run" / "worker-1.beat") > 9
    heartbeat.beat()
    assert age(tmp_path / "run" / "worker-1.beat") == 0
    heartbeat.stop()
    assert age(tmp_path / "run" / "worker-1.beat") == math.inf


def test_setting_the_clock_makes_nobody_look_frozen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heartbeat = Heartbeat(tmp_path / "beat")
    tomorrow = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    assert age(tmp_path / "beat") < 1
    heartbeat.stop()


@pytest.mark.parametrize("text", ["", "x", str(10**20)])
def test_a_beat_from_before_boot_or_a_broken_one_is_no_beat(tmp_path: Path, text: str) -> None:
    (tmp_path / "beat").write_text(text)
    assert age(tmp_path / "beat") == math.inf

"""`hotline console` as a process."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from hotline.addresses import free_port
from hotline.db.engine import migrate

SITE = """
[server]
state_dir = "."
console = "127.0.0.1:{port}"

[[city]]
code = "changchun"
name = "长春"
"""
LIMIT = 20.0


def _wait_healthy(url: str) -> dict[str, object]:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        try:
            answer: dict[str, object] = httpx.get(f"{url}/healthz", timeout=1).json()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return answer
    pytest.fail(f"no health within {LIMIT} s")


def test_it_serves_with_nobody_around_and_stops_when_told(tmp_path: Path) -> None:
    port = free_port()
    site = tmp_path / "hotline.toml"
    site.write_text(SITE.format(port=port), encoding="utf-8")
    migrate(f"sqlite:///{tmp_path / 'hotline.db'}")
    command = [sys.executable, "-m", "hotline", "console", "--site", str(site)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as console:
        try:
            health = _wait_healthy(f"http://127.0.0.1:{port}")
            assert health == {"ok": True, "redis": "away", "sql": "ok", "asterisk": "away"}
            page = httpx.get(f"http://127.0.0.1:{port}/login?password=geheim-123")
            assert "12348" in page.text
        finally:
            console.send_signal(signal.SIGTERM)
            _, errors = console.communicate(timeout=LIMIT)
    assert console.returncode in {0, -signal.SIGTERM}
    assert "geheim-123" not in errors
    assert "Traceback" not in errors

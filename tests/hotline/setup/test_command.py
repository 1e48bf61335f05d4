"""`hotline setup`: does what is left to do, side by side, and tells what stopped it."""

import fcntl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from hotline.errors import ToolMissingError
from hotline.setup import command
from hotline.setup.debian import Say
from hotline.setup.parts import Part, all_parts

Make = Callable[[Say], None]


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runtime folder of this test's own."""
    monkeypatch.setenv("HOTLINE_RUNTIME", str(tmp_path / "runtime"))
    return tmp_path / "runtime"


def part(name: str, make: Make = lambda _: None, *, wanted: str = "1", whole: bool = True) -> Part:
    return Part(name, wanted, make, lambda: whole)


def silent(_: Part) -> Say:
    return lambda _: None


def fail(_: Say) -> None:
    raise ToolMissingError("install the package x")


def test_a_part_is_done_once_it_was_made_from_what_is_wanted() -> None:
    assert not part("web").is_done()
    part("web").run(lambda _: None)
    assert part("web").is_done()
    assert not part("web", wanted="2").is_done()
    assert not part("web", whole=False).is_done()


def test_a_part_that_failed_is_not_done() -> None:
    part("web").run(lambda _: None)
    with pytest.raises(ToolMissingError):
        part("web", fail).run(lambda _: None)
    assert not part("web").is_done()


def test_only_the_unfinished_parts_are_left() -> None:
    a, b, c = part("a"), part("b"), part("c")
    a.run(lambda _: None)
    c.run(lambda _: None)
    assert command.unfinished([[a, b], [c]]) == [[b]]


def test_chains_run_side_by_side() -> None:
    both = threading.Barrier(2, timeout=10)
    chains = [[part("a", lambda _: void(both))], [part("b", lambda _: void(both))]]
    assert command.run_chains(chains, silent) == []


def void(barrier: threading.Barrier) -> None:
    barrier.wait()


def test_a_failure_stops_its_own_chain_only() -> None:
    ran: list[str] = []
    chains = [
        [part("a", fail), part("after", lambda _: ran.append("after"))],
        [part("b", lambda _: ran.append("b"))],
    ]
    complaints = command.run_chains(chains, silent)
    assert [str(complaint) for complaint in complaints] == ["install the package x"]
    assert ran == ["b"]


def test_what_nobody_expected_is_raised() -> None:
    def broken(_: Say) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        command.run_chains([[part("a", broken)]], silent)


def invoke(monkeypatch: pytest.MonkeyPatch, *parts: Part) -> str:
    """What `hotline setup` says when these are the parts."""
    monkeypatch.setattr(command, "all_parts", lambda **_: [list(parts)])
    app = typer.Typer()
    app.command()(command.setup)
    done = CliRunner().invoke(app, ["--no-tests"])
    return f"{done.output} {done.exception or ''}"


def test_the_second_run_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    one = part("web", lambda _: made.append("web"))
    assert "Set up." in invoke(monkeypatch, one)
    assert "Everything is set up." in invoke(monkeypatch, one)
    assert made == ["web"]


def test_a_failure_is_the_commands_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "install the package x" in invoke(monkeypatch, part("web", fail))


def test_only_one_set_up_at_a_time(monkeypatch: pytest.MonkeyPatch, runtime: Path) -> None:
    runtime.mkdir()
    with (runtime / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        release = threading.Timer(0.2, lambda: fcntl.flock(lock, fcntl.LOCK_UN))
        release.start()
        assert "Another set-up is running" in invoke(monkeypatch, part("web"))
        release.join()


@pytest.mark.parametrize(("tests", "expected"), [(True, True), (False, False)])
def test_the_browser_is_for_the_tests_only(tests: bool, expected: bool) -> None:
    names = [each.name for chain in all_parts(tests=tests) for each in chain]
    assert {"programs", "sounds", "web"} <= set(names)
    assert ("browser" in names) is expected

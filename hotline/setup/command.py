"""`hotline setup`: makes what is missing, side by side, and says what it does."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hotline.errors import HotlineError, ToolMissingError
from hotline.setup.debian import Say
from hotline.setup.parts import Part, all_parts
from hotline.tools import runtime_dir

Chain = list[Part]


def setup(
    tests: bool = typer.Option(
        False, "--tests/--no-tests", help="Also unpack Chromium, which the browser tests drive."
    ),
) -> None:
    """Fetch and make all that the hotline starts with; does nothing when all is there.

    Asterisk 20 or newer, SIPp, baresip and espeak-ng are taken from PATH, else
    unpacked from Debian packages under the runtime folder (.runtime, or
    HOTLINE_RUNTIME), without root. Prompts and waiting music are made, and the
    console's scripts fetched with npm.
    """
    console = Console(stderr=True, highlight=False)
    with _alone(console):
        chains = unfinished(all_parts(tests=tests))
        if not chains:
            console.print("Everything is set up.")
            return
        with _progress(console) as progress:
            complaints = run_chains(chains, lambda part: _sayer(progress, part))
    if complaints:
        raise ToolMissingError("\n".join(str(complaint) for complaint in complaints))
    console.print("Set up.")


def unfinished(chains: list[Chain]) -> list[Chain]:
    """The same chains without the parts that are done, nor chains that are then empty."""
    left = [[part for part in chain if not part.is_done()] for chain in chains]
    return [chain for chain in left if chain]


def run_chains(chains: list[Chain], sayer: Callable[[Part], Say]) -> list[HotlineError]:
    """Run the chains side by side; one that fails stops only itself. Returns the complaints."""
    with ThreadPoolExecutor(len(chains)) as pool:
        running = [pool.submit(_run_chain, chain, sayer) for chain in chains]
    return [complaint for chain in running if (complaint := _complaint(chain)) is not None]


def _run_chain(chain: Chain, sayer: Callable[[Part], Say]) -> None:
    for part in chain:
        say = sayer(part)
        part.run(say)
        say("done")


def _complaint(chain: Future[None]) -> HotlineError | None:
    """What stopped a chain; anything we do not know how to name is raised."""
    error = chain.exception()
    if error is None or isinstance(error, HotlineError):
        return error
    raise error


def _progress(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.fields[part]:<9}{task.description}"),
        TimeElapsedColumn(),
        console=console,
    )


def _sayer(progress: Progress, part: Part) -> Say:
    task = progress.add_task("", total=1, part=part.name)

    def say(what: str) -> None:
        progress.update(task, description=what, completed=1 if what == "done" else 0)

    return say


@contextmanager
def _alone(console: Console) -> Iterator[None]:
    """Two set-ups of one runtime folder must not unpack over each other."""
    runtime_dir().mkdir(parents=True, exist_ok=True)
    with (runtime_dir() / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.print("Another set-up is running; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield

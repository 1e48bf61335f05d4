"""`python -m bench NAME [--json]`: find the bench of that name, run it, print what it measured."""

import argparse
import json
import pkgutil
from importlib import import_module
from pathlib import Path

from rich.console import Console

NAMES = sorted(
    module.name
    for module in pkgutil.iter_modules([str(Path(__file__).parent)])
    if not module.name.startswith("_")
)


def main() -> None:
    """Run one bench."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--json", action="store_true", help="print JSON for a program to read")
    arguments = parser.parse_args()
    bench = import_module(f"bench.{arguments.name}")
    measured = bench.measure()
    if arguments.json:
        print(json.dumps(measured, ensure_ascii=False, indent=2))  # noqa: T201
    else:
        Console().print(bench.table(measured))


if __name__ == "__main__":
    main()

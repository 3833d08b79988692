"""`python -m tests.benchmarks`: measures what the tray costs, prints the table, and writes it as JSON.

Exit status: 0 measured, whether the limits are met or not; 1 something could not be measured; 3 not on this machine.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Row, Unit
from tests.benchmarks.machine import about, headline
from tests.benchmarks.rows import clicks, commands, day, fleet, growth, idle, large_menu, start
from tests.benchmarks.table import as_json, markdown, table

GROUPS: Mapping[str, Callable[[Bench], list[Row]]] = {
    "icon": start.rows,
    "menu-1": fleet.menu_of_one,
    "fleet": fleet.fleet,
    "growth": growth.rows,
    "clicks": clicks.rows,
    "list": commands.listing,
    "version": commands.version,
    "menu-5000": large_menu.rows,
    "idle": idle.rows,
    "day": day.rows,
}
_REPEAT = 5
_REPEAT_QUICKLY = 2


def main() -> int:
    """Measure, and return the exit status."""
    options = _parse()
    if sys.platform != "linux":
        print("The benchmarks measure on Linux only.", file=sys.stderr)
        return 3
    # An end from outside ends what was started too: as an exception it passes every `finally`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    repeat = options.repeat or (_REPEAT_QUICKLY if options.quick else _REPEAT)
    described = {**about(), "settings": {"repeat": repeat, "quick": options.quick}}
    print(headline(described), end="\n\n", flush=True)
    try:
        with tempfile.TemporaryDirectory(prefix="notebook-tray-bench-") as folder:
            rows = measure(options.rows, Path(folder), repeat, quick=options.quick)
    except pytest.skip.Exception as missing:  # how tests/support says that a program is not installed
        print(f"Not measured: {missing}", file=sys.stderr)
        return 3
    print(markdown(rows) if options.markdown else table(rows))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(as_json(rows, described), indent=2) + "\n", "utf-8")
    return int(any(row.ours is None for row in rows))


def measure(names: list[str], folder: Path, repeat: int, *, quick: bool) -> list[Row]:
    """Measure groups of rows; one that fails does not keep the others from being measured."""
    rows: list[Row] = []
    with Bench(folder, repeat, quick) as bench:
        for name in names:
            began = time.monotonic()
            try:
                rows += GROUPS[name](bench)
            except Exception as error:  # noqa: BLE001 - it is told, in the table and on standard error
                traceback.print_exc()
                rows.append(Row(name, name, Unit.COUNT, None, note=f"{type(error).__name__}: {error}"))
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return rows


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--rows", nargs="+", choices=GROUPS, default=list(GROUPS), metavar="NAME", help=f"of: {', '.join(GROUPS)}"
    )
    parser.add_argument("--repeat", type=_positive, metavar="N", help=f"how often (default: {_REPEAT})")
    parser.add_argument("--quick", action="store_true", help=f"{_REPEAT_QUICKLY} times, idle and day cut short")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())

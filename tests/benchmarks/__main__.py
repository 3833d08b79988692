"""`python -m tests.benchmarks`: measures what the tray costs, prints the table, and writes it as JSON.

Exit status: 0 measured, whether the limits are met or not; 1 something could not be measured; 3 not on this machine.
What a row needs and this system has not leaves the row out, which is told on standard error.
"""

from __future__ import annotations

import argparse
import io
import json
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

import pytest

from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Row, Unit
from tests.benchmarks.machine import about, headline
from tests.benchmarks.table import as_json, markdown, table


@dataclass(frozen=True)
class Group:
    """Rows that are measured together, by a function of a module of `tests.benchmarks.rows`."""

    module: str
    function: str
    platforms: tuple[str, ...] = ("linux",)  # the others have neither D-Bus nor /proc

    def load(self) -> Callable[[Bench], list[Row]]:
        """Import the module, which may need what other systems have not, and return the function."""
        loaded: Callable[[Bench], list[Row]] = getattr(
            import_module(f"tests.benchmarks.rows.{self.module}"), self.function
        )
        return loaded


GROUPS: Mapping[str, Group] = {
    "icon": Group("start", "rows"),
    "menu-1": Group("fleet", "menu_of_one"),
    "fleet": Group("fleet", "fleet"),
    "growth": Group("growth", "rows"),
    "clicks": Group("clicks", "rows"),
    "list": Group("commands", "listing", ("linux", "win32")),
    "version": Group("commands", "version", ("linux", "win32")),
    "profiles-800": Group("many_profiles", "rows"),
    "menu-5000": Group("large_menu", "rows"),
    "page-10000": Group("all_notebooks", "rows"),
    "pages-800": Group("other_pages", "rows"),
    "portal-800": Group("portal", "rows"),
    "load": Group("load", "rows"),
    "starts": Group("starts", "rows"),
    "idle": Group("idle", "rows"),
    "timers": Group("idle", "timers"),
    "day": Group("day", "rows"),
}
_REPEAT = 5
_REPEAT_QUICKLY = 2


def main() -> int:
    """Measure, and return the exit status."""
    options = _parse()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # a pipe on Windows has a code page without ≤
    names = here(options.rows, sys.platform)
    if left_out := [name for name in options.rows if name not in names]:
        print(f"Left out: {', '.join(left_out)}. They need D-Bus and /proc, so Linux.", file=sys.stderr, flush=True)
    if not names:
        return 3
    # An end from outside ends what was started too: as an exception it passes every `finally`.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    repeat = options.repeat or (_REPEAT_QUICKLY if options.quick else _REPEAT)
    described = {**about(), "settings": {"repeat": repeat, "quick": options.quick}}
    print(headline(described), end="\n\n", flush=True)
    try:
        with tempfile.TemporaryDirectory(prefix="notebook-tray-bench-") as folder:
            rows = measure(names, Path(folder), repeat, quick=options.quick)
    except pytest.skip.Exception as missing:  # how tests/support says that a program is not installed
        print(f"Not measured: {missing}", file=sys.stderr)
        return 3
    if sys.platform != "linux":
        rows = to_be_read(rows)  # what must be reached is said of Linux
    print(markdown(rows) if options.markdown else table(rows))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(as_json(rows, described), indent=2) + "\n", "utf-8")
    return int(any(row.ours is None for row in rows))


def here(names: Sequence[str], platform: str) -> list[str]:
    """Return which of some groups can be measured on a system, named as by `sys.platform`."""
    return [name for name in names if platform in GROUPS[name].platforms]


def to_be_read(rows: Sequence[Row]) -> list[Row]:
    """Return rows without what they must reach."""
    return [replace(row, limit=None, limit_words="") for row in rows]


def measure(names: list[str], folder: Path, repeat: int, *, quick: bool) -> list[Row]:
    """Measure groups of rows; one that fails does not keep the others from being measured."""
    rows: list[Row] = []
    with Bench(folder, repeat, quick) as bench:
        for name in names:
            began = time.monotonic()
            try:
                rows += GROUPS[name].load()(bench)
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

"""The table of the faults, in SECURITY.md."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.injections.result import Result

_DOCUMENT = Path(__file__).parents[2] / "SECURITY.md"
BEGIN = "<!-- begin of the table that `make test-faults WRITE=1` writes -->"
END = "<!-- end of that table -->"
_HEAD = ("Fault", "Times", "Survived", "Said in words", "Worst answer", "Profiles lost")


def table(results: Sequence[Result]) -> str:
    """Return the table in Markdown."""
    rows = [
        (
            result.title,
            str(result.times),
            str(result.survived),
            f"{result.words} of {result.lasted}" if result.lasted else "–",
            f"{result.worst_ms:.0f} ms" if result.answers else "–",
            str(result.lost),
        )
        for result in results
    ]
    lines = [_HEAD, ("---", *["---:"] * (len(_HEAD) - 1)), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_table(results: Sequence[Result]) -> None:
    """Put the table into SECURITY.md, between its two marks."""
    text = _DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"{_DOCUMENT} lacks the marks of the table")
    made = f"\n{table(results)}\n\n{datetime.now(UTC):%d %B %Y}, on {_machine()}.\n\n"
    _DOCUMENT.write_text(f"{before}{BEGIN}\n{made}{END}{after}", encoding="utf-8")


def _machine() -> str:
    cpu = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return f"{os.cpu_count()} cores of {cpu[1] if cpu else 'an unknown processor'}, Linux {os.uname().release}"

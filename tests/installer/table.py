"""A table of steps: what was done to which package, how it went, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One step."""

    package: str
    step: str
    result: str
    seconds: float


@dataclass
class Table:
    """The steps so far."""

    rows: list[Row] = field(default_factory=list)

    @contextmanager
    def step(self, package: str, what: str) -> Iterator[None]:
        """Do a step; one that raises is the last, and is in the table, too."""
        began = time.monotonic()
        try:
            yield
        except BaseException as error:
            self.rows.append(Row(package, what, f"failed: {type(error).__name__}", time.monotonic() - began))
            raise
        self.rows.append(Row(package, what, "passed", time.monotonic() - began))
        print(f"{package}: {what}", flush=True)

    def text(self) -> str:
        """Return the table in Markdown."""
        lines = ["| Package | Step | Result | Seconds |", "| --- | --- | --- | ---: |"]
        lines += [f"| {row.package} | {row.step} | {row.result} | {row.seconds:.0f} |" for row in self.rows]
        return "\n".join(lines)

"""The steps of each package, with their results, as a table."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One step: of which package, what was done, how it ended, and what is to be said of it."""

    package: str
    step: str
    result: str
    seconds: float
    note: str = ""


class MissingError(Exception):
    """This machine lacks something that a step needs; the message says what."""


@dataclass
class Table:
    """The rows so far. A step that fails is written down, and ends the steps of its package alone."""

    rows: list[Row] = field(default_factory=list)

    @contextmanager
    def package(self, name: str) -> Iterator[Steps]:
        """Do the steps of a package within this block."""
        try:
            yield Steps(name, self)
        except _EndedError:
            pass
        except Exception as error:  # noqa: BLE001 - written down
            traceback.print_exc()
            self.add(Row(name, "between two steps", "FAILED", 0, _line(error)))

    def add(self, row: Row) -> None:
        """Add a row, and print it."""
        self.rows.append(row)
        print(_printed(row), flush=True)

    def text(self) -> str:
        """Return all rows."""
        return "\n".join(_printed(row) for row in self.rows)

    @property
    def failed(self) -> int:
        """How many steps have failed."""
        return sum(row.result == "FAILED" for row in self.rows)

    def closing_line(self) -> str:
        """Return how many steps passed, failed and were skipped."""
        counts = {each: sum(row.result == each for row in self.rows) for each in ("ok", "FAILED", "skipped")}
        return f"{counts['ok']} passed, {counts['FAILED']} failed, {counts['skipped']} skipped"


class _EndedError(Exception):
    """A step failed, and is written down."""


class Steps:
    """The steps of one package."""

    def __init__(self, name: str, table: Table) -> None:
        self._name = name
        self._table = table

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """Do a step within this block, and write down how it ended; notes in the list are printed beside it."""
        notes: list[str] = []
        began = time.monotonic()
        try:
            yield notes
        except MissingError as lacking:
            self._table.add(Row(self._name, name, "skipped", time.monotonic() - began, str(lacking)))
            raise _EndedError from lacking
        except Exception as error:
            traceback.print_exc()
            self._table.add(Row(self._name, name, "FAILED", time.monotonic() - began, _line(error)))
            raise _EndedError from error
        self._table.add(Row(self._name, name, "ok", time.monotonic() - began, "; ".join(notes)))


def _line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _printed(row: Row) -> str:
    return f"| {row.package:<16} | {row.step:<58} | {row.result:<7} | {row.seconds:>6.1f} s | {row.note}"

"""How commands print: aligned tables for users, JSON for programs, problems on standard error."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tray.texts.language import in_english

if TYPE_CHECKING:
    from tray.model.problems import Problem


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows under headings, each column as wide as its widest cell, with no blanks at the end of a line."""
    lines = [tuple(headings), *(tuple(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def print_json(value: object) -> None:
    """Print `value` as JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def iso_utc(time: datetime | None) -> str | None:
    """Return a time in ISO 8601, in UTC to the second: `2026-01-31T08:00:00Z`."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if time else None


def problem_json(problem: Problem, profile: str | None, region: str | None) -> dict[str, str | None]:
    """Return a problem for JSON, in English; `profile` and `region` are null if the problem concerns none."""
    with in_english():
        return {
            "profile": profile,
            "region": region,
            "code": problem.code,
            "title": problem.title,
            "message": problem.message,
            "remedy": problem.remedy,
        }


def complain(problem: Problem, subject: str = "") -> None:
    """Print on standard error what went wrong, what it concerns, and what to do."""
    click.echo(problem.text(subject), err=True)

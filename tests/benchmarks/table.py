"""Rows as a table for people and as JSON for programs: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.benchmarks.figures import Anchor, Row

HEADINGS = ("row", "ours", "must reach", "beside it", "ratio", "met")


def cells(row: Row) -> tuple[str, ...]:
    """Return what stands in each column; several anchors stand below each other."""
    met = {True: "yes", False: "NO", None: "-"}[row.met]
    limit = row.limit_words
    if row.limit is not None:
        written = f"≤ {row.unit.write(row.limit)}"
        limit = f"{written} = {limit}" if limit else written
    return (
        row.what,
        "not measured" if row.ours is None else row.ours.write(row.unit),
        limit or "-",
        "\n".join(anchor.write(row.unit) for anchor in row.anchors) or "-",
        "-" if row.ratio is None else f"{row.ratio:.2f} ×",
        met if row.ours is not None else "-",
    )


def table(rows: Iterable[Row]) -> str:
    """Return the table, as wide as its words are, with the notes below it."""
    rows = tuple(rows)
    lines = [[cell.split("\n") for cell in line] for line in (HEADINGS, *map(cells, rows))]
    widths = [max(len(text) for line in lines for text in line[at]) for at in range(len(HEADINGS))]
    rule = "  ".join("-" * width for width in widths)
    out: list[str] = []
    for number, line in enumerate(lines):
        for at in range(max(map(len, line))):
            texts = [cell[at] if at < len(cell) else "" for cell in line]
            out.append("  ".join(text.ljust(width) for text, width in zip(texts, widths, strict=True)).rstrip())
        if number == 0:
            out.append(rule)
    notes = [f"{row.name}: {row.note}" for row in rows if row.note]
    return "\n".join([*out, *(["", *notes] if notes else [])])


def markdown(rows: Iterable[Row]) -> str:
    """Return the table as Markdown, for docs/performance.md."""
    lines = [HEADINGS, ("---",) * len(HEADINGS), *map(cells, rows)]
    return "\n".join("| " + " | ".join(cell.replace("\n", "<br>") for cell in line) + " |" for line in lines)


def as_json(rows: Iterable[Row], about: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything that was measured: each single value in seconds, bytes, shares or counts."""
    return {**about, "rows": [_row(row) for row in rows]}


def _row(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "what": row.what,
        "unit": row.unit.name.lower(),
        "ours": None if row.ours is None else {"median": row.ours.median, "values": row.ours.values},
        "limit": row.limit,
        "limit_words": row.limit_words,
        "met": row.met,
        "ratio": row.ratio,
        "anchors": [_anchor(anchor) for anchor in row.anchors],
        "note": row.note,
    }


def _anchor(anchor: Anchor) -> dict[str, Any]:
    return {
        "name": anchor.name,
        "median": anchor.median,
        "values": None if anchor.samples is None else anchor.samples.values,
        "factor": anchor.factor,
        "absent": anchor.absent,
    }

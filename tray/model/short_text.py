"""Texts of the user's or of others, as a line has room for them. Pure."""

from __future__ import annotations


def short_text(text: str, most: int = 40) -> str:
    """Return `text` shortened to `most` characters, those that can't be seen escaped: for a terminal or a menu."""
    short = text if len(text) <= most else text[: most - 1] + "…"
    return short if short.isprintable() else ascii(short)[1:-1]

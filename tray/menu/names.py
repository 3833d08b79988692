"""Names as the menu sorts and shows them: pure."""

from __future__ import annotations

import functools
import re

# With a longer name, and the text around it, the menu would be wider than a small screen.
LONGEST = 40

_DIGITS = re.compile(r"(\d{1,20})")


def short(name: str, longest: int = LONGEST) -> str:
    """Return a name, without its middle if it is longer than `longest`: names usually differ at their ends."""
    kept = longest // 2
    return name if len(name) <= longest else f"{name[: kept - 1]}…{name[-kept:]}"


@functools.lru_cache(maxsize=4096)
def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts numbers in names by value (`model-2` before `model-10`) and ignores case."""
    return tuple(
        (1, int(part), "") if part.isdecimal() else (2, 0, part) for part in _DIGITS.split(name.casefold()) if part
    )

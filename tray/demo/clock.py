"""What tells the endpoint the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time now, in UTC: the clock of a world that is given none."""
    return datetime.now(UTC)

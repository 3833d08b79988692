"""Where a text is read, which decides what its reader can do next: in the tray, or at the end of a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum, auto


class Reading(Enum):
    """Where a remedy is read."""

    COMMAND = auto()  # on a terminal: the command ends with it, and nothing is tried again by itself
    TASK = auto()  # in the tray, of what the user asked for: it is not tried again by itself
    STANDING = auto()  # in the tray's menu, of what the tray asks for again by itself


_of_the_process = Reading.TASK
_now: ContextVar[Reading | None] = ContextVar("reading", default=None)


def reading() -> Reading:
    """Return where the text that is being made is read."""
    return _now.get() or _of_the_process


def use(where: Reading) -> None:
    """Have the texts of this process be read `where` from now on: commands say so at their start."""
    global _of_the_process
    _of_the_process = where


@contextmanager
def read_as(where: Reading) -> Iterator[None]:
    """Have texts be read `where` inside the block."""
    token = _now.set(where)
    try:
        yield
    finally:
        _now.reset(token)

"""What a menu is made of: entries with a stable key and, where they can be chosen, a command. Immutable values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.commands import Command


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu.

    `key` is unique among its siblings and stays the same for as long as the line means the same, whatever its label
    says. A line without a `command` and without `children` is only read; `checked` is None where there is nothing to
    check.
    """

    key: str
    label: str
    command: Command | None = None
    enabled: bool = True
    checked: bool | None = None
    radio: bool = False
    children: tuple[Entry, ...] = ()


SEPARATOR = Entry("", "")
"""Between groups; where nothing is left to separate, none is shown."""


def text(key: str, label: str) -> Entry:
    """Return a line that is only read."""
    return Entry(key, label, enabled=False)

"""What a menu is made of: entries with a stable key and, where they can be chosen, a command. Immutable values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.model.values import value

if TYPE_CHECKING:
    from tray.model.commands import Command


@value
class Entry:
    """A line of the menu.

    `key` is unique among the lines of one level, and stays the same for as long as the line means the same, even if its
    label changes. What can't be seen in the label is escaped. A line without a `command` and without `children` is only
    for reading. `checked` is None for a line that has no check mark.
    """

    key: str
    label: str
    command: Command | None = None
    enabled: bool = True
    checked: bool | None = None
    radio: bool = False
    children: tuple[Entry, ...] = ()

    def __post_init__(self) -> None:
        # A name is foreign text, and may turn the direction of what follows. Few labels get as far as the import.
        if not self.label.isprintable():
            from tray.texts.visible import visible

            self.label = visible(self.label)  # type: ignore[misc] # before anybody has it


SEPARATOR = Entry("", "")
"""A line between groups, the only one without a key; a separator with nothing on one side is not shown."""


def text(key: str, label: str) -> Entry:
    """Return a line that is only for reading."""
    return Entry(key, label, enabled=False)

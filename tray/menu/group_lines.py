"""The menu's lines for groups of notebook instances: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from tray.fleet.snapshot import Notebook, NotebookStatus
from tray.menu import words
from tray.menu.entries import Entry
from tray.menu.names import short
from tray.model.commands import ShowNotebooks
from tray.texts import menu as texts

if TYPE_CHECKING:
    from tray.menu.groups import Group
    from tray.menu.line_facts import LineFacts


def group_entries(
    made: Iterable[Group], facts: LineFacts, lines: Callable[..., tuple[Entry, ...]], *, others: bool = False
) -> tuple[Entry, ...]:
    """Return a line for each group, with the list of its notebook instances.

    :param lines: returns the lines of that list
    :param others: whether some notebook instances stand beside the groups
    """
    made = tuple(made)
    alone = len({group.profiles for group in made}) == 1
    return tuple(
        Entry(
            f"group/{group.key}",
            _group_label(group, alone=alone, others=others),
            children=(
                *lines(_kept_before(group.notebooks, facts), facts, named=len(group.profiles) > 1),
                *_all_of(group, facts),
            ),
        )
        for group in made
    )


def _all_of(group: Group, facts: LineFacts) -> tuple[Entry, ...]:
    """Return the line that leads to all notebook instances of a group's profiles, if the menu leaves some out."""
    if facts.cut.isdisjoint(group.profiles):
        return ()
    return (Entry("all", texts.all_of(_profiles_label(group.profiles)), ShowNotebooks(group.profiles)),)


def _profiles_label(profiles: Sequence[str]) -> str:
    return words.stretch(profiles[0], profiles[-1]) if len(profiles) > 1 else short(profiles[0])


def _kept_before(notebooks: Iterable[Notebook], facts: LineFacts) -> list[Notebook]:
    return sorted(notebooks, key=lambda each: each.arn not in facts.kept)


def _group_label(group: Group, *, alone: bool, others: bool) -> str:
    """Return a group's line. `alone` says that all groups belong to the same profiles, which then need no name."""
    running = [each.status for each in group.notebooks].count(NotebookStatus.IN_SERVICE)
    first, last = group.profiles[0], group.profiles[-1]
    if others or (group.part and alone):
        names = words.stretch(*group.part) if group.part else texts.others()
    elif group.part:
        profiles = words.stretch(first, last, 8 if first != last else 16)
        names = texts.part_of(profiles, words.stretch(*group.part, 18))
    else:
        names = _profiles_label(group.profiles)
    return texts.group(names, running, len(group.notebooks))

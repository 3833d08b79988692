"""What became of the profiles that the user added last, beside those that are there now. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.problems import Problem

# More than a file or the AWS config's list adds at once, in the end; each is a name and a code.
_MOST_REFUSED = 1000


@dataclass(frozen=True, slots=True)
class ConfigWritten:
    """What was added to the AWS config file: the headings of its sections, none where it had all of them.

    `backup` is where the file before is kept; empty if there was none.
    """

    sections: tuple[str, ...]
    path: str
    backup: str = ""


@dataclass(frozen=True, slots=True)
class Additions:
    """Why which profiles were not added, by their names, and what was written to the AWS config file, or why not."""

    refused: tuple[tuple[str, Problem], ...] = ()
    written: ConfigWritten | None = None
    unwritten: Problem | None = None

    def begun(self, names: Iterable[str]) -> Additions:
        """Return what is left of it when the user adds these profiles."""
        again = frozenset(names)
        return Additions(tuple(each for each in self.refused if each[0] not in again))

    def with_refused(self, refused: Iterable[tuple[str, Problem]]) -> Additions:
        """Return the same with more profiles that were not added."""
        return replace(self, refused=tuple(dict((*self.refused, *refused)).items())[-_MOST_REFUSED:])

"""Equal problems together: what many profiles or regions have in common is said once. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.model.problems import Problem


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Equal problems: `subjects` are those that have one, in their order, and `problems` has each one's own."""

    subjects: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def first(self) -> Problem:
        """The problem whose words stand for all."""
        return self.problems[0]


def sameness(problem: Problem) -> tuple[object, ...]:
    """Return what two problems have in common of which a user would say the same: code, kind and title."""
    return problem.code, problem.kind, problem.title


def grouped(problems: Iterable[tuple[str, Problem]]) -> tuple[ProblemGroup, ...]:
    """Return problems in groups of equal ones (`sameness`), in the order in which each was met first."""
    found: dict[tuple[object, ...], list[tuple[str, Problem]]] = {}
    for subject, problem in problems:
        found.setdefault(sameness(problem), []).append((subject, problem))
    return tuple(
        ProblemGroup(tuple(subject for subject, _ in each), tuple(problem for _, problem in each))
        for each in found.values()
    )

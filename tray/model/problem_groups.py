"""Groups equal problems, so that a problem of many profiles or regions is shown once. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tray.model.problems import Problem


class ProblemGroup(NamedTuple):
    """Equal problems: `subjects` have them, in their order, and `problems` are the problems of each subject."""

    subjects: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def first(self) -> Problem:
        """The problem whose words are shown for the whole group."""
        return self.problems[0]


# The places of a problem that say what is wrong or what mends it, and not with what: where they differ, the words do.
_CAUSES = frozenset({"fault", "what", "how", "action", "wants"})


def sameness(problem: Problem) -> tuple[object, ...]:
    """Return a key that is equal for problems that are the same to a user: code, kind, title and cause."""
    causes = tuple((name, value) for name, value in problem.places if name in _CAUSES)
    return problem.code, problem.kind, problem.title, causes


def grouped(problems: Iterable[tuple[str, Problem]]) -> tuple[ProblemGroup, ...]:
    """Return groups of problems with equal `sameness`, in the order of the first problem of each."""
    found: dict[tuple[object, ...], list[tuple[str, Problem]]] = {}
    for subject, problem in problems:
        found.setdefault(sameness(problem), []).append((subject, problem))
    return tuple(
        ProblemGroup(tuple(subject for subject, _ in each), tuple(problem for _, problem in each))
        for each in found.values()
    )

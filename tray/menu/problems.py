"""The menu's lines about problems: equal problems share one line, and each can be copied. Pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.about import __version__, origin
from tray.menu.entries import SEPARATOR, Entry, text
from tray.menu.names import short
from tray.menu.subjects import name_of, subject_of
from tray.model.commands import CopyDetails, CopyLink, Dismiss, OpenNotebook, StartNotebook
from tray.model.instance_types import neighbours
from tray.model.problem_groups import sameness
from tray.model.problems import Kind, Problem
from tray.texts import menu as texts
from tray.texts import menu_help as help_texts
from tray.texts import menu_problems as problem_texts
from tray.texts.power import start_as
from tray.texts.reading import Reading, read_as

if TYPE_CHECKING:
    from tray.fleet.snapshot import Listing, Snapshot
    from tray.model.commands import Command

# More problems than this share one line with a list.
MOST_AT_TOP = 3
MOST_SHOWN = 5
# How many subjects of a problem are named, and described in the details.
MOST_NAMED = 6
MOST_IN_DETAILS = 20

# A wider menu line makes the menu wider than a small screen.
LINE_WIDTH = 64
# Long enough for an ARN with a name of 63 characters, which is not broken.
_LONGEST_WORD = 130
_LONGEST_END = 24

# The key of the group of all scopes that can't be reached, on a computer without a network.
_OFFLINE = ("offline",)

# The problems of all scopes on a computer without a network: no route, or no DNS.
_NO_NETWORK = frozenset({"no-network", "name-not-found"})


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """A problem and its subject: in words, and as the profile's name if the subject is a profile.

    `command` is the user's choice that has failed, None for any other problem.
    """

    key: str
    subject: str
    problem: Problem
    profile: str = ""
    command: Command | None = None


@dataclass(frozen=True, slots=True)
class EqualProblems:
    """Equal problems of several profiles or regions, or a single problem."""

    members: tuple[FoundProblem, ...]
    offline: bool = False

    @property
    def title(self) -> str:
        """What happened, in a few words."""
        return problem_texts.no_network() if self.offline else self.members[0].problem.title

    @property
    def label(self) -> str:
        """The text of the line: the subjects, and what happened."""
        first = self.members[0]
        if len(self.members) == 1 and not first.subject:
            return self.title
        if len(self.members) == 1:
            return problem_texts.problem(short(first.subject), self.title)
        profiles = len({found.profile for found in self.members})
        if profiles == 1:
            return problem_texts.regions_with(len(self.members), short(first.profile, _LONGEST_END), self.title)
        return problem_texts.profiles_with(profiles, self.title)


def problem_entries(snapshot: Snapshot, *, inline: bool) -> tuple[Entry, ...]:
    """Return the lines about problems that no sign-in mends; the others have a line that begins the sign-in."""
    made = groups(snapshot)
    shown = tuple(_entry(group) for group in made[:MOST_SHOWN])
    more = len(made) - len(shown)
    rest = (text("problems/more", texts.more(more, "notebook-tray list")),) if more else ()
    if len(made) > (1 if inline else MOST_AT_TOP):
        return (Entry("problems", problem_texts.problems(len(made)), children=(*_one_after_the_other(shown), *rest)),)
    return shown


def groups(snapshot: Snapshot) -> tuple[EqualProblems, ...]:
    """Return the problems that no sign-in mends, in groups of equal ones."""
    offline = without_network(snapshot.listing)
    gathered: dict[tuple[object, ...], list[FoundProblem]] = {}
    for found in _found(snapshot):
        same = _OFFLINE if offline and found.problem.kind is Kind.UNREACHABLE else _same(found)
        gathered.setdefault(same, []).append(found)
    return tuple(EqualProblems(tuple(members), same == _OFFLINE) for same, members in gathered.items())


def without_network(listing: Listing) -> bool:
    """Whether no scope can be reached, and every problem just says that there is no network."""
    problems = [state.problem for state in listing.scopes]
    return bool(problems) and all(problem is not None and problem.code in _NO_NETWORK for problem in problems)


def headline(snapshot: Snapshot) -> str:
    """Return in a few words the problems that no sign-in mends; empty if there are none."""
    made = groups(snapshot)
    if not made:
        return ""
    first = made[0]
    # What the user asked for comes first, and is told however many other problems there are.
    if len(made) == 1 or first.members[0].command is not None:
        return first.title if first.offline else first.label
    return texts.with_a_problem(len({found.profile or found.key for group in made for found in group.members}))


def problem_lines(problem: Problem) -> list[str]:
    """Return a problem's message and remedy, in lines that fit a menu: broken between words, and not within an ARN."""
    return [*_wrapped(problem.message), *_wrapped(f"→ {problem.remedy}")]


def details(members: tuple[FoundProblem, ...]) -> str:
    """Return all details of problems, for an administrator or a report. They hold no secret, as no problem does."""
    told = [found.problem.text(found.subject) for found in members[:MOST_IN_DETAILS]]
    ids = tuple(found.problem.request_id for found in members[:MOST_IN_DETAILS] if found.problem.request_id)
    lines = [help_texts.about(__version__, origin()), *told, *([problem_texts.request_ids(ids)] if ids else [])]
    if more := len(members) - len(told):
        lines.append(texts.more(more, "notebook-tray list"))
    return "\n".join(lines)


def _found(snapshot: Snapshot) -> Iterator[FoundProblem]:
    notice = snapshot.tasks.notice
    if notice and not notice.problem.sign_in:
        yield FoundProblem("notice", subject_of(notice.command), notice.problem, command=notice.command)
    for about, problem in snapshot.listing.problems:
        if not problem.sign_in:
            profile = about if isinstance(about, str) else ""
            yield FoundProblem(f"problem/{about}", name_of(about), problem, profile)
    for state in snapshot.listing.scopes:
        if state.problem and not state.problem.sign_in:
            profile, region = state.scope.profile, state.scope.region
            subject = texts.scope(short(profile, _LONGEST_END), region)
            yield FoundProblem(f"problem/{profile}/{region}", subject, state.problem, profile)


def _same(found: FoundProblem) -> tuple[object, ...]:
    """Return a key that is equal for problems that share a line; a notice, or a problem of no profile, stands alone."""
    if found.command is not None or not found.profile:
        return (found.key,)
    return sameness(found.problem)


def _entry(group: EqualProblems) -> Entry:
    first = group.members[0]
    where = Reading.TASK if first.command is not None else Reading.STANDING
    with read_as(where):
        lines, where_lines = problem_lines(first.problem), []
        if len(group.members) > 1:
            names = [found.subject for found in group.members[:MOST_NAMED]]
            where_lines = _wrapped(problem_texts.concerned(names, len(group.members) - len(names)))
        copy = CopyDetails(details(group.members))
    # A line that can't be chosen is grey, and some screen readers skip it: so each line copies the whole problem.
    children = (
        *(Entry(f"where{at}", line, copy) for at, line in enumerate(where_lines)),
        *(Entry(f"line{at}", line, copy) for at, line in enumerate(lines)),
    )
    copying = Entry("copy", problem_texts.copy_details(), copy)
    return Entry(first.key, group.label, children=(*children, SEPARATOR, *_ways_out(first), copying))


def _ways_out(found: FoundProblem) -> tuple[Entry, ...]:
    """Return the lines for the failure of the user's choice: once more, as another instance type, or no more of it."""
    command, places = found.command, dict(found.problem.places)
    if command is None:
        return ()
    lines = [Entry("dismiss", problem_texts.dismiss(), Dismiss())]
    if isinstance(command, StartNotebook) and places.get("cause") == "capacity":
        others = neighbours(str(places.get("instance_type", "")))
        lines[:0] = [Entry(f"as/{each}", start_as(each), replace(command, instance_type=each)) for each in others]
    if isinstance(command, OpenNotebook | StartNotebook | CopyLink):
        lines.insert(0, Entry("again", problem_texts.try_again(), command))
    return tuple(lines)


def _one_after_the_other(problems: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return problems and their lines as one list."""
    lines: list[Entry] = []
    for problem in problems:
        children = [child for child in problem.children if child is not SEPARATOR]
        lines += [Entry(problem.key, problem.label, children[0].command)]
        lines += [Entry(f"{problem.key}/{child.key}", child.label, child.command) for child in children]
        lines += [SEPARATOR]
    return tuple(lines)


def _wrapped(said: str) -> list[str]:
    """Return lines of about 64 characters; a word that is longer, such as an ARN or a path, has a line of its own."""
    lines = textwrap.wrap(said, LINE_WIDTH, break_long_words=False, break_on_hyphens=False)
    return [part for line in lines for part in _cut(line)]


def _cut(line: str) -> Iterator[str]:
    """Yield a line that is too long for a screen in parts, which end after a sign that divides an ARN or a path."""
    while len(line) > _LONGEST_WORD:
        ends = [sign.end() for sign in re.finditer(r"[/:,&?=]", line[:_LONGEST_WORD])]
        end = ends[-1] if ends and ends[-1] > LINE_WIDTH else _LONGEST_WORD
        yield line[:end]
        line = line[end:]
    yield line

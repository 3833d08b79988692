"""The words that the menu shows: pure functions from a snapshot to texts."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable

from tray.fleet.snapshot import Notebook, NotebookStatus, Phase, Scope, ScopeState, Snapshot
from tray.menu.names import short
from tray.menu.signing_in import waiting_words
from tray.model.commands import CopyLink, OpenNotebook, notebook_name_of
from tray.model.problems import Kind, Problem
from tray.texts import lengths
from tray.texts import menu as texts

# For each name that several notebook instances share: whether their regions differ, and whether their profiles differ.
Apart = dict[str, tuple[bool, bool]]

# A longer line makes the menu wider than a small screen.
_LINE_WIDTH = 64
# Two names, their profile and the numbers have to fit one line.
_LONGEST_END = 24


def state_line(snapshot: Snapshot, now: float) -> str:
    """Return the menu's first line: what is under way, else what the user has to do, else how many are running."""
    return _line(snapshot, _updated(snapshot, now))


def tooltip(snapshot: Snapshot) -> str:
    """Return the icon's tooltip, which is also what a screen reader calls the icon: never empty.

    The tooltip holds no age: the program would have to update it each minute, though hardly anybody reads it.
    """
    return texts.tooltip(_line(snapshot, ""))


def needs_attention(snapshot: Snapshot) -> bool:
    """Whether something doesn't work until the user does something."""
    # A notice that a sign-in mends doesn't count: the profile's own problem says the same.
    notice = snapshot.tasks.notice is not None and snapshot.tasks.notice.problem.sign_in is None
    return notice or any(True for _ in snapshot.listing.all_problems)


def busy(snapshot: Snapshot) -> bool:
    """Whether something is under way."""
    return _opening(snapshot) is not None or snapshot.listing.phase is not Phase.RESTING


def ambiguous_names(notebooks: Iterable[Notebook]) -> Apart:
    """Return for each name that several notebook instances share whether regions and profiles tell them apart."""
    found = list(notebooks)
    counts = Counter([notebook.name for notebook in found])
    scopes: dict[str, list[Scope]] = {}
    for notebook in found if len(counts) < len(found) else ():
        if counts[notebook.name] > 1:
            scopes.setdefault(notebook.name, []).append(notebook.scope)
    return {
        name: (_differ(scope.region for scope in where), _differ(scope.profile for scope in where))
        for name, where in scopes.items()
    }


def notebook_label(notebook: Notebook, apart: tuple[bool, bool], stale: str = "") -> str:
    """Return a notebook instance's line: name and status, with region and profile where these tell two apart.

    `stale` says in words how long ago the status was known, if the scope can't be listed now.
    """
    return texts.notebook(notebook_name(notebook, apart), texts.status(notebook.status), stale)


def notebook_name(notebook: Notebook, apart: tuple[bool, bool]) -> str:
    """Return a notebook instance's name, with region and profile where they tell two apart."""
    region, profile = apart
    where = [notebook.scope.region] * region + [short(notebook.scope.profile, _LONGEST_END)] * profile
    return texts.placed(notebook.name, where)


def stretch(first: str, last: str, longest: int = _LONGEST_END) -> str:
    """Return the two ends of a part of a sorted list: `alpha … delta`, or one name if both are the same.

    :param longest: the number of letters that each end may have
    """
    return short(first, longest) if first == last else texts.stretch(short(first, longest), short(last, longest))


def problem_label(subject: str, problem: Problem) -> str:
    """Return a problem's line: what the problem concerns, and what happened."""
    return texts.problem(short(subject), problem.title)


def problem_lines(problem: Problem) -> list[str]:
    """Return a problem's message and remedy, in lines that fit a menu."""
    return [*textwrap.wrap(problem.message, _LINE_WIDTH), *textwrap.wrap(f"→ {problem.remedy}", _LINE_WIDTH)]


def scope_words(state: ScopeState) -> str:
    """Return a scope in words: the profile and its region."""
    return texts.scope(short(state.scope.profile, _LONGEST_END), state.scope.region)


def cannot_open(notebook: Notebook) -> str:
    """Return why a notebook instance can't be opened now, or nothing if it can."""
    return "" if notebook.running else texts.cannot_open(notebook.status)


def _line(snapshot: Snapshot, updated: str) -> str:
    doing = _doing(snapshot)
    if doing:
        return doing
    if snapshot.listing.keyring_read and not snapshot.listing.profiles and not snapshot.listing.problems:
        return texts.no_profiles_chosen() if snapshot.listing.aws_profiles else texts.no_aws_profiles()
    match list(filter(None, [_needs(snapshot), _running(snapshot), updated])):
        case [first, second, *_]:
            return texts.both(first, second)
        case [only]:
            return only
    return texts.refreshing()


def _doing(snapshot: Snapshot) -> str:
    opening = _opening(snapshot)
    if opening is not None:
        name = short(notebook_name_of(opening))
        if isinstance(opening, CopyLink):
            return texts.copying(name)
        return texts.opening(name, opening.view.label, lengths.session_length(opening.session_seconds))
    if snapshot.tasks.sign_ins:
        return waiting_words(snapshot.tasks.sign_ins[-1])
    if snapshot.listing.phase is Phase.READING_KEYRING:
        return texts.reading_keyring()
    if snapshot.listing.phase is Phase.LISTING and snapshot.listing.updated_at is None and snapshot.listing.profiles:
        return texts.looking()
    return ""


def _opening(snapshot: Snapshot) -> OpenNotebook | CopyLink | None:
    """Return what is being opened or copied: the user's latest choice, as the user waits for that one."""
    commands = (task.command for task in reversed(snapshot.tasks.under_way))
    return next((command for command in commands if isinstance(command, OpenNotebook | CopyLink)), None)


def _needs(snapshot: Snapshot) -> str:
    problems = list(snapshot.listing.all_problems)
    if any(problem.kind is Kind.KEYRING for _, problem in problems):
        return next(problem.title for _, problem in problems if problem.kind is Kind.KEYRING)
    sign_in = {name for name, problem in problems if problem.kind is Kind.SIGN_IN}
    if sign_in:
        return texts.signing_in_needed(len(sign_in))
    if problems:
        return texts.with_a_problem(len({name for name, _ in problems}))
    return ""


def _running(snapshot: Snapshot) -> str:
    statuses = [notebook.status for state in snapshot.listing.scopes for notebook in state.notebooks]
    if statuses:
        return texts.running(statuses.count(NotebookStatus.IN_SERVICE), len(statuses))
    return texts.no_notebook_instances() if snapshot.listing.updated_at is not None else ""


def _updated(snapshot: Snapshot, now: float) -> str:
    at = snapshot.listing.updated_at
    return lengths.updated(now - at) if at is not None else ""


def _differ(values: Iterable[str]) -> bool:
    return len(set(values)) > 1

"""The menu's words: pure functions from what is known to what the user reads."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable

from tray.fleet.snapshot import Notebook, NotebookStatus, Phase, Scope, ScopeState, Snapshot
from tray.menu.names import short
from tray.menu.signing_in import waiting_words
from tray.model.commands import CopyLink, OpenNotebook
from tray.model.lengths import format_session_length
from tray.model.problems import Kind, Problem

# By name, whether region and profile tell apart the notebook instances that share it.
Apart = dict[str, tuple[bool, bool]]

# A menu line that is wider makes the menu wider than a small screen.
_LINE_WIDTH = 64
# Two names, their profile and the numbers have to fit one line.
_LONGEST_END = 24

_STATUS_WORDS = {
    NotebookStatus.PENDING: "Starting",
    NotebookStatus.IN_SERVICE: "Running",
    NotebookStatus.STOPPING: "Stopping",
    NotebookStatus.STOPPED: "Stopped",
    NotebookStatus.FAILED: "Failed",
    NotebookStatus.DELETING: "Being deleted",
    NotebookStatus.UPDATING: "Updating",
    NotebookStatus.PENDING_MAINTENANCE: "Maintenance pending",
    NotebookStatus.IN_MAINTENANCE: "In maintenance",
}
_WORDS: dict[str, str] = {str(status): words for status, words in _STATUS_WORDS.items()}


def status_words(status: str) -> str:
    """Return a notebook instance's status in words; one that is new to us as AWS writes it."""
    return _WORDS.get(status, status or "NotebookStatus unknown")


def age_words(seconds: float) -> str:
    """Return how long ago something was: `just now`, `2 min ago`, `3 h ago`, `2 days ago`."""
    minutes = int(max(0, seconds)) // 60
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // (24 * 60)} days ago"


def state_line(snapshot: Snapshot, now: float) -> str:
    """Return the menu's first line: what is going on, else what needs the user, else how things stand."""
    return _line(snapshot, _updated(snapshot, now))


def tooltip(snapshot: Snapshot) -> str:
    """Return the icon's tooltip, which is also what a screen reader calls the icon: never empty.

    It holds no age: that would have to be brought up to date each minute, for the few that are ever read.
    """
    return f"Notebook Tray: {_line(snapshot, '')}"


def needs_attention(snapshot: Snapshot) -> bool:
    """Whether something doesn't work until the user does something."""
    # A notice that a sign-in mends says of a profile what its own problem says, for as long as it lasts.
    notice = snapshot.tasks.notice is not None and snapshot.tasks.notice.problem.sign_in is None
    return notice or any(True for _ in snapshot.listing.all_problems)


def busy(snapshot: Snapshot) -> bool:
    """Whether something is under way."""
    return _opening(snapshot) is not None or snapshot.listing.phase is not Phase.RESTING


def ambiguous_names(notebooks: Iterable[Notebook]) -> Apart:
    """Return for each name that stands for several notebook instances whether region and profile tell them apart."""
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
    """Return a notebook instance's line: name, status, and region and profile where they tell two apart.

    `stale` is how long ago that was known, in words, where its scope can't be listed now.
    """
    name = notebook_name(notebook, apart)
    status = status_words(notebook.status)
    return f"{name} — {status}, {stale}" if stale else f"{name} — {status}"


def notebook_name(notebook: Notebook, apart: tuple[bool, bool]) -> str:
    """Return a notebook instance's name, with region and profile where they tell two apart."""
    region, profile = apart
    where = [notebook.scope.region] * region + [short(notebook.scope.profile, _LONGEST_END)] * profile
    return f"{notebook.name} ({', '.join(where)})" if where else notebook.name


def stretch(first: str, last: str, longest: int = _LONGEST_END) -> str:
    """Return a stretch of a sorted list by its ends: `alpha … delta`, or one name where it is the same.

    :param longest: of each end, so many letters are shown
    """
    return short(first, longest) if first == last else f"{short(first, longest)} … {short(last, longest)}"


def problem_label(subject: str, problem: Problem) -> str:
    """Return a problem's line: whom it concerns, and what happened."""
    return f"{short(subject)}: {problem.title}"


def problem_lines(problem: Problem) -> list[str]:
    """Return a problem's message and remedy, in lines that fit a menu."""
    return [*textwrap.wrap(problem.message, _LINE_WIDTH), *textwrap.wrap(f"→ {problem.remedy}", _LINE_WIDTH)]


def scope_words(state: ScopeState) -> str:
    """Return a scope in words: the profile and its region."""
    return f"{short(state.scope.profile, _LONGEST_END)}, {state.scope.region}"


def cannot_open(notebook: Notebook) -> str:
    """Return why a notebook instance can't be opened now, or nothing if it can."""
    if notebook.running:
        return ""
    return {
        NotebookStatus.STOPPED.value: "stopped, start it first",
        NotebookStatus.PENDING.value: "still starting",
        NotebookStatus.FAILED.value: "it failed to start",
    }.get(notebook.status, status_words(notebook.status).lower())


def _line(snapshot: Snapshot, updated: str) -> str:
    doing = _doing(snapshot)
    if doing:
        return doing
    if snapshot.listing.keyring_read and not snapshot.listing.profiles and not snapshot.listing.problems:
        return (
            "No profiles yet: choose one under Profiles" if snapshot.listing.aws_profiles else "No AWS profiles found"
        )
    parts = list(filter(None, [_needs(snapshot), _running(snapshot), updated]))
    return " · ".join(parts[:2]) or "Refreshing…"


def _doing(snapshot: Snapshot) -> str:
    opening = _opening(snapshot)
    if opening is not None:
        name = short(opening.arn.rpartition("/")[2])
        if isinstance(opening, CopyLink):
            return f"Copying the link of {name}…"
        return f"Opening {name} in {opening.view.label} for {format_session_length(opening.session_seconds)}…"
    if snapshot.tasks.sign_ins:
        return waiting_words(snapshot.tasks.sign_ins[-1])
    if snapshot.listing.phase is Phase.READING_KEYRING:
        return "Reading your profiles from the keyring…"
    if snapshot.listing.phase is Phase.LISTING and snapshot.listing.updated_at is None and snapshot.listing.profiles:
        return "Looking for notebook instances…"
    return ""


def _opening(snapshot: Snapshot) -> OpenNotebook | CopyLink | None:
    """Return what is being opened or copied: the last that was chosen, as it is what the user waits for."""
    commands = (task.command for task in reversed(snapshot.tasks.under_way))
    return next((command for command in commands if isinstance(command, OpenNotebook | CopyLink)), None)


def _needs(snapshot: Snapshot) -> str:
    problems = list(snapshot.listing.all_problems)
    if any(problem.kind is Kind.KEYRING for _, problem in problems):
        return next(problem.title for _, problem in problems if problem.kind is Kind.KEYRING)
    sign_in = {name for name, problem in problems if problem.kind is Kind.SIGN_IN}
    if sign_in:
        return f"Signing in needed for {_count(len(sign_in), 'profile')}"
    if problems:
        return f"{_count(len({name for name, _ in problems}), 'profile')} with a problem"
    return ""


def _running(snapshot: Snapshot) -> str:
    statuses = [notebook.status for state in snapshot.listing.scopes for notebook in state.notebooks]
    if statuses:
        return f"{statuses.count(NotebookStatus.IN_SERVICE)} of {len(statuses)} running"
    return "No notebook instances" if snapshot.listing.updated_at is not None else ""


def _updated(snapshot: Snapshot, now: float) -> str:
    return f"Updated {age_words(now - snapshot.listing.updated_at)}" if snapshot.listing.updated_at is not None else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _differ(values: Iterable[str]) -> bool:
    return len(set(values)) > 1

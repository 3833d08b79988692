"""The words that the menu shows: pure functions from a snapshot to texts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable

from tray.fleet.snapshot import Listing, Notebook, NotebookStatus, Phase, Scope, Snapshot, Source, Task
from tray.menu.names import short
from tray.menu.power import starting_line
from tray.menu.problems import headline
from tray.menu.signing_in import waiting_words
from tray.model.commands import (
    AskToStop,
    CheckComputer,
    CopyLink,
    FindNotebooks,
    OpenNotebook,
    StartNotebook,
    StopIfIdle,
    StopNotebook,
    notebook_name_of,
)
from tray.model.problems import Kind
from tray.texts import finding as finding_texts
from tray.texts import lengths
from tray.texts import menu as texts
from tray.texts import power as power_texts
from tray.texts.clock import time_of_day

# For each name that several notebook instances share: whether their regions differ, and whether their profiles differ.
Apart = dict[str, tuple[bool, bool]]

# What takes longer is said with how long it has taken.
_LONG_SECONDS = 3
_DAY_SECONDS = 24 * 3600
# Two names, their profile and the numbers have to fit one line.
_LONGEST_END = 24


def state_line(snapshot: Snapshot, now: float, *, lasting: bool = False) -> str:
    """Return the menu's first line: what is under way, else what the user has to do, else how many are running.

    :param lasting: whether the line has to stay true: the host doesn't say when the menu opens, so no age is made new
    """
    return _line(snapshot, _updated(snapshot, now, lasting), now)


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
    stops = AskToStop | StopNotebook | StopIfIdle
    shown = OpenNotebook | CopyLink | CheckComputer | StartNotebook | stops | FindNotebooks
    return snapshot.listing.phase is not Phase.RESTING or any(
        isinstance(task.command, shown) for task in snapshot.tasks.under_way
    )


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


def notebook_label(notebook: Notebook, apart: tuple[bool, bool], stale: str = "", how_far: str = "") -> str:
    """Return a notebook instance's line: name and status, with region and profile where these tell two apart.

    `stale` says in words how long ago the status was known, if the scope can't be listed now. `how_far` says how far a
    start is, in place of the status.
    """
    return texts.notebook(notebook_name(notebook, apart), how_far or texts.status(notebook.status), stale)


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


def unread(listing: Listing) -> str:
    """Return why nobody knows which profiles there are."""
    why = next((problem.title for about, problem in listing.problems if about is Source.KEYRING), "")
    return texts.profiles_unread_as(why) if why else texts.profiles_unread()


def cannot_open(notebook: Notebook) -> str:
    """Return why a notebook instance can't be opened now, or nothing if it can."""
    return "" if notebook.running else texts.cannot_open(notebook.status)


def _line(snapshot: Snapshot, updated: str, now: float | None = None) -> str:
    doing = _doing(snapshot, now)
    if doing:
        return doing
    if snapshot.listing.keyring_read and not snapshot.listing.profiles and not snapshot.listing.problems:
        if snapshot.listing.unchecked:
            return texts.no_profiles_checked()
        return texts.no_profiles_chosen() if snapshot.listing.aws_profiles else texts.no_aws_profiles()
    starting = starting_line(snapshot, now if now is not None else time.time())
    match list(filter(None, [_needs(snapshot), starting or _running(snapshot), updated])):
        case [first, second, *_]:
            return texts.both(first, second)
        case [only]:
            return only
    return texts.refreshing()


def _doing(snapshot: Snapshot, now: float | None) -> str:
    if (under_way := _opening(snapshot)) is not None:
        task, opening = under_way
        name = short(notebook_name_of(opening))
        if isinstance(opening, CopyLink):
            doing = texts.copying(name)
        else:
            doing = texts.opening(name, opening.view.label, lengths.session_length(opening.session_seconds))
        return _for_so_long(doing, task.since, now)
    if power := _power(snapshot):
        return power
    checking = next((task for task in snapshot.tasks.under_way if isinstance(task.command, CheckComputer)), None)
    if checking is not None:
        return _for_so_long(texts.checking_computer(), checking.since, now)
    if looking := _looking(snapshot, now):
        return looking
    if snapshot.tasks.sign_ins:
        return waiting_words(snapshot.tasks.sign_ins[-1])
    if snapshot.listing.phase is Phase.READING_KEYRING:
        return texts.reading_keyring()
    if snapshot.listing.phase is Phase.LISTING and snapshot.listing.updated_at is None and snapshot.listing.profiles:
        return _asked(snapshot, now) or texts.looking()
    return ""


def _asked(snapshot: Snapshot, now: float | None) -> str:
    """Return which regions have not answered for some time, and for how long; nothing if there are none."""
    since = snapshot.listing.asking_since
    if now is None or since is None or now - since < _LONG_SECONDS:
        return ""
    regions = tuple(dict.fromkeys(scope.region for scope in snapshot.listing.asking))
    return texts.asking(regions[0], len(regions) - 1, int(now - since)) if regions else ""


def _for_so_long(doing: str, since: float, now: float | None) -> str:
    if now is None or now - since < _LONG_SECONDS:
        return doing
    return texts.for_so_long(doing, int(now - since))


def _power(snapshot: Snapshot) -> str:
    """Return what is being asked of AWS about starting or stopping, the last that was chosen; nothing if nothing is."""
    for task in reversed(snapshot.tasks.under_way):
        match task.command:
            case StartNotebook() as command:
                return power_texts.begun(short(notebook_name_of(command)))
            case AskToStop() | StopIfIdle() as command:
                return power_texts.looking(short(notebook_name_of(command)))
            case StopNotebook() as command:
                return power_texts.stopping(short(notebook_name_of(command)))
    return ""


def _looking(snapshot: Snapshot, now: float | None) -> str:
    """Return that it is looked in all regions, for how long already; nothing if it isn't."""
    task = next((each for each in snapshot.tasks.under_way if isinstance(each.command, FindNotebooks)), None)
    if task is None:
        return ""
    asked = {region for search in snapshot.searches if not search.over for region in search.regions}
    seconds = 0 if now is None or now - task.since < _LONG_SECONDS else int(now - task.since)
    return finding_texts.looking(len(asked), seconds)


def _opening(snapshot: Snapshot) -> tuple[Task, OpenNotebook | CopyLink] | None:
    """Return what is being opened or copied: the last that was chosen, as it is what the user waits for."""
    for task in reversed(snapshot.tasks.under_way):
        if isinstance(task.command, OpenNotebook | CopyLink):
            return task, task.command
    return None


def _needs(snapshot: Snapshot) -> str:
    notice = snapshot.tasks.notice
    problems = list(snapshot.listing.all_problems)
    if notice is not None and notice.problem.sign_in is None:
        return headline(snapshot)
    if any(problem.kind is Kind.KEYRING for _, problem in problems):
        return next(problem.title for _, problem in problems if problem.kind is Kind.KEYRING)
    sign_in = {name for name, problem in problems if problem.sign_in is not None}
    if sign_in:
        return texts.signing_in_needed(len(sign_in))
    return headline(snapshot)


def _running(snapshot: Snapshot) -> str:
    statuses = [notebook.status for notebook in snapshot.listing.notebooks]
    if statuses:
        return texts.running(statuses.count(NotebookStatus.IN_SERVICE), len(statuses))
    listed = [state.scope for state in snapshot.listing.scopes if state.listed_at is not None and not state.problem]
    regions = tuple(dict.fromkeys(scope.region for scope in listed))
    return finding_texts.nowhere(short(regions[0]), len(regions), len({s.profile for s in listed})) if listed else ""


def _updated(snapshot: Snapshot, now: float, lasting: bool) -> str:
    at = snapshot.listing.updated_at
    if at is None:
        return ""
    if snapshot.listing.phase is Phase.LISTING:
        return _asked(snapshot, now) or texts.refreshing()
    if lasting and now - at < _DAY_SECONDS:
        return lengths.updated_at(time_of_day(at, now))
    return lengths.updated(now - at)


def _differ(values: Iterable[str]) -> bool:
    return len(set(values)) > 1

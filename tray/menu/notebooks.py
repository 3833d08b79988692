"""The menu's lines about notebook instances, in both layouts (see `layout.py`): pure."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.choices import DEFAULT_SESSION_SECONDS, OFFERED_SESSION_SECONDS, View, format_session_length
from tray.fleet.values import Notebook, Place, PlaceState, Profile, Snapshot, Status
from tray.menu import words
from tray.menu.entries import SEPARATOR, CopyLink, Entry, OpenNotebook, text
from tray.menu.groups import MOST_IN_GROUP, Group, choose, groups, in_order

if TYPE_CHECKING:
    from tray.menu.words import Apart

# Where several profiles are configured, so many notebook instances stand at the top without groups.
MOST_OF_SEVERAL_PROFILES = 12
MOST_GROUPS = 12
# The top always has room for so many lines about notebook instances, whatever else is to be said.
LEAST_ROWS = 4


@dataclass(frozen=True, slots=True)
class _Known:
    """What the lines need besides the notebook instances: their profiles, and how old what is known of a place is."""

    profiles: Mapping[str, Profile]
    stale: Mapping[Place, str]

    def seconds(self, notebook: Notebook) -> int:
        profile = self.profiles.get(notebook.place.profile)
        return profile.session_seconds if profile else DEFAULT_SESSION_SECONDS

    def view(self, notebook: Notebook) -> View:
        profile = self.profiles.get(notebook.place.profile)
        return profile.view if profile else View.LAB


def last_opened(snapshot: Snapshot) -> tuple[Entry, ...]:
    """Return the line that opens again what was opened last, while that is known; disabled where it can't be opened."""
    last = snapshot.last_opened
    notebook = snapshot.find(last.profile, last.arn) if last else None
    if notebook is None:
        return ()
    known = _known(snapshot)
    if reason := words.cannot_open(notebook):
        return (Entry("last", f"Open {notebook.name} — {reason}", enabled=False),)
    seconds = known.seconds(notebook)
    command = OpenNotebook(notebook.place.profile, notebook.arn, known.view(notebook), seconds)
    return (Entry("last", f"Open {notebook.name} ({format_session_length(seconds)})", command),)


def notebook_entries(snapshot: Snapshot, now: float, *, rows: int, inline: bool) -> tuple[Entry, ...]:
    """Return the lines about notebook instances, `rows` at most where there is room for so few.

    :param now: seconds since the epoch
    :param inline: whether the host opens submenus inside the menu
    """
    everything = snapshot.notebooks
    shown = choose(everything)
    rows = max(rows, LEAST_ROWS)
    known = _known(snapshot, now)
    more = len(everything) - len(shown)
    rest = (text("more", f"… and {more} more: notebook-tray list"),) if more else ()
    if inline:
        if len(shown) <= rows and not rest:
            return _with_submenus(in_order(shown), known)
        copies = _copies(shown, known)
        return (*_groups(shown, snapshot, known, most=rows - len(copies) - len(rest), inline=True), *copies, *rest)
    one = len({each.place.profile for each in shown}) == 1
    if len(shown) <= (rows if one else min(rows, MOST_OF_SEVERAL_PROFILES)) and not rest:
        return _with_submenus(in_order(shown), known)
    if one:
        # The running ones, and what fits beside them, are in sight; the others have lists of their own.
        first = in_order(shown)[: _at_top(len(shown), rows - len(rest))]
        at_top = {id(each) for each in first}
        others = [each for each in shown if id(each) not in at_top]
        return (*_with_submenus(first, known), *_groups(others, snapshot, known, most=MOST_GROUPS, others=True), *rest)
    return (*_groups(shown, snapshot, known, most=MOST_GROUPS), *rest)


def _at_top(count: int, rows: int) -> int:
    """Return how many of `count` notebook instances stand at the top, beside the lines of the lists of the others."""
    lists = 1
    while count - max(0, rows - lists) > lists * MOST_IN_GROUP:
        lists += 1
    return max(0, rows - lists)


def _known(snapshot: Snapshot, now: float = 0) -> _Known:
    return _Known(
        {profile.name: profile for profile in snapshot.profiles},
        {state.place: since for state in snapshot.places if (since := _stale_words(state, now))},
    )


def _with_submenus(notebooks: Iterable[Notebook], known: _Known, *, named: bool = False) -> tuple[Entry, ...]:
    notebooks = tuple(notebooks)
    apart = words.ambiguous_names(notebooks)
    return tuple(
        Entry(
            _key(each),
            _label(each, apart, known, named=named),
            children=_actions(
                each.place.profile, each.arn, words.cannot_open(each), known.seconds(each), known.view(each)
            ),
        )
        for each in notebooks
    )


def _plain(notebooks: Iterable[Notebook], known: _Known, *, named: bool = False) -> tuple[Entry, ...]:
    """Return lines each of which opens its notebook instance, where that can be opened."""
    notebooks = tuple(notebooks)
    apart = words.ambiguous_names(notebooks)
    return tuple(
        Entry(
            _key(each),
            _label(each, apart, known, named=named),
            OpenNotebook(each.place.profile, each.arn, known.view(each), known.seconds(each)) if each.running else None,
            enabled=each.running,
        )
        for each in notebooks
    )


def _groups(
    notebooks: Iterable[Notebook],
    snapshot: Snapshot,
    known: _Known,
    *,
    most: int,
    inline: bool = False,
    others: bool = False,
) -> tuple[Entry, ...]:
    """Return a line for each group of `notebooks`; these are `others` where some stand beside the groups."""
    found = tuple(notebooks)
    names = [profile.name for profile in snapshot.profiles]
    made = groups(found, names, most=max(1, most), longest=len(found) if inline else MOST_IN_GROUP)
    lines = _plain if inline else _with_submenus
    return tuple(
        Entry(
            f"group/{group.key}",
            _group_label(group, others=others),
            children=lines(group.notebooks, known, named=len(group.profiles) > 1),
        )
        for group in made
    )


def _group_label(group: Group, *, others: bool) -> str:
    running = [each.status for each in group.notebooks].count(Status.IN_SERVICE)
    names = "Others" if others else words.stretch(group.profiles[0], group.profiles[-1])
    if group.part is not None:
        names = words.stretch(*group.part) if others else f"{names}, {words.stretch(*group.part)}"
    return f"{names} — {running} of {len(group.notebooks)} running"


def _copies(notebooks: Iterable[Notebook], known: _Known) -> tuple[Entry, ...]:
    """Return the list with which to copy a link where a notebook instance's line has no list of its own."""
    running = in_order(each for each in notebooks if each.running)
    apart = words.ambiguous_names(running)
    lines = tuple(
        Entry(
            f"copy/{_key(each)}",
            words.notebook_name(each, apart.get(each.name, (False, False))),
            CopyLink(each.place.profile, each.arn, known.view(each), known.seconds(each)),
        )
        for each in running
    )
    return (Entry("copies", "Copy link", children=lines),) if lines else ()


def _label(notebook: Notebook, apart: Apart, known: _Known, *, named: bool) -> str:
    region, profile = apart.get(notebook.name, (False, False))
    return words.notebook_label(notebook, (region, profile or named), known.stale.get(notebook.place, ""))


def _key(notebook: Notebook) -> str:
    return f"notebook/{notebook.place.profile}/{notebook.arn}"


# Remembered: most lists are the very same as in the menu before, and need not be looked at then.
@functools.lru_cache(maxsize=512)
def _actions(profile: str, arn: str, reason: str, session_seconds: int, view: View) -> tuple[Entry, ...]:
    """Return what can be done with a notebook instance, or why it can't be: for that, `reason` is not empty."""

    def action(key: str, label: str, command: OpenNotebook | CopyLink) -> Entry:
        return Entry(key, label, command) if not reason else Entry(key, f"{label} — {reason}", enabled=False)

    length = format_session_length(session_seconds)
    return (
        action("lab", f"Open JupyterLab ({length})", OpenNotebook(profile, arn, View.LAB, session_seconds)),
        action("classic", f"Open Jupyter ({length})", OpenNotebook(profile, arn, View.CLASSIC, session_seconds)),
        SEPARATOR,
        *(
            action(
                f"lab/{seconds}",
                f"JupyterLab for {format_session_length(seconds)}",
                OpenNotebook(profile, arn, View.LAB, seconds),
            )
            for seconds in OFFERED_SESSION_SECONDS
        ),
        SEPARATOR,
        action("copy", "Copy link", CopyLink(profile, arn, view, session_seconds)),
    )


def _stale_words(state: PlaceState, now: float) -> str:
    """Return how long ago the notebook instances of a place were known, where it can't be listed now."""
    return words.age_words(now - state.listed_at) if state.problem and state.listed_at is not None else ""

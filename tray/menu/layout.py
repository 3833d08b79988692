"""The whole menu from a snapshot: a pure function, whose only clock is the one passed in.

At most two levels below the top, and no list without an end: GNOME limits the depth of menus, and its AppIndicator
extension drops a menu that is too long (ubuntu/gnome-shell-extension-appindicator, issue 350).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.choices import DEFAULT_SESSION_SECONDS, OFFERED_SESSION_SECONDS, View, format_session_length
from tray.fleet.values import Notebook, PlaceState, Profile, Snapshot, Status
from tray.menu import words
from tray.menu.entries import (
    SEPARATOR,
    CheckProfile,
    CopyLink,
    Entry,
    OpenNotebook,
    Quit,
    Refresh,
    SetSessionLength,
    UncheckProfile,
    text,
)

if TYPE_CHECKING:
    from tray.errors import Problem

MOST_AT_TOP = 12
MOST_IN_GROUP = 25
MOST_PROBLEMS = 5
MOST_PROFILES = 40


def menu(snapshot: Snapshot, now: float) -> tuple[Entry, ...]:
    """Return the menu for `snapshot` at the time `now`, in seconds since the epoch."""
    profiles = Entry("profiles", "Profiles", children=_profiles(snapshot))
    configured = bool(snapshot.profiles) or not snapshot.keyring_read
    return (
        text("state", words.state_line(snapshot, now)),
        *(() if configured else (profiles,)),
        *_problems(snapshot),
        SEPARATOR,
        *_notebooks(snapshot, now),
        SEPARATOR,
        Entry("refresh", "Refresh", Refresh()),
        Entry("length", "Session length", children=_lengths(snapshot)),
        *((profiles,) if configured else ()),
        SEPARATOR,
        Entry("quit", "Quit", Quit()),
    )


def _problems(snapshot: Snapshot) -> tuple[Entry, ...]:
    found: list[tuple[str, str, Problem]] = []
    if snapshot.notice:
        found.append(("notice", snapshot.notice.subject, snapshot.notice.problem))
    found += [(f"problem/{name}", name, problem) for name, problem in snapshot.problems]
    found += [
        (f"problem/{state.place.profile}/{state.place.region}", words.place_words(state), state.problem)
        for state in snapshot.places
        if state.problem
    ]
    shown = tuple(
        Entry(
            key,
            words.problem_label(subject, problem),
            children=tuple(text(f"line{at}", line) for at, line in enumerate(words.problem_lines(problem))),
        )
        for key, subject, problem in found[:MOST_PROBLEMS]
    )
    more = len(found) - len(shown)
    return (*shown, text("problems/more", f"… and {more} more: notebook-tray list")) if more else shown


def _notebooks(snapshot: Snapshot, now: float) -> tuple[Entry, ...]:
    states = {state.place: state for state in snapshot.places}
    notebooks = sorted(snapshot.notebooks, key=_order)
    apart = words.ambiguous_names(notebooks)

    def entry(notebook: Notebook) -> Entry:
        label = words.notebook_label(
            notebook, apart.get(notebook.name, (False, False)), _stale_seconds(states[notebook.place], now)
        )
        return Entry(_key(notebook), label, children=_actions(notebook, snapshot.profile(notebook.place.profile)))

    if len(notebooks) <= MOST_AT_TOP:
        return tuple(entry(notebook) for notebook in notebooks)
    groups: dict[str, list[Notebook]] = {}
    for notebook in notebooks:
        groups.setdefault(notebook.place.profile, []).append(notebook)
    order = [profile.name for profile in snapshot.profiles if profile.name in groups]
    return tuple(
        Entry(f"group/{name}", _group_label(name, groups[name]), children=_group(name, groups[name], entry))
        for name in [*order, *(name for name in groups if name not in order)]
    )


def _group_label(profile: str, notebooks: list[Notebook]) -> str:
    return f"{profile} — {sum(notebook.running for notebook in notebooks)} of {len(notebooks)} running"


def _group(profile: str, notebooks: list[Notebook], entry: Callable[[Notebook], Entry]) -> tuple[Entry, ...]:
    shown = tuple(entry(notebook) for notebook in notebooks[:MOST_IN_GROUP])
    more = len(notebooks) - len(shown)
    if not more:
        return shown
    return (*shown, text("more", f"… and {more} more: notebook-tray list --profile {profile}"))


# Nearly every entry of a menu stands here, and is the same in the next one.
@functools.lru_cache(maxsize=2048)
def _actions(notebook: Notebook, profile: Profile | None) -> tuple[Entry, ...]:
    default = profile.session_seconds if profile else DEFAULT_SESSION_SECONDS
    view = profile.view if profile else View.LAB
    reason = words.cannot_open(notebook)

    def action(key: str, label: str, command: OpenNotebook | CopyLink) -> Entry:
        return Entry(key, label, command) if not reason else Entry(key, f"{label} — {reason}", enabled=False)

    def open_in(key: str, label: str, view: View, seconds: int) -> Entry:
        return action(key, label, OpenNotebook(notebook.place.profile, notebook.arn, view, seconds))

    length = format_session_length(default)
    return (
        open_in("lab", f"Open JupyterLab ({length})", View.LAB, default),
        open_in("classic", f"Open Jupyter ({length})", View.CLASSIC, default),
        SEPARATOR,
        *(
            open_in(f"lab/{seconds}", f"JupyterLab for {format_session_length(seconds)}", View.LAB, seconds)
            for seconds in OFFERED_SESSION_SECONDS
        ),
        SEPARATOR,
        action("copy", "Copy link", CopyLink(notebook.place.profile, notebook.arn, view, default)),
    )


def _lengths(snapshot: Snapshot) -> tuple[Entry, ...]:
    if not snapshot.profiles:
        return (text("none", "There is no profile yet to set it for"),)
    in_use = {profile.session_seconds for profile in snapshot.profiles}
    entries = tuple(
        Entry(
            f"{seconds}",
            format_session_length(seconds),
            SetSessionLength(seconds),
            checked=in_use == {seconds},
            radio=True,
        )
        for seconds in OFFERED_SESSION_SECONDS
    )
    if len(in_use) > 1:
        each = ", ".join(f"{p.name} {format_session_length(p.session_seconds)}" for p in snapshot.profiles[:4])
        return (text("differ", f"Now by profile: {each}{'…' if len(snapshot.profiles) > 4 else ''}"), *entries)
    if in_use and not in_use <= set(OFFERED_SESSION_SECONDS):
        return (text("other", f"Now: {format_session_length(*in_use)}"), *entries)
    return entries


def _profiles(snapshot: Snapshot) -> tuple[Entry, ...]:
    used = {profile.aws_profile for profile in snapshot.profiles}
    entries = [
        Entry(
            f"profile/{profile.name}",
            _profile_label(profile, snapshot),
            UncheckProfile(profile.name),
            checked=True,
        )
        for profile in snapshot.profiles
    ] + [
        Entry(f"aws/{name}", name, CheckProfile(name), checked=False)
        for name in snapshot.aws_profiles
        if name not in used
    ]
    if not entries:
        return (text("none", "None in the AWS config file yet: ask your administrator for one"),)
    shown, more = tuple(entries[:MOST_PROFILES]), len(entries) - MOST_PROFILES
    return (*shown, text("more", f"… and {more} more: notebook-tray profiles discover")) if more > 0 else shown


def _profile_label(profile: Profile, snapshot: Snapshot) -> str:
    label = (
        profile.name if profile.name == profile.aws_profile else f"{profile.name} (AWS profile {profile.aws_profile})"
    )
    return label if profile.aws_profile in snapshot.aws_profiles else f"{label} — not in the AWS config"


def _order(notebook: Notebook) -> tuple[bool, bool, str, str, str]:
    # Running ones first, then those on their way there.
    return (
        not notebook.running,
        notebook.status != Status.PENDING,
        notebook.name.lower(),
        notebook.place.profile,
        notebook.place.region,
    )


def _key(notebook: Notebook) -> str:
    return f"notebook/{notebook.place.profile}/{notebook.arn}"


def _stale_seconds(state: PlaceState, now: float) -> float | None:
    return now - state.listed_at if state.problem and state.listed_at is not None else None

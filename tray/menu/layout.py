"""The whole menu from a snapshot: pure, with no clock but the one passed in.

At most two levels below the top, and no list without an end: GNOME limits the depth of menus, and its AppIndicator
extension drops a menu that is too long (ubuntu/gnome-shell-extension-appindicator, issue 350).
"""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.access_keys import cut
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
    SetAutostart,
    SetSessionLength,
    Subject,
    UncheckProfile,
    text,
)
from tray.menu.signing_in import sign_in_entries

if TYPE_CHECKING:
    from tray.errors import Problem

# Notebook instances at a place, and how long ago that was known where it can't be told now.
_Listed = tuple[tuple[Notebook, ...], str]
# By name, whether region and profile tell notebook instances apart that share it.
_Apart = dict[str, tuple[bool, bool]]

MOST_AT_TOP = 12
MOST_IN_GROUP = 25
MOST_PROBLEMS = 5
MOST_PROFILES = 40


def menu(snapshot: Snapshot, now: float, groups: Groups | None = None) -> tuple[Entry, ...]:
    """Return the menu for `snapshot` at the time `now`, in seconds since the epoch.

    With the `groups` of the menu before, those parts of it that are the same are the very same entries.
    """
    profiles = Entry("profiles", "Profiles", children=_profiles(snapshot.profiles, snapshot.aws_profiles))
    configured = bool(snapshot.profiles) or not snapshot.keyring_read
    return (
        text("state", words.state_line(snapshot, now)),
        *(() if configured else (profiles,)),
        *sign_in_entries(snapshot),
        *_problems(snapshot),
        SEPARATOR,
        *(groups if groups is not None else Groups()).notebooks(snapshot, now),
        SEPARATOR,
        Entry("refresh", "Refresh", Refresh()),
        Entry("length", "Session length", children=_lengths(snapshot.profiles)),
        *((profiles,) if configured else ()),
        *_autostart(snapshot),
        SEPARATOR,
        Entry("quit", "Quit", Quit()),
    )


class Groups:
    """The groups of notebook instances of one menu, remembered for the next: of many profiles, few change at once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[_GroupFacts, Entry]] = {}
        self._all: tuple[Snapshot, tuple[Entry, ...]] | None = None

    def notebooks(self, snapshot: Snapshot, now: float) -> tuple[Entry, ...]:
        """Return the part of the menu that shows notebook instances."""
        if self._all is not None:
            before, shown = self._all
            if before.places is snapshot.places and before.profiles is snapshot.profiles:
                return shown
        shown = _notebooks(snapshot, now, self)
        # With a problem, it shows ages: those are others each time.
        self._all = (snapshot, shown) if not any(state.problem for state in snapshot.places) else None
        return shown

    def entry(self, facts: _GroupFacts) -> Entry:
        """Return the group that looks as `facts` say."""
        known = self._known.get(facts.profile_name)
        if known is None or known[0] != facts:
            known = self._known[facts.profile_name] = (facts, _group(facts))
        return known[1]

    def keep_only(self, profiles: Collection[str]) -> None:
        """Forget the groups of other profiles."""
        self._known = {name: known for name, known in self._known.items() if name in profiles}


@dataclass(frozen=True, slots=True)
class _GroupFacts:
    """All that a group's looks depend on. Two that share their parts are told to be equal without a look into these."""

    profile_name: str
    profile: Profile | None
    listed: tuple[_Listed, ...]
    apart: _Apart


def _problems(snapshot: Snapshot) -> tuple[Entry, ...]:
    found: list[tuple[str, str, Problem]] = []
    if snapshot.notice and not snapshot.notice.problem.sign_in:
        found.append(("notice", snapshot.notice.subject, snapshot.notice.problem))
    # What a sign-in mends has a line to begin it with.
    found += [(f"problem/{name}", name, problem) for name, problem in snapshot.problems if not problem.sign_in]
    found += [
        (f"problem/{state.place.profile}/{state.place.region}", words.place_words(state), state.problem)
        for state in snapshot.places
        if state.problem and not state.problem.sign_in
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


def _notebooks(snapshot: Snapshot, now: float, groups: Groups) -> tuple[Entry, ...]:
    states = [state for state in snapshot.places if state.notebooks]
    notebooks = [notebook for state in states for notebook in state.notebooks]
    apart = words.ambiguous_names(notebooks)
    listed = {state.place: (state.notebooks, _stale_words(state, now)) for state in states}
    if len(notebooks) <= MOST_AT_TOP:
        stale = {place: since for place, (_, since) in listed.items()}
        return tuple(
            _notebook(notebook, apart, stale[notebook.place], snapshot.profile(notebook.place.profile))
            for notebook in sorted(notebooks, key=_order)
        )
    of_profile: dict[str, list[_Listed]] = {}
    for state in states:
        of_profile.setdefault(state.place.profile, []).append(listed[state.place])
    profiles = {profile.name: profile for profile in snapshot.profiles}
    groups.keep_only(of_profile.keys())
    return tuple(
        groups.entry(_GroupFacts(name, profiles.get(name), tuple(of_profile[name]), _among(apart, of_profile[name])))
        for name in [*(name for name in profiles if name in of_profile), *(of_profile.keys() - profiles.keys())]
    )


def _among(apart: _Apart, listed: list[_Listed]) -> _Apart:
    """Return the part of `apart` that is about notebook instances listed there."""
    if not apart:
        return apart
    return {
        notebook.name: apart[notebook.name]
        for notebooks, _ in listed
        for notebook in notebooks
        if notebook.name in apart
    }


def _group(facts: _GroupFacts) -> Entry:
    name = facts.profile_name
    notebooks = [notebook for listed, _ in facts.listed for notebook in listed]
    running = [notebook.status for notebook in notebooks].count(Status.IN_SERVICE)
    stale = {listed[0].place: since for listed, since in facts.listed}
    shown = tuple(
        _notebook(notebook, facts.apart, stale[notebook.place], facts.profile)
        for notebook in sorted(notebooks, key=_order)[:MOST_IN_GROUP]
    )
    more = len(notebooks) - len(shown)
    rest = (text("more", f"… and {more} more: notebook-tray list --profile {name}"),) if more else ()
    return Entry(f"group/{name}", f"{name} — {running} of {len(notebooks)} running", children=(*shown, *rest))


def _notebook(notebook: Notebook, apart: _Apart, stale: str, profile: Profile | None) -> Entry:
    return Entry(
        f"notebook/{notebook.place.profile}/{notebook.arn}",
        words.notebook_label(notebook, apart.get(notebook.name, (False, False)), stale),
        children=_actions(
            words.cannot_open(notebook),
            profile.session_seconds if profile else DEFAULT_SESSION_SECONDS,
            profile.view if profile else View.LAB,
        ),
        subject=Subject(notebook.place.profile, notebook.arn),
    )


# Nearly every entry of a menu stands here, and many notebook instances share them.
@functools.lru_cache(maxsize=256)
def _actions(reason: str, session_seconds: int, view: View) -> tuple[Entry, ...]:
    """Return what can be done with a notebook instance, or why it can't be: for that, `reason` is not empty."""

    def action(key: str, label: str, command: OpenNotebook | CopyLink) -> Entry:
        return Entry(key, label, command) if not reason else Entry(key, f"{label} — {reason}", enabled=False)

    length = format_session_length(session_seconds)
    return (
        action("lab", f"Open JupyterLab ({length})", OpenNotebook(View.LAB, session_seconds)),
        action("classic", f"Open Jupyter ({length})", OpenNotebook(View.CLASSIC, session_seconds)),
        SEPARATOR,
        *(
            action(
                f"lab/{seconds}", f"JupyterLab for {format_session_length(seconds)}", OpenNotebook(View.LAB, seconds)
            )
            for seconds in OFFERED_SESSION_SECONDS
        ),
        SEPARATOR,
        action("copy", "Copy link", CopyLink(view, session_seconds)),
    )


def _autostart(snapshot: Snapshot) -> tuple[Entry, ...]:
    starts = snapshot.starts_at_login
    return () if starts is None else (Entry("autostart", "Start at login", SetAutostart(not starts), checked=starts),)


# Remembered: entries that are the very same as in the menu before need not be looked at.
@functools.lru_cache(maxsize=1)
def _lengths(profiles: tuple[Profile, ...]) -> tuple[Entry, ...]:
    if not profiles:
        return (text("none", "There is no profile yet to set it for"),)
    in_use = {profile.session_seconds for profile in profiles}
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
        each = ", ".join(f"{p.name} {format_session_length(p.session_seconds)}" for p in profiles[:4])
        return (text("differ", f"Now by profile: {each}{'…' if len(profiles) > 4 else ''}"), *entries)
    if in_use and not in_use <= set(OFFERED_SESSION_SECONDS):
        return (text("other", f"Now: {format_session_length(*in_use)}"), *entries)
    return entries


@functools.lru_cache(maxsize=1)
def _profiles(profiles: tuple[Profile, ...], aws_profiles: tuple[str, ...]) -> tuple[Entry, ...]:
    used = {profile.aws_profile for profile in profiles}
    there = set(aws_profiles)
    entries = [
        Entry(
            f"profile/{profile.name}",
            _profile_label(profile, there),
            # A click would throw away a secret that can't be had again: that is for `notebook-tray profiles remove`.
            None if profile.access_key_id else UncheckProfile(profile.name),
            checked=True,
        )
        for profile in profiles
    ] + [Entry(f"aws/{name}", name, CheckProfile(name), checked=False) for name in aws_profiles if name not in used]
    if not entries:
        return (text("none", "None in the AWS config file yet: ask your administrator for one"),)
    shown, more = tuple(entries[:MOST_PROFILES]), len(entries) - MOST_PROFILES
    return (*shown, text("more", f"… and {more} more: notebook-tray profiles discover")) if more > 0 else shown


def _profile_label(profile: Profile, aws_profiles: Collection[str]) -> str:
    if profile.access_key_id:
        return f"{profile.name} (access key {cut(profile.access_key_id)})"
    label = (
        profile.name if profile.name == profile.aws_profile else f"{profile.name} (AWS profile {profile.aws_profile})"
    )
    return label if profile.aws_profile in aws_profiles else f"{label} — not in the AWS config"


def _order(notebook: Notebook) -> tuple[bool, bool, str, str, str]:
    # Running ones first, then those on their way there.
    status, place = notebook.status, notebook.place
    return status != Status.IN_SERVICE, status != Status.PENDING, notebook.name.lower(), place.profile, place.region


def _stale_words(state: PlaceState, now: float) -> str:
    """Return how long ago the notebook instances of a place were known, where it can't be listed now."""
    return words.age_words(now - state.listed_at) if state.problem and state.listed_at is not None else ""

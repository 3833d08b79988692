"""The whole menu from a snapshot: pure. The time is passed in; its hours of the day are those of the system's zone.

There are two layouts. Where submenus open beside the menu, the line of a notebook instance opens a list of actions, at
most two levels below the top. Some hosts (GNOME) open submenus inside the menu. There a list gets only the height that
the lines around it leave on the screen, and a submenu inside a list that scrolls gets no height at all. So the top is
kept short, and the lines of a group open notebook instances directly, for the session length that is set.
"""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.menu import words
from tray.menu.entries import SEPARATOR, Entry, text
from tray.menu.finding import look_entries, looks_among_profiles, search_entries
from tray.menu.help import help_entry
from tray.menu.names import short
from tray.menu.notebooks import inline_notebook_entries, last_opened, notebook_entries, opened_lately
from tray.menu.power import question_entries
from tray.menu.problems import problem_entries
from tray.menu.signing_in import sign_in_entries
from tray.menu.spent import spent_entries, spent_lines
from tray.menu.stop_all import asks_to_stop_all, stop_all_entries, stop_all_question
from tray.model.access_keys import cut
from tray.model.commands import (
    CheckProfile,
    Quit,
    Refresh,
    SetAutostart,
    SetLooks,
    SetNotifications,
    SetSessionLength,
    SetView,
    ShowNotebooks,
    ShowSettings,
    ShowSetUp,
    UncheckProfile,
)
from tray.model.lengths import MAXIMUM_SESSION_SECONDS, OFFERED_SESSION_SECONDS
from tray.model.notification_kinds import NotificationKind
from tray.texts import identity_center as centers
from tray.texts import menu as texts
from tray.texts import menu_pages as page_texts
from tray.texts import policy as policy_texts
from tray.texts import stop_all as stop_all_texts
from tray.texts.clock import follow_time_zone
from tray.texts.lengths import session_length

if TYPE_CHECKING:
    from tray.fleet.snapshot import Profile, Snapshot
    from tray.model.policy import Limits

# A screen of 768 pixels has room for this many.
MOST_PROFILES = MOST_ROWS = 24


def menu(snapshot: Snapshot, now: float, *, inline: bool = False, lasting: bool = False) -> tuple[Entry, ...]:
    """Return the menu for `snapshot` at the time `now`, in seconds since the epoch.

    :param inline: whether the host opens submenus inside the menu, and not beside it
    """
    follow_time_zone()
    known = snapshot.listing
    unread = "" if known.keyring_read or known.profiles else words.unread(known)
    there = frozenset(name for name, _ in known.aws_roles)
    policy = snapshot.policy
    limits, theirs = policy.limits, frozenset(each.name for each in policy.profiles)
    found = _profiles(known.profiles, known.unchecked, known.aws_profiles, there, unread, theirs, limits.own_profiles)
    looks = looks_among_profiles(snapshot, inline=inline)
    profiles = Entry("profiles", texts.profiles(), children=(*found, *looks) if looks else found)
    configured = bool(snapshot.listing.profiles) or not snapshot.listing.keyring_read
    top = (
        text("state", words.state_line(snapshot, now, lasting=lasting)),
        *question_entries(snapshot, now),
        *stop_all_question(snapshot, now),
        *search_entries(snapshot),
        *last_opened(snapshot),
        *(() if inline else opened_lately(snapshot)),
        *(() if configured else (profiles, *(_add() if limits.own_profiles else ()))),
        *sign_in_entries(snapshot, most_at_top=1 if inline else 3),
        *problem_entries(snapshot, inline=inline),
    )
    all_of_them = Entry("all", texts.all_notebooks(), ShowNotebooks())
    notebooks = inline_notebook_entries(snapshot, now) if inline else notebook_entries(snapshot, now)
    # Each line at the top is taken from the lists. The line that says how many are left out leads to the page, too.
    elsewhere = inline or any(entry.command == all_of_them.command for entry in notebooks)
    looking = look_entries(snapshot)
    asks = stop_all_entries(asks_to_stop_all(snapshot)) if not inline else ()
    lines = spent_lines(snapshot, now)
    spent = spent_entries(lines) if not inline else ()

    def settings(in_help: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return (
            *(() if elsewhere else (all_of_them,)),
            Entry("refresh", texts.refresh(), Refresh()),
            Entry("length", _length_label(known.profiles), children=_lengths(known.profiles, unread, limits)),
            *((profiles,) if configured else ()),
            *_others(snapshot, all_of_them if inline else None, in_help),
        )

    others = settings(() if spent else lines)
    if _rows(top, looking, notebooks, asks, spent, others) > MOST_ROWS:
        spent, others = (), settings(lines)
    if _rows(top, looking, notebooks, asks, others) > MOST_ROWS:
        asks = ()  # it is in the lists of the notebook instances that it would stop
    quits = Entry("quit", texts.quit_(), Quit())
    return (*top, SEPARATOR, *looking, *notebooks, *asks, *spent, SEPARATOR, *others, SEPARATOR, quits)


def _rows(*parts: tuple[Entry, ...]) -> int:
    """Return how many rows the menu takes, with Quit."""
    return sum(entry is not SEPARATOR for part in parts for entry in part) + 1


def _others(snapshot: Snapshot, without_room: Entry | None, in_help: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the settings without room at the top of an inline menu, and Help, in which they are there.

    :param without_room: what else has no room there; None beside a menu whose lists open beside it
    :param in_help: lines for reading that have no room at the top
    """
    autostart, kinds = _autostart(snapshot), _notifications(snapshot.notifications_off)
    looks = _looks(snapshot.looks_off, snapshot.policy.limits.look_before_stop)
    page = Entry("settings", page_texts.settings(), ShowSettings())
    if without_room is None:
        # Below the line for the question before a stop; at the top, it would take a row.
        shown = Entry("notifications", texts.notifications(), children=_together(kinds, looks))
        return (shown, *autostart, page, help_entry(snapshot, before=in_help))
    # A list inside this list would get no height.
    heading = text("notifications", texts.notifications())
    settings = (without_room, page, SEPARATOR, *autostart, *looks, SEPARATOR, heading, *kinds)
    return (help_entry(snapshot, settings, before=in_help),)


@functools.lru_cache(maxsize=2)
def _together(kinds: tuple[Entry, ...], looks: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return (*kinds, SEPARATOR, *looks)


@functools.lru_cache(maxsize=2)
def _looks(off: bool, allowed: bool) -> tuple[Entry, ...]:
    if not allowed:
        label = texts.not_now(stop_all_texts.look_before_a_stop(), policy_texts.reason())
        return (Entry("looks", label, enabled=False, checked=False),)
    return (Entry("looks", stop_all_texts.look_before_a_stop(), SetLooks(off), checked=not off),)


@functools.lru_cache(maxsize=1)
def _notifications(off: frozenset[NotificationKind]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            f"notifications/{kind.value}",
            texts.notification_kind(kind.value),
            SetNotifications(kind, kind in off),
            checked=kind not in off,
        )
        for kind in NotificationKind
    )


def _autostart(snapshot: Snapshot) -> tuple[Entry, ...]:
    starts = snapshot.starts_at_login
    if starts is None:
        return ()
    return (Entry("autostart", texts.start_at_login(), SetAutostart(not starts), checked=starts),)


def _length_label(profiles: tuple[Profile, ...]) -> str:
    in_use = {profile.session_seconds for profile in profiles}
    return texts.session_length(session_length(*in_use) if len(in_use) == 1 else None)


# Cached, because the menu skips entries that are the same objects as in the menu before.
@functools.lru_cache(maxsize=1)
def _lengths(profiles: tuple[Profile, ...], unread: str, limits: Limits) -> tuple[Entry, ...]:
    if unread:
        return (text("none", unread),)
    if not profiles:
        return (text("none", texts.no_profile_to_set()),)
    in_use = {profile.session_seconds for profile in profiles}
    entries = tuple(
        Entry(
            f"{seconds}",
            session_length(seconds),
            SetSessionLength(seconds),
            checked=in_use == {seconds},
            radio=True,
        )
        for seconds in OFFERED_SESSION_SECONDS
        if seconds <= limits.longest_session_seconds
    )
    if limits.longest_session_seconds < MAXIMUM_SESSION_SECONDS:
        entries = (*entries, text("longest", policy_texts.at_most(limits.longest_session_seconds)))
    views = tuple(
        Entry(
            f"view/{view.value}",
            texts.in_view(view.label),
            SetView(view),
            checked={profile.view for profile in profiles} == {view},
            radio=True,
        )
        for view in limits.views
    )
    if len(limits.views) == 1:
        (only,) = views
        views = (replace(only, label=texts.not_now(only.label, policy_texts.reason()), command=None, enabled=False),)
    return (*_lengths_in_use(profiles, in_use), *entries, SEPARATOR, *views)


def _lengths_in_use(profiles: tuple[Profile, ...], in_use: Collection[int]) -> tuple[Entry, ...]:
    """Return a line with the session lengths in use, if no radio item shows them."""
    if len(in_use) > 1:
        each = [texts.length_of(short(p.name, 16), session_length(p.session_seconds)) for p in profiles[:2]]
        return (text("differ", texts.lengths_differ(each, more=len(profiles) > 2)),)
    if not set(in_use) <= set(OFFERED_SESSION_SECONDS):
        return (text("other", texts.length_now(session_length(*in_use))),)
    return ()


@functools.lru_cache(maxsize=1)
def _profiles(
    profiles: tuple[Profile, ...],
    unchecked: tuple[Profile, ...],
    aws_profiles: tuple[str, ...],
    as_roles: frozenset[str],
    unread: str,
    theirs: frozenset[str] = frozenset(),
    may_add: bool = True,
) -> tuple[Entry, ...]:
    """Return the profiles; `unread` says why nobody knows which there are, empty where they are known.

    :param as_roles: the AWS profiles that sign with a role that a profile signs with by itself
    :param theirs: the names of those that an administrator has set
    :param may_add: whether users may have others
    """
    if unread:
        return (text("none", unread),)
    used = as_roles.union(profile.aws_profile for profile in (*profiles, *unchecked))
    there = set(aws_profiles)
    entries = [
        Entry(
            f"profile/{profile.name}",
            _profile_label(profile, there, theirs),
            UncheckProfile(profile.name),
            checked=True,
        )
        for profile in profiles
    ]
    entries += [
        Entry(
            f"profile/{profile.name}",
            _profile_label(profile, there, theirs),
            CheckProfile(profile.aws_profile, profile.name),
            checked=False,
        )
        for profile in unchecked
    ]
    entries += [
        Entry(f"aws/{name}", short(name), CheckProfile(name), checked=False)
        for name in aws_profiles
        if name not in used and may_add
    ]
    last = _add() if may_add else (text("policy", policy_texts.set_by_administrator()),)
    if not entries:
        return (text("none", texts.no_profiles_in_config()), SEPARATOR, *last) if may_add else last
    most = MOST_PROFILES - 2  # with the lines below them
    shown, more = tuple(entries[:most]), len(entries) - most
    rest = (text("more", page_texts.more_profiles(more)),) if more > 0 else ()
    return (*shown, *rest, SEPARATOR, *last)


def _add() -> tuple[Entry, ...]:
    return (Entry("set-up", page_texts.add_a_profile(), ShowSetUp()),)


def _profile_label(profile: Profile, aws_profiles: Collection[str], theirs: Collection[str]) -> str:
    label = _label_of(profile, aws_profiles)
    return policy_texts.profile(label) if profile.name in theirs else label


def _label_of(profile: Profile, aws_profiles: Collection[str]) -> str:
    if profile.access_key_id:
        return texts.profile_with_key(short(profile.name), cut(profile.access_key_id))
    if (role := profile.center_role) is not None:
        return centers.profile_with_role(short(profile.name, 24), short(role.role, 24), role.account)
    there = profile.aws_profile in aws_profiles
    if profile.name == profile.aws_profile:
        return texts.profile_of(short(profile.name), "", there)
    return texts.profile_of(short(profile.name, 24), short(profile.aws_profile, 24), there)

"""What the page shows, as values that JSON has: pure functions of a snapshot. No secret is among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.fleet.snapshot import Source
from tray.menu import words
from tray.model import commands as c
from tray.model.access_keys import cut
from tray.model.identity_center import CenterRole
from tray.model.lengths import MAXIMUM_SESSION_SECONDS
from tray.model.policy import locked_of_profile, locked_settings
from tray.model.problems import Kind
from tray.model.settings import PROGRAM_SETTINGS, kind_of
from tray.model.signer import AwsProfile, StoredKey
from tray.texts import policy as policy_texts
from tray.texts import settings as texts
from tray.texts.clock import written
from tray.texts.identity_center import role_of
from tray.texts.lengths import session_length

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tray.fleet.snapshot import Listing, Profile, Snapshot
    from tray.model.policy import Policy
    from tray.model.problems import Problem
    from tray.model.trials import Trial


def profiles(listing: Listing) -> dict[str, Any]:
    """Return what the page shows of the profiles: thousands of them change seldom."""
    there = frozenset(listing.aws_profiles)
    return {
        "profiles": sorted(
            (
                *(_profile(each, there, is_shown=True) for each in listing.profiles),
                *(_profile(each, there, is_shown=False) for each in listing.unchecked),
                *({"name": name, "problem": in_words(problem)} for name, problem in unreadable(listing).items()),
            ),
            # By name: one that is hidden or renamed is found where it was.
            key=lambda each: each["name"].casefold(),
        ),
        "aws_profiles": list(listing.aws_profiles),
    }


def around(snapshot: Snapshot, now: float) -> dict[str, Any]:
    """Return all else that the page shows.

    :param now: seconds since the epoch
    """
    notice = snapshot.tasks.notice
    refused = field_of(notice.command) if notice is not None else None
    return {
        "state": words.state_line(snapshot, now),
        "read": snapshot.listing.keyring_read,
        "keyring": [in_words(problem) for about, problem in snapshot.listing.problems if about is Source.KEYRING],
        "program": {each.name: _program(snapshot, each.name) for each in PROGRAM_SETTINGS},
        "policy": _policy(snapshot.policy),
        "trials": {each.profile: _trial(each, now) for each in snapshot.trials},
        "under_way": [list(field) for field in _under_way(snapshot)],
        "refused": None
        if notice is None or refused is None
        else {"field": list(refused), "since": notice.since, **in_words(notice.problem)},
    }


def _policy(policy: Policy) -> dict[str, Any]:
    """Return what an administrator has set, as far as it changes the page.

    `every` are the settings of all profiles that can't be changed, and `profiles` those of the administrator's own.
    """
    limits = policy.limits
    longest = limits.longest_session_seconds
    return {
        "program": sorted(locked_settings(policy)),
        "every": sorted(locked_of_profile(policy, "")),
        "profiles": {each.name: sorted(locked_of_profile(policy, each.name)) for each in policy.profiles},
        "longest": longest,
        "at_most": policy_texts.at_most(longest) if longest < MAXIMUM_SESSION_SECONDS else "",
        "views": [each.value for each in limits.views],
        "may_add": limits.own_profiles,
        "may_have_keys": limits.access_keys,
    }


def unreadable(listing: Listing) -> Mapping[str, Problem]:
    """Return why profiles that the keyring has can't be read, by their names."""
    known = {each.name for each in (*listing.profiles, *listing.unchecked)}
    return {
        about: problem
        for about, problem in listing.problems
        if isinstance(about, str) and about not in known and problem.kind is Kind.KEYRING
    }


def in_words(problem: Problem) -> dict[str, str]:
    """Return a problem as the page shows it."""
    return {"title": problem.title, "message": problem.message, "remedy": problem.remedy}


def field_of(command: c.Command) -> tuple[str, str] | None:
    """Return which field a command is about: a profile, empty for the whole program, and a setting or a button."""
    match command:
        case c.RenameProfile(profile):
            return profile, "name"
        case c.CheckProfile(_, profile) | c.UncheckProfile(profile):
            return profile, "shown"
        case c.SignWithAwsProfile(profile) | c.SignWithAccessKey(profile):
            return profile, "credentials"
        case c.SetRegions(profile):
            return profile, "regions"
        case c.SetSessionLength(profile=profile) if profile:
            return profile, "session_seconds"
        case c.SetView(profile=profile) if profile:
            return profile, "view"
        case c.SetLeftRunning(profile=profile):
            return profile, "left_running_hours"
        case c.SetStopAt(profile=profile):
            return profile, "stop_at"
        case c.SetStopWhenIdle(profile=profile):
            return profile, "stop_when_idle_hours"
        case c.SetStopAtLogout(profile=profile):
            return profile, "stop_at_logout"
        case c.SetScheduleRole(profile=profile):
            return profile, "schedule_role"
        case c.RemoveProfile(profile):
            return profile, "remove"
        case c.TryProfile(profile):
            return profile, "test"
        case c.SetAutostart():
            return "", "autostart"
        case c.SetOwnerTag():
            return "", "owner-tag"
        case c.SetLooks():
            return "", "look-before-stop"
        case c.SetUpdateCheck():
            return "", "check-updates"
        case c.SetNotifications(kind):
            return "", f"notify-{kind.value}"
    return None


def spelled(command: c.Command) -> str:
    """Return the value that a command sets as the page writes it; empty where it is no text of the user's."""
    match command:
        case c.SetSessionLength(seconds):
            return session_length(seconds)
        case c.SetLeftRunning(hours):
            return str(hours)
        case c.SetStopAt(time):
            return written(time)
        case c.SetStopWhenIdle(hours):
            return str(hours)
        case c.SetScheduleRole(arn):
            return arn
        case c.SetOwnerTag(key):
            return key
    return ""


def _profile(profile: Profile, aws_profiles: Collection[str], *, is_shown: bool) -> dict[str, Any]:
    return {
        "name": profile.name,
        "shown": is_shown,
        "aws_profile": profile.aws_profile,
        "in_config": profile.aws_profile in aws_profiles,
        "own": _own_signer(profile),
        "key": bool(profile.access_key_id),
        "regions": list(profile.regions),
        "seconds": profile.session_seconds,
        "length": session_length(profile.session_seconds),
        "view": profile.view.value,
        "left_running_hours": profile.left_running_hours,
        "stop_at": written(profile.stop_at),
        "stop_when_idle_hours": profile.stop_when_idle_hours,
        "stop_at_logout": profile.stop_at_logout,
        "schedule_role": profile.schedule_role,
    }


def _own_signer(profile: Profile) -> str:
    """Return what a profile signs with that no AWS profile names; empty where one does."""
    match profile.signer:
        case AwsProfile():
            return ""
        case StoredKey(key_id=key_id):
            return texts.own_key_now(cut(key_id))
        case CenterRole() as role:
            return role_of(role.role, role.account)


def _program(snapshot: Snapshot, name: str) -> bool | str | None:
    """Return what a setting of the whole program is set to; None if that can't be read or changed here."""
    if (kind := kind_of(name)) is not None:
        return kind not in snapshot.notifications_off
    match name:
        case "autostart":
            return snapshot.starts_at_login
        case "look-before-stop":
            return not snapshot.looks_off and snapshot.policy.limits.look_before_stop
        case "check-updates":
            return not snapshot.update_check_off and snapshot.policy.limits.update_check
        case "owner-tag":
            return snapshot.owner_tag
    raise KeyError(name)


def _trial(trial: Trial, now: float) -> dict[str, Any]:
    if not trial.over:
        return {"over": False}
    first = trial.first_problem
    return {
        "over": True,
        "age": texts.tested(now - trial.since),
        "found": [
            texts.found(each.region, each.count) if each.count else texts.found_nothing(each.region)
            for each in trial.regions
            if each.problem is None
        ],
        "problems": [
            *([in_words(trial.problem)] if trial.problem is not None else []),
            *(
                {**in_words(each.problem), "title": texts.failed_in(each.region, each.problem.title)}
                for each in trial.regions
                if each.problem is not None
            ),
        ],
        "signs_in": first is not None and first.sign_in is not None,
    }


def _under_way(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for task in snapshot.tasks.under_way:
        if (field := field_of(task.command)) is not None:
            yield field

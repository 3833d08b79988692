"""What the user gave on the page, from its JSON: checked for its form, and against what is known now. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.app_pages.setup.shown import names_in_use, signed_by_aws_profiles
from tray.app_pages.shared.asked import ChoiceError, text_of
from tray.model.new_profiles import KeyForm, NewProfile
from tray.model.profile_names import fault_of, free_name

if TYPE_CHECKING:
    from tray.fleet.snapshot import Profile, Snapshot
    from tray.model.new_profiles import SetUpFile
    from tray.model.problems import Problem

# Longer than any name, key, link or token; a set-up file has a limit of its own.
LONGEST = 16 * 1024

_FIELDS = {
    "name-refused": "name",
    "profile-exists": "name",
    "unreadable-profile-exists": "name",
    "key-id-refused": "key_id",
    "secret-refused": "secret",
    "session-token-refused": "token",
    "session-token-missing": "token",
    "region-refused": "region",
    "region-not-known": "region",
    "no-region-for-key": "region",
}


def from_config(values: dict[str, Any], snapshot: Snapshot) -> tuple[NewProfile, ...]:
    """Return the profiles for the AWS profiles that the user has chosen.

    Those that are configured are left out, and those whose names no profile can have.

    :raises ChoiceError: one of them is not in the AWS config, or none is left
    """
    listing = snapshot.listing
    there = frozenset(listing.aws_profiles)
    added, hidden = (
        signed_by_aws_profiles(listing, listing.profiles),
        signed_by_aws_profiles(listing, listing.unchecked),
    )
    taken = set(names_in_use(snapshot))
    found: list[NewProfile] = []
    for name in dict.fromkeys(_names(values)):
        if name not in there:
            raise ChoiceError("not in the AWS config")
        if name in added or fault_of(name):
            continue
        if name in hidden:
            found.append(_as_it_was(hidden[name]))
            continue
        free = free_name(name, taken)
        taken.add(free)
        found.append(NewProfile(free, name))
    if not found:
        raise ChoiceError("nothing to add")
    return tuple(found)


def _as_it_was(hidden: Profile) -> NewProfile:
    """Return what lists a hidden profile again: one of an AWS profile is given no more than its name."""
    if hidden.center_role is None:
        return NewProfile(hidden.name, hidden.aws_profile)
    return NewProfile(
        hidden.name,
        regions=hidden.regions,
        session_seconds=hidden.session_seconds,
        view=hidden.view,
        center_role=hidden.center_role,
        left_running_hours=hidden.left_running_hours,
        stop_at=hidden.stop_at,
        stop_when_idle_hours=hidden.stop_when_idle_hours,
        stop_at_logout=hidden.stop_at_logout,
    )


def from_file(values: dict[str, Any], read: SetUpFile, snapshot: Snapshot) -> tuple[NewProfile, ...]:
    """Return the profiles of a file that the user has chosen, those whose name is free.

    :raises ChoiceError: one of them is not in the file, or none is left
    """
    offered = {each.name: each.profile for each in read.profiles if each.profile is not None and each.problem is None}
    taken = names_in_use(snapshot)
    found: list[NewProfile] = []
    for name in dict.fromkeys(_names(values)):
        profile = offered.get(name)
        if profile is None:
            raise ChoiceError("not in the file")
        if name not in taken:
            found.append(profile)
    if not found:
        raise ChoiceError("nothing to add")
    return tuple(found)


def key_form(values: dict[str, Any]) -> KeyForm:
    """Return what the user typed for an access key.

    :raises ChoiceError: a member is missing
    """
    return KeyForm(
        name=text_of(values, "name", LONGEST),
        region=text_of(values, "region", LONGEST),
        key_id=text_of(values, "key_id", LONGEST),
        secret=text_of(values, "secret", LONGEST),
        session_token=text_of(values, "token", LONGEST),
        allow_unknown_region=values.get("any_region") is True,
    )


def field_of(problem: Problem) -> str:
    """Return beside which field a problem is shown."""
    return str(dict(problem.places).get("field", _FIELDS.get(problem.code, "name")))


def _names(values: dict[str, Any]) -> list[str]:
    names = values.get("names")
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise ChoiceError("no names")
    return names

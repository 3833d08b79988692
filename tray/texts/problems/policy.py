"""What an administrator's policy forbids, and what is wrong with a policy."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.lengths import session_length
from tray.texts.problems.table import Words, problem
from tray.texts.shell import command


def _ask_the_administrator() -> str:
    return _("Ask your administrator if you need it; “{command}” lists what they have set.", command=command("policy"))


@problem
def policy_forbids(what: str) -> Words:
    """`what` is a member of `model.policy.Limits`, or `view`."""
    message = {
        "copy_link": _("Your administrator has set that links are not copied or printed."),
        "stop": _("Your administrator has set that notebook instances are not stopped here."),
        "access_keys": _("Your administrator has set that access keys in the keyring are not used."),
        "look_before_stop": _("Your administrator has set that nobody looks into notebook instances before a stop."),
        "own_profiles": _("Your administrator has set which profiles there are."),
        "update_check": _("Your administrator has set that newer releases are not looked for."),
        "view": _("Your administrator has set in which view notebook instances open."),
    }[what]
    return Words(_("Set by your administrator"), message, _ask_the_administrator())


@problem
def policy_session_too_long(longest_seconds: int) -> Words:
    return Words(
        _("Set by your administrator"),
        _("Your administrator allows sessions of {length} at most.", length=session_length(longest_seconds)),
        _("Choose a shorter session length."),
    )


@problem
def policy_profile_fixed(profile: str) -> Words:
    return Words(
        _("Set by your administrator"),
        _("The profile “{profile}” is your administrator's: this can't be changed here.", profile=profile),
        _ask_the_administrator(),
    )


@problem
def policy_choice_not_kept(path: str, reason: str) -> Words:
    return Words(
        _("The setting was not kept"),
        _("{path} can't be written to: {reason}.", path=path, reason=reason),
        _("Make room there, or make it writable for you."),
    )


@problem
def policy_not_trusted(path: str, fault: str) -> Words:
    """`fault` is one of `owner`, `writable` and `elsewhere`."""
    message = {
        "owner": _("{path} belongs to another user than root, who could change the policy.", path=path),
        "writable": _("Others than root may write to {path}, and so could change the policy.", path=path),
        "elsewhere": _("A link leads to {path}, where policies are not read.", path=path),
    }[fault]
    return Words(
        _("The policy is not trusted"),
        message,
        _("Tell your administrator: “chown root” and “chmod go-w” for the file and each folder above it."),
    )


@problem
def policy_unreadable(path: str, reason: str) -> Words:
    return Words(
        _("The policy can't be read"),
        _("{path} can't be read: {reason}.", path=path, reason=reason),
        _("Tell your administrator: all users have to be able to read it."),
    )


@problem
def policy_unknown_key(key: str) -> Words:
    return Words(
        _("No such policy"),
        _("“{key}” is nothing that this release knows.", key=key),
        _("Tell your administrator: docs/policy.md has all names."),
    )


@problem
def policy_value_wrong(key: str, wanted: str) -> Words:
    """`wanted` is the name of a `model.policy.Form` in lower case."""
    message = {
        "switch": _("“{key}” has to be true or false (in Windows' registry 1 or 0).", key=key),
        "length": _("“{key}” has to be a session length such as “90m” or “8h”.", key=key),
        "views": _("“{key}” has to be a list of “lab” and “classic”.", key=key),
        "address": _("“{key}” has to be an address that begins with https:// or http://.", key=key),
        "profiles": _("“{key}” has to be a list of tables ([[profiles]]), 500 at most.", key=key),
    }[wanted]
    return Words(_("Wrong value in the policy"), message, _("Tell your administrator."))


@problem
def updates_not_kept(path: str, reason: str) -> Words:
    return Words(
        _("The setting was not kept"),
        _("{path} can't be written to: {reason}.", path=path, reason=reason),
        _("Make room there, or make it writable for you."),
    )

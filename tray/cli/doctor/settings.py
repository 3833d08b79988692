"""Checks of what is configured: the keyring, the profiles in it, and the AWS config files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.cli.doctor.checks import Check, CheckState
from tray.model.problems import TrayError
from tray.texts import doctor as texts
from tray.texts import policy as policy_texts

if TYPE_CHECKING:
    from pathlib import Path

    from tray.aws.cloud import Cloud
    from tray.model.notebooks import Scope
    from tray.model.problems import Problem
    from tray.settings.profiles.model import Profile


# What is told one by one of what the config's sections and settings have wrong.
_MOST_OF_THE_CONFIG = 20


@dataclass(frozen=True, slots=True)
class StoredSettings:
    """What the keyring keeps; `profiles` is None where it can't be read."""

    checks: tuple[Check, ...]
    profiles: tuple[Profile, ...] | None


def keyring() -> StoredSettings:
    """Look into the keyring, without ever asking the user to unlock it."""
    from tray.fleet.profiles.policed_profiles import PolicedStore
    from tray.settings.profiles.backend import open_backend
    from tray.settings.profiles.errors import LOCKED

    unread = Check(texts.profiles(), CheckState.SKIPPED, texts.needs_keyring())
    try:
        backend = open_backend()
    except TrayError as error:
        return StoredSettings((Check.of(texts.keyring(), error.problem), unread), None)
    name = _name(type(backend))
    if "kwallet" in name:
        # This keyring asks the user by itself if the wallet is closed, even if it is told not to.
        return StoredSettings(
            (Check(texts.keyring(), CheckState.SKIPPED, texts.keyring_not_opened(name)), unread), None
        )
    try:
        stored = PolicedStore(backend).load(ask=False)
    except TrayError as error:
        locked = error.problem.code in LOCKED
        remedy = texts.unlock() if error.problem.code == "keyring-locked-unasked" else error.problem.remedy
        what = texts.keyring_problem(error.problem.title, name, error.problem.message)
        return StoredSettings(
            (Check(texts.keyring(), CheckState.WARNING if locked else CheckState.FAILED, what, remedy), unread), None
        )
    checks = [Check(texts.keyring(), CheckState.OK, texts.keyring_keeps(name))]
    checks += [
        Check.of(texts.profile(bad.name) if bad.name else texts.profiles(), bad.problem) for bad in stored.problems
    ]
    names = [profile.name for profile in stored.profiles]
    if stored.profiles:
        checks.append(Check(texts.profiles(), CheckState.OK, texts.configured(names)))
    elif not stored.problems:
        checks.append(Check(texts.profiles(), CheckState.WARNING, *texts.nothing_configured()))
    return StoredSettings(tuple(checks), stored.profiles)


def policy() -> list[Check]:
    """Read what an administrator has set."""
    from tray.fleet.profiles.policy_watch import read_policy

    name, found = policy_texts.doctor_name(), read_policy()
    if found.errors:
        first = found.errors[0]
        place = policy_texts.place(first.where, first.key, first.line)
        said = policy_texts.error(place, first.problem.message)
        return [Check(name, CheckState.WARNING, *policy_texts.doctor_errors(len(found.errors), said))]
    names = [each for each, _ in found.set_by]
    return [Check(name, CheckState.OK, policy_texts.doctor_sets(names) if names else policy_texts.doctor_none())]


def _name(backend: type) -> str:
    """Return the name of a keyring's backend: its module within the keyring library."""
    if backend.__module__ == "tray.settings.profiles.secret_service":
        return "Secret Service"
    return re.sub(r"^keyring\.backends\.", "", f"{backend.__module__}.{backend.__qualname__}")


def config_files() -> list[Check]:
    """Parse the AWS config and credentials files separately."""
    from tray.aws.config import config_paths
    from tray.aws.config_checks import sections_not_read

    paths = config_paths()
    names = dict(zip(paths, (texts.aws_config(), texts.aws_credentials()), strict=True))
    checks = [_file(name, path) for path, name in names.items()]
    if all(check.what == texts.no_file(path) for check, path in zip(checks, paths, strict=True)):
        checks[0] = Check(texts.aws_config(), CheckState.FAILED, *texts.no_aws_files(*paths))
    dropped = [(names[each.path], each.problem) for each in sections_not_read()]
    wrong = [(texts.aws_config(), problem) for problem in _wrong_settings()]
    found = [Check.of(name, problem, CheckState.WARNING) for name, problem in (*dropped, *wrong)]
    if len(found) > _MOST_OF_THE_CONFIG:
        more = len(found) - _MOST_OF_THE_CONFIG
        found = [
            *found[:_MOST_OF_THE_CONFIG],
            Check(texts.aws_config(), CheckState.WARNING, *texts.more_of_the_config(more)),
        ]
    return [*checks, *found]


def _wrong_settings() -> list[Problem]:
    """Return what of all AWS profiles' settings doesn't work."""
    from tray.aws.config import readable_aws_files
    from tray.aws.setting_faults import all_faults

    try:
        files = readable_aws_files()
    except TrayError:
        return []  # the check of the file tells
    return [fault.error().problem for fault in all_faults(files, _MOST_OF_THE_CONFIG + 1)]


def _file(name: str, path: Path) -> Check:
    from tray.aws.config_checks import check_aws_file

    try:
        sections = check_aws_file(path)
    except TrayError as error:
        return Check.of(name, error.problem)
    if sections is None:
        return Check(name, CheckState.OK, texts.no_file(path))
    return Check(name, CheckState.OK, texts.sections(path, sections))


def scopes_of(cloud: Cloud, profile: Profile) -> tuple[Scope, ...]:
    """Return the scopes of a profile.

    :raises TrayError: the regions of the profile can't be found out
    """
    return cloud.scopes(profile.name, profile.signer, profile.regions)


def scopes_of_config() -> tuple[Scope, ...]:
    """Return a scope for each region that the AWS config files name, to test the way to AWS without a profile.

    :raises TrayError: the files can't be read
    """
    from tray.aws.config import read_aws_profiles
    from tray.model.notebooks import Scope
    from tray.model.signer import AwsProfile

    found: dict[str, Scope] = {}
    for each in read_aws_profiles():
        if each.region:
            found.setdefault(each.region, Scope(each.name, each.region, AwsProfile(each.name)))
    return tuple(found.values())

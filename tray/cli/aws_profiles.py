"""The AWS profiles of the AWS config file, and which of them are configured: `notebook-tray profiles discover`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import click

from tray.cli.output import complain, print_json, problem_json, say, table, terminal_width
from tray.cli.stores import profile_store
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.texts import commands as texts
from tray.texts import help as helps
from tray.texts.language import joined

if TYPE_CHECKING:
    from tray.aws.config import ConfigProfile
    from tray.model.identity_center import CenterRole
    from tray.settings.profiles.model import Profile


@click.command(help=helps.command("profiles discover"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
def discover(as_json: bool) -> None:
    """Be `notebook-tray profiles discover`."""
    from tray.aws.config import config_paths, read_aws_profiles
    from tray.aws.config_checks import refused_files, sections_not_read, unread_files

    found = read_aws_profiles()
    problems = [*unread_files(), *(each.problem for each in sections_not_read())]
    configured: dict[str, list[str]] = {}
    for aws_profile, name in configured_as(profile_store().load().profiles):
        configured.setdefault(aws_profile, []).append(name)
    if as_json:
        print_json(
            {
                "profiles": [
                    {"name": p.name, "region": p.region, "configured_as": configured.get(p.name, [])} for p in found
                ],
                "problems": [problem_json(problem, None, None) for problem in problems],
            }
        )
    else:
        if found:
            rows = [(p.name, p.region or "-", joined(configured.get(p.name, [])) or "-") for p in found]
            say(table(texts.aws_profile_headings(), rows, terminal_width()))
        else:
            say(texts.no_aws_profiles(*config_paths()), err=True)
        for problem in problems:
            complain(problem)
    if refused_files():
        sys.exit(ExitStatus.REFUSED)


def discovered(names: tuple[str, ...]) -> tuple[ConfigProfile, ...]:
    """Return the profiles of the AWS config file.

    :raises TrayError: (usage) it has no profiles, or none of one of these names, or can't be read
    """
    from tray.aws.config import config_paths, read_aws_profiles
    from tray.aws.config_checks import unread_files, why_missing

    found = read_aws_profiles()
    known = {profile.name for profile in found}
    unknown = [name for name in names if name not in known]
    reason = why_missing(unknown[0]) if unknown else next(iter(unread_files()), None)
    if reason is not None and (unknown or not found):
        raise TrayError.of(reason, ExitStatus.USAGE)
    if unknown or not found:
        raise TrayError(
            "aws-profile-not-found",
            kind=Kind.CONFIGURATION,
            status=ExitStatus.USAGE,
            unknown=tuple(unknown),
            known=tuple(profile.name for profile in found),
            config=config_paths()[0],
            credentials=config_paths()[1],
        )
    return found


def with_roles(profiles: Iterable[Profile]) -> Mapping[str, CenterRole]:
    """Return the AWS profiles that sign with the role of one of these profiles."""
    from tray.aws.config import aws_profiles_with

    return aws_profiles_with([each.center_role for each in profiles if each.center_role is not None])


def configured_as(profiles: Iterable[Profile]) -> Iterator[tuple[str, str]]:
    """Yield AWS profiles, each with the name of a profile that signs as it does."""
    profiles = tuple(profiles)
    roles = {each.center_role: each.name for each in profiles if each.center_role is not None}
    yield from ((each.aws_profile, each.name) for each in profiles if each.aws_profile)
    yield from ((name, roles[role]) for name, role in with_roles(profiles).items())


def warn_if_unknown(aws_profile: str) -> None:
    """Say on standard error that there is no such AWS profile, if there is none."""
    from tray.aws.config import read_aws_profiles

    if aws_profile not in {profile.name for profile in read_aws_profiles()}:
        say(texts.unknown_aws_profile(aws_profile), err=True)

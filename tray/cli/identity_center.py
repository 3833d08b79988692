"""Roles of IAM Identity Center on the command line: a profile that needs no AWS config."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tray.fleet.profiles.region_checks import check_regions
from tray.model.access_keys import cut
from tray.texts import commands
from tray.texts import help as helps
from tray.texts import identity_center as texts

if TYPE_CHECKING:
    from tray.model.identity_center import CenterRole
    from tray.settings.profiles.model import Profile

C = TypeVar("C", bound=Callable[..., Any])


def center_options(command: C) -> C:
    """Add the options that have a role of IAM Identity Center sign."""
    for option in (
        click.option("--role", metavar="R", help=helps.option("role")),
        click.option("--account", metavar="A", help=helps.option("account")),
        click.option("--sso-region", metavar="R", help=helps.option("sso-region")),
        click.option("--sso-start-url", "start_url", metavar="U", help=helps.option("sso-start-url")),
    ):
        command = option(command)
    return command


def center_role(
    start_url: str | None, region: str | None, account: str | None, role: str | None, *, any_region: bool
) -> CenterRole | None:
    """Return the role that the options name; None if they name none.

    :raises click.UsageError: some of the options are missing
    :raises TrayError: (usage) a value can't be right, or the region is unknown
    """
    from tray.model.identity_center import CenterRole, center_at

    given = (start_url, region, account, role)
    if not any(given):
        return None
    if not (start_url and region and account and role):
        raise click.UsageError(texts.all_options_together())
    check_regions((region,), allowed=(region,) if any_region else (), flag=True)
    return CenterRole(center_at(start_url, region), account, role)


def kind_of(profile: Profile) -> str:
    """Return which kind of credentials a profile has, for programs to read."""
    if profile.center_role is not None:
        return "identity center"
    return "access key" if profile.access_key_id else "aws profile"


def role_json(profile: Profile) -> dict[str, str] | None:
    """Return the role of IAM Identity Center with which a profile signs, for programs to read; None without one."""
    if (role := profile.center_role) is None:
        return None
    return {
        "start_url": role.center.start_url,
        "region": role.center.region,
        "account": role.account,
        "role": role.role,
    }


def signs_with(profile: Profile) -> str:
    """Return what a profile signs with, in a table for users."""
    if (role := profile.center_role) is not None:
        return texts.role_of(role.role, role.account)
    return commands.access_key(cut(profile.access_key_id)) if profile.access_key_id else profile.aws_profile

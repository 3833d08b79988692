"""Profiles that sign in through IAM Identity Center without an AWS config: on the command line and in lists."""

from __future__ import annotations

from tray.texts.language import _


def role_of(role: str, account: str) -> str:
    """Return what a profile signs with: a role in an account."""
    return _("{role} in {account} (IAM Identity Center)", role=role, account=account)


def profile_with_role(name: str, role: str, account: str) -> str:
    """Return the menu's line of a profile that signs with a role of IAM Identity Center."""
    return _("{name} ({role} in {account})", name=name, role=role, account=account)


def all_options_together() -> str:
    """Return that some options of a role are missing."""
    return _("Name all of --sso-start-url, --sso-region, --account and --role.")


def one_kind_of_credentials() -> str:
    """Return that options exclude each other."""
    return _("Only one of --aws-profile, --access-key and --sso-start-url.")

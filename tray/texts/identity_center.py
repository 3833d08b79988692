"""Profiles that sign in through IAM Identity Center without an AWS config: on the command line and in lists."""

from __future__ import annotations

from typing import NamedTuple

from tray.texts.language import _, joined, plural


def role_of(role: str, account: str) -> str:
    """Return what a profile signs with: a role in an account."""
    return _("{role} in {account} (IAM Identity Center)", role=role, account=account)


def profile_with_role(name: str, role: str, account: str) -> str:
    """Return the menu's line of a profile that signs with a role of IAM Identity Center."""
    return _("{name} ({role} in {account})", name=name, role=role, account=account)


def role_at(role: str, account: str, host: str) -> str:
    """Return what a profile signs with: a role in an account, and where the user signs in for it."""
    return _("{role} in {account}, sign-in at {host}", role=role, account=account, host=host)


def all_options_together() -> str:
    """Return that some options of a role are missing."""
    return _("Name all of --sso-start-url, --sso-region, --account and --role.")


def one_kind_of_credentials() -> str:
    """Return that options exclude each other."""
    return _("Only one of --aws-profile, --access-key and --sso-start-url.")


def config_title() -> str:
    """Return the heading of what was written to the AWS config file."""
    return _("AWS config file")


def config_writing() -> str:
    """Return that the AWS config file is being written."""
    return _("Writing to it…")


def config_written(path: str, sections: list[str], *, more: int) -> str:
    """Return what was added to the AWS config file: the headings of sections, of which `more` are not named."""
    if more:
        return plural(
            "Added to the end of {path}: {sections} and {number} more.",
            "Added to the end of {path}: {sections} and {number} more.",
            more,
            path=path,
            sections=joined(sections),
        )
    return _("Added to the end of {path}: {sections}.", path=path, sections=joined(sections))


def config_backup(path: str) -> str:
    """Return where the AWS config file is kept as it was before."""
    return _("The file as it was before is kept as {path}.", path=path)


def config_new() -> str:
    """Return that there was no AWS config file before."""
    return _("The file is new: there was none before.")


def config_had_all(path: str) -> str:
    """Return that the AWS config file has had what was to be written."""
    return _("{path} has these roles already: nothing was written.", path=path)


class CenterWords(NamedTuple):
    """The sentences by the names by which the page's script knows them."""

    center: str
    center_intro: str
    center_url: str
    center_url_hint: str
    center_region: str
    center_region_hint: str
    center_sign_in: str
    center_looking: str
    center_waiting: str
    center_cancel: str
    center_cancelled: str
    center_again: str
    center_retry: str
    center_listing: str
    center_none: str
    center_choose: str
    center_search: str
    center_more: str
    center_found: str
    center_found_one: str
    center_no_roles: str
    center_where: str
    center_where_hint: str
    center_write: str
    center_write_hint: str
    center_add: str
    center_add_one: str
    center_add_chosen: str
    center_most: str


# The places that the page fills itself.
PLACES = ("chosen", "name", "number", "region", "total")


def page_words() -> CenterWords:
    """Return the sentences of the page's part for IAM Identity Center."""
    return CenterWords(
        center=_("Sign in with your company (IAM Identity Center)"),
        center_intro=_(
            "For the access portal on which you sign in to AWS with your company's account. You sign in in the browser;"
            " then you choose accounts and roles here."
        ),
        center_url=_("Start URL"),
        center_url_hint=_("The address of your access portal, such as https://example.awsapps.com/start"),
        center_region=_("Region of IAM Identity Center"),
        center_region_hint=_("Leave it empty to have it found"),
        center_sign_in=_("Sign in"),
        center_looking=_("Looking for this sign-in…"),
        center_waiting=_(
            "Sign in to {name} in the browser's other tab, and then come back here. If that tab is closed, cancel the"
            " sign-in, and begin it again.",
            name="{name}",
        ),
        center_cancel=_("Cancel the sign-in"),
        center_cancelled=_("The sign-in was cancelled."),
        center_again=_("Sign in again"),
        center_retry=_("Try again"),
        center_listing=_("Signed in. Looking for your accounts…"),
        center_none=_("No account is assigned to you there: ask your administrator."),
        center_choose=_("Choose what you use"),
        center_search=_("Search the accounts"),
        center_more=_("{number} more: search for them.", number="{number}"),
        center_found=_("{name}: {number} accounts, {region}", name="{name}", number="{number}", region="{region}"),
        center_found_one=_("{name}: 1 account, {region}", name="{name}", region="{region}"),
        center_no_roles=_("No role is assigned to you in this account."),
        center_where=_("Region of the notebook instances"),
        center_where_hint=_("If they are elsewhere, Notebook Tray can look in all regions afterwards."),
        center_write=_("Also write it to the AWS config file"),
        center_write_hint=_(
            "For the AWS CLI and other programs. What the file has stays as it is, and a copy of it is kept beside it."
        ),
        center_add=_("Add"),
        center_add_one=_("Add 1 profile"),
        center_add_chosen=_("Add {chosen} profiles", chosen="{chosen}"),
        center_most=_("Choose {number} at most at a time", number="{number}"),
    )

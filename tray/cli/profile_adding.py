"""`notebook-tray profiles import` and `add`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tray.cli.access_keys import access_key_options, ask_access_key, check_access_key_options
from tray.cli.aws_profiles import discovered, warn_if_unknown, with_roles
from tray.cli.identity_center import center_options, center_role
from tray.cli.output import say, tell_refused
from tray.cli.profile_settings import GivenSettings, profile_settings
from tray.cli.progress import progress_bar
from tray.cli.stores import changing_profiles, policy_watch, profile_store
from tray.model.policy_refusals import check_allowed
from tray.model.problems import TrayError
from tray.texts import commands as texts
from tray.texts import help as helps
from tray.texts import identity_center as centers

if TYPE_CHECKING:
    from tray.settings.profiles.model import Profile

# Stands for an access key id that the user is asked for later.
_ANY_KEY_ID = "AKIA" + "X" * 16


@click.command("import", help=helps.command("profiles import"))
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help=helps.option("all"))
@profile_settings
def import_(names: tuple[str, ...], everything: bool, settings: GivenSettings) -> None:
    """Be `notebook-tray profiles import`."""
    if bool(names) == everything:
        raise click.UsageError(texts.nothing_to_import())
    found = dict.fromkeys(profile.name for profile in discovered(()))
    wanted = dict.fromkeys(names) if names else dict.fromkeys(found)
    if everything:
        # One that signs with the role of a profile, which needs no AWS profile, would be the same one again.
        stored = profile_store().load()
        for name in with_roles((*stored.profiles, *stored.unchecked)):
            say(texts.not_imported(name))
            wanted.pop(name, None)
    if not found.keys() & wanted.keys():
        discovered(tuple(wanted))
    # Refuses wrong values, which are no profile's.
    settings.check()
    refused: dict[str, TrayError] = {}
    new = []
    for name in wanted:
        try:
            if name not in found:
                discovered((name,))
            new.append(settings.set_on(_profile(name, name)))
        except TrayError as error:
            refused[name] = error
    with changing_profiles() as store, progress_bar(texts.importing()) as progress:
        outcome = store.add_many(new, progress)
    refused |= outcome.refused
    for name in wanted:
        if name in outcome.done:
            say(texts.imported(name))
        elif name in refused and refused[name].problem.code == "profile-exists":
            say(texts.not_imported(name))
            del refused[name]
    tell_refused(refused)


@click.command(help=helps.command("profiles add"))
@click.argument("name")
@click.option("--aws-profile", metavar="A", help=helps.option("add aws-profile"))
@access_key_options
@center_options
@profile_settings
def add(
    name: str,
    aws_profile: str | None,
    start_url: str | None,
    sso_region: str | None,
    account: str | None,
    role: str | None,
    key_id: str | None,
    secret_stdin: bool,
    session_token: bool,
    settings: GivenSettings,
) -> None:
    """Be `notebook-tray profiles add`."""
    check_access_key_options(key_id, secret_stdin, session_token)
    signer = center_role(start_url, sso_region, account, role, any_region=settings.any_region)
    if signer is not None and (aws_profile or key_id is not None):
        raise click.UsageError(centers.one_kind_of_credentials())
    profile = settings.set_on(_profile(name, aws_profile or name))
    if signer is not None:
        profile = replace(profile, aws_profile="", center_role=signer)
    key = None
    check_allowed(policy_watch().look(), "own_profiles")
    if key_id is not None:
        check_allowed(policy_watch().now, "access_keys")
        # Refuses wrong values before the user is asked for a secret.
        profile.signed_by(aws_profile=aws_profile or "", access_key_id=key_id or _ANY_KEY_ID)
        key = ask_access_key(key_id, secret_stdin, session_token)
        profile = profile.signed_by(aws_profile=aws_profile or "", access_key_id=key.key_id)
    with changing_profiles() as store:
        store.add(profile, key)
    say(texts.added(name))
    if profile.aws_profile:
        warn_if_unknown(profile.aws_profile)


def _profile(name: str, aws_profile: str) -> Profile:
    from tray.settings.profiles.model import Profile

    return Profile(name=name, aws_profile=aws_profile)

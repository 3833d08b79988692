"""`notebook-tray profiles`: what is configured, kept in the OS keyring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tray.cli.access_keys import access_key_options, ask_access_key, check_access_key_options
from tray.cli.aws_profiles import discover, discovered, warn_if_unknown, with_roles
from tray.cli.completion import profile_names
from tray.cli.identity_center import center_options, center_role
from tray.cli.output import say, tell_refused
from tray.cli.profile_list import list_
from tray.cli.profile_settings import GivenSettings, profile_settings
from tray.cli.progress import progress_bar
from tray.cli.refresh import tell_profiles_changed
from tray.cli.region_search import regions as region_search
from tray.cli.stores import policy_watch, profile_store
from tray.model.policy_refusals import check_allowed
from tray.model.problems import TrayError
from tray.texts import commands as texts
from tray.texts import help as helps
from tray.texts import identity_center as centers

if TYPE_CHECKING:
    from tray.settings.profiles.model import Profile
    from tray.settings.profiles.store import ProfileStore

# Stands for an access key id that the user is asked for later.
_ANY_KEY_ID = "AKIA" + "X" * 16


@click.group(help=helps.command("profiles"))
def profiles() -> None:
    """Be `notebook-tray profiles`."""


@profiles.command("import", help=helps.command("profiles import"))
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
    with _changing() as store, progress_bar(texts.importing()) as progress:
        outcome = store.add_many(new, progress)
    refused |= outcome.refused
    for name in wanted:
        if name in outcome.done:
            say(texts.imported(name))
        elif name in refused and refused[name].problem.code == "profile-exists":
            say(texts.not_imported(name))
            del refused[name]
    tell_refused(refused)


@profiles.command(help=helps.command("profiles add"))
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
        _with_key(profile, key_id or _ANY_KEY_ID, aws_profile)
        key = ask_access_key(key_id, secret_stdin, session_token)
        profile = _with_key(profile, key.key_id, aws_profile)
    with _changing() as store:
        store.add(profile, key)
    say(texts.added(name))
    if profile.aws_profile:
        warn_if_unknown(profile.aws_profile)


@profiles.command("set", help=helps.command("profiles set"))
@click.argument("names", metavar="NAME...", nargs=-1, required=True, shell_complete=profile_names)
@click.option("--aws-profile", metavar="A", help=helps.option("aws-profile"))
@click.option("--own-region", is_flag=True, help=helps.option("own-region"))
@click.option("--rename", "new_name", metavar="NEW", help=helps.option("rename"))
@click.option("--shown/--hidden", "shown", default=None, help=helps.option("shown"))
@access_key_options
@profile_settings
def set_(
    names: tuple[str, ...],
    aws_profile: str | None,
    own_region: bool,
    new_name: str | None,
    shown: bool | None,
    key_id: str | None,
    secret_stdin: bool,
    session_token: bool,
    settings: GivenSettings,
) -> None:
    """Be `notebook-tray profiles set`."""
    if own_region and settings.regions:
        raise click.UsageError(texts.region_or_own())
    given = (key_id, new_name, shown)
    if not (settings or aws_profile or own_region or any(each is not None for each in given)):
        raise click.UsageError(texts.nothing_to_change())
    if key_id is not None and len(names) > 1:
        raise click.UsageError(texts.one_key_one_profile())
    if new_name is not None and len(names) > 1:
        raise click.UsageError(texts.one_name_one_profile())
    check_access_key_options(key_id, secret_stdin, session_token)
    if aws_profile and key_id is not None:
        raise click.UsageError(texts.aws_profile_or_key())
    # Refuses wrong values before the keyring is opened.
    settings.check()

    if key_id is not None:
        check_allowed(policy_watch().look(), "access_keys")
    key = ask_access_key(key_id, secret_stdin, session_token) if key_id is not None else None

    def change(profile: Profile) -> Profile:
        if aws_profile:
            profile = profile.signed_by(aws_profile=aws_profile)
        changed = settings.set_on(profile)
        if own_region:
            changed = replace(changed, regions=())
        changed = _with_key(changed, key.key_id) if key is not None else changed
        return replace(changed, name=new_name) if new_name is not None else changed

    if key is not None or new_name is not None:
        with _changing() as store:
            store.change(names[0], change, key)
            _show(store, (new_name or names[0],), shown)
        say(texts.renamed(names[0], new_name) if new_name else texts.changed(names[0]))
        if aws_profile:
            warn_if_unknown(aws_profile)
        return
    with _changing() as store, progress_bar(texts.changing()) as progress:
        outcome = store.change_many(names, change, progress)
        _show(store, outcome.done, shown)
    for name in outcome.done:
        say(texts.changed(name))
    if aws_profile and outcome.done:
        warn_if_unknown(aws_profile)
    tell_refused(outcome.refused)


def _show(store: ProfileStore, names: Iterable[str], shown: bool | None) -> None:
    """List profiles from now on, or keep them and list them no longer; None: as before."""
    if shown is not None:
        for name in names:
            (store.check if shown else store.uncheck)(name)


@profiles.command(help=helps.command("profiles remove"))
@click.argument("names", nargs=-1, required=True, shell_complete=profile_names)
def remove(names: tuple[str, ...]) -> None:
    """Be `notebook-tray profiles remove`."""
    policy = policy_watch().look()
    # An administrator's profile stays, and so do its schedules.
    if own := [name for name in names if policy.profile(name) is None]:
        check_allowed(policy, "own_profiles")
    done, refused = _remove(names, scheduling=own)
    for name in done:
        say(texts.removed(name))
    tell_refused(refused)


@profiles.command(help=helps.command("profiles prune"))
@click.option("--yes", is_flag=True, help=helps.option("prune yes"))
def prune(yes: bool) -> None:
    """Be `notebook-tray profiles prune`."""
    there = {profile.name for profile in discovered(())}
    stored, policy = profile_store().load(), policy_watch().now
    gone = [
        profile.name
        for profile in (*stored.profiles, *stored.unchecked)
        if profile.aws_profile and profile.aws_profile not in there and policy.profile(profile.name) is None
    ]
    if not gone:
        say(texts.nothing_to_prune())
        return
    if not yes:
        say(texts.would_prune(gone))
        return
    done, refused = _remove(gone, scheduling=gone)
    say(texts.pruned(list(done)))
    tell_refused(refused)


def _remove(names: Sequence[str], *, scheduling: Sequence[str]) -> tuple[Sequence[str], Mapping[str, TrayError]]:
    """Remove profiles; return those that are removed, and why others are not.

    :param scheduling: those whose schedules in EventBridge Scheduler are taken away first; one that keeps some stays
    """
    from tray.cli.schedules import take_away_of

    left = take_away_of(scheduling)
    with _changing() as store, progress_bar(texts.removing()) as progress:
        outcome = store.remove_many([name for name in names if name not in left], progress)
    return tuple(outcome.done), {**outcome.refused, **left}


profiles.add_command(discover)
profiles.add_command(list_)
profiles.add_command(region_search)


@contextmanager
def _changing() -> Iterator[ProfileStore]:
    """Give the profile store, and afterwards tell the running tray, even if an error left only a part changed."""
    try:
        yield profile_store()
    finally:
        tell_profiles_changed()


def _profile(name: str, aws_profile: str) -> Profile:
    from tray.settings.profiles.model import Profile

    return Profile(name=name, aws_profile=aws_profile)


def _with_key(profile: Profile, key_id: str, aws_profile: str | None = None) -> Profile:
    return profile.signed_by(aws_profile=aws_profile or "", access_key_id=key_id)

"""`notebook-tray profiles set`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tray.cli.access_keys import access_key_options, ask_access_key, check_access_key_options
from tray.cli.aws_profiles import warn_if_unknown
from tray.cli.completion import profile_names
from tray.cli.output import say, tell_refused
from tray.cli.profile_settings import GivenSettings, profile_settings
from tray.cli.progress import progress_bar
from tray.cli.stores import changing_profiles, policy_watch
from tray.model.policy_refusals import check_allowed
from tray.texts import commands as texts
from tray.texts import help as helps

if TYPE_CHECKING:
    from tray.settings.profiles.model import Profile
    from tray.settings.profiles.store import ProfileStore


@click.command("set", help=helps.command("profiles set"))
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
        changed = changed.signed_by(access_key_id=key.key_id) if key is not None else changed
        return replace(changed, name=new_name) if new_name is not None else changed

    if key is not None or new_name is not None:
        with changing_profiles() as store:
            store.change(names[0], change, key)
            _show(store, (new_name or names[0],), shown)
        say(texts.renamed(names[0], new_name) if new_name else texts.changed(names[0]))
        if aws_profile:
            warn_if_unknown(aws_profile)
        return
    with changing_profiles() as store, progress_bar(texts.changing()) as progress:
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

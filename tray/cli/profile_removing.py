"""`notebook-tray profiles remove` and `prune`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tray.cli.aws_profiles import discovered
from tray.cli.completion import profile_names
from tray.cli.output import say, tell_refused
from tray.cli.progress import progress_bar
from tray.cli.stores import changing_profiles, policy_watch, profile_store
from tray.model.policy_refusals import check_allowed
from tray.texts import commands as texts
from tray.texts import help as helps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tray.model.problems import TrayError


@click.command(help=helps.command("profiles remove"))
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


@click.command(help=helps.command("profiles prune"))
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
    with changing_profiles() as store, progress_bar(texts.removing()) as progress:
        outcome = store.remove_many([name for name in names if name not in left], progress)
    return tuple(outcome.done), {**outcome.refused, **left}

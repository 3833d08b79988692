"""`notebook-tray profiles`: what is configured, kept in the OS keyring."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tray.cli.access_keys import access_key_options, ask_access_key, check_access_key_options
from tray.cli.completion import profile_names
from tray.cli.identity_center import center_options, center_role
from tray.cli.output import complain, print_json, problem_json, say, table, tell_refused, terminal_width
from tray.cli.profile_list import list_
from tray.cli.progress import progress_bar
from tray.cli.refresh import tell_profiles_changed
from tray.cli.region_search import regions as region_search
from tray.cli.stores import check_policy, policy_watch, profile_store
from tray.fleet.region_checks import check_regions
from tray.model.lengths import View, parse_left_running_hours, parse_session_length, parse_stop_when_idle_hours
from tray.model.policy_refusals import check_allowed
from tray.model.problems import ExitStatus, Kind, TrayError
from tray.model.schedule_role import parse_schedule_role
from tray.model.times_of_day import parse_time_of_day
from tray.texts import commands as texts
from tray.texts import help as helps
from tray.texts import identity_center as centers
from tray.texts.language import joined

if TYPE_CHECKING:
    from tray.aws.config import ConfigProfile
    from tray.model.commands import Command
    from tray.model.identity_center import CenterRole
    from tray.settings.profiles.model import Profile
    from tray.settings.profiles.store import ProfileStore

# Stands for an access key id that the user is asked for later.
_ANY_KEY_ID = "AKIA" + "X" * 16

C = TypeVar("C", bound=Callable[..., Any])


def _settings(command: C) -> C:
    """Add the options that say how a profile is configured."""
    for option in (
        click.option("--schedule-role", metavar="ARN", help=helps.option("schedule-role")),
        click.option("--stop-at-logout/--no-stop-at-logout", default=None, help=helps.option("habit stop-at-logout")),
        click.option("--stop-when-idle", metavar="HOURS", help=helps.option("habit stop-when-idle")),
        click.option("--stop-at", metavar="TIME", help=helps.option("habit stop-at")),
        click.option("--left-running", metavar="HOURS", help=helps.option("left-running")),
        click.option("--view", type=click.Choice([view.value for view in View]), help=helps.option("view")),
        click.option("--session-length", metavar="LENGTH", help=helps.option("session-length")),
        click.option("--allow-unknown-region", "any_region", is_flag=True, help=helps.option("any-region")),
        click.option("--region", "regions", multiple=True, metavar="R", help=helps.option("region")),
    ):
        command = option(command)
    return command


@click.group(help=helps.command("profiles"))
def profiles() -> None:
    """Be `notebook-tray profiles`."""


@profiles.command(help=helps.command("profiles discover"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
def discover(as_json: bool) -> None:
    """Be `notebook-tray profiles discover`."""
    from tray.aws.config import config_paths, read_aws_profiles
    from tray.aws.config_checks import refused_files, sections_not_read, unread_files

    found = read_aws_profiles()
    problems = [*unread_files(), *(each.problem for each in sections_not_read())]
    configured: dict[str, list[str]] = {}
    for aws_profile, name in _configured_as(profile_store().load().profiles):
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


@profiles.command("import", help=helps.command("profiles import"))
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help=helps.option("all"))
@_settings
def import_(
    names: tuple[str, ...],
    everything: bool,
    regions: tuple[str, ...],
    any_region: bool,
    session_length: str | None,
    view: str | None,
    left_running: str | None,
    **habits: Any,
) -> None:
    """Be `notebook-tray profiles import`."""
    check_regions(regions, allowed=regions if any_region else (), flag=True)
    if bool(names) == everything:
        raise click.UsageError(texts.nothing_to_import())
    found = dict.fromkeys(profile.name for profile in _discovered(()))
    wanted = dict.fromkeys(names) if names else dict.fromkeys(found)
    if everything:
        # One that signs with the role of a profile, which needs no AWS profile, would be the same one again.
        stored = profile_store().load()
        for name in _with_roles((*stored.profiles, *stored.unchecked)):
            say(texts.not_imported(name))
            wanted.pop(name, None)
    if not found.keys() & wanted.keys():
        _discovered(tuple(wanted))
    # Refuses wrong values, which are no profile's.
    _changed(_profile("x", "x"), regions, session_length, view, left_running, habits)
    refused: dict[str, TrayError] = {}
    new = []
    for name in wanted:
        try:
            if name not in found:
                _discovered((name,))
            new.append(_changed(_profile(name, name), regions, session_length, view, left_running, habits))
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
@_settings
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
    regions: tuple[str, ...],
    any_region: bool,
    session_length: str | None,
    view: str | None,
    left_running: str | None,
    **habits: Any,
) -> None:
    """Be `notebook-tray profiles add`."""
    check_regions(regions, allowed=regions if any_region else (), flag=True)
    check_access_key_options(key_id, secret_stdin, session_token)
    signer = center_role(start_url, sso_region, account, role, any_region=any_region)
    if signer is not None and (aws_profile or key_id is not None):
        raise click.UsageError(centers.one_kind_of_credentials())
    profile = _changed(_profile(name, aws_profile or name), regions, session_length, view, left_running, habits)
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
        _warn_if_unknown(profile.aws_profile)


@profiles.command("set", help=helps.command("profiles set"))
@click.argument("names", metavar="NAME...", nargs=-1, required=True, shell_complete=profile_names)
@click.option("--aws-profile", metavar="A", help=helps.option("aws-profile"))
@click.option("--own-region", is_flag=True, help=helps.option("own-region"))
@click.option("--rename", "new_name", metavar="NEW", help=helps.option("rename"))
@click.option("--shown/--hidden", "shown", default=None, help=helps.option("shown"))
@access_key_options
@_settings
def set_(
    names: tuple[str, ...],
    aws_profile: str | None,
    own_region: bool,
    new_name: str | None,
    shown: bool | None,
    key_id: str | None,
    secret_stdin: bool,
    session_token: bool,
    regions: tuple[str, ...],
    any_region: bool,
    session_length: str | None,
    view: str | None,
    left_running: str | None,
    **habits: Any,
) -> None:
    """Be `notebook-tray profiles set`."""
    check_regions(regions, allowed=regions if any_region else (), flag=True)
    if own_region and regions:
        raise click.UsageError(texts.region_or_own())
    given = (left_running, key_id, *habits.values())
    changes = aws_profile or own_region or regions or session_length or view or any(each is not None for each in given)
    if not changes and new_name is None and shown is None:
        raise click.UsageError(texts.nothing_to_change())
    if key_id is not None and len(names) > 1:
        raise click.UsageError(texts.one_key_one_profile())
    if new_name is not None and len(names) > 1:
        raise click.UsageError(texts.one_name_one_profile())
    check_access_key_options(key_id, secret_stdin, session_token)
    if aws_profile and key_id is not None:
        raise click.UsageError(texts.aws_profile_or_key())
    # Refuses wrong values before the keyring is opened.
    _changed(_profile("x", "x"), regions, session_length, view, left_running, habits)

    if key_id is not None:
        check_allowed(policy_watch().look(), "access_keys")
    key = ask_access_key(key_id, secret_stdin, session_token) if key_id is not None else None

    def change(profile: Profile) -> Profile:
        if aws_profile:
            profile = profile.signed_by(aws_profile=aws_profile)
        changed = _changed(profile, regions, session_length, view, left_running, habits)
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
            _warn_if_unknown(aws_profile)
        return
    with _changing() as store, progress_bar(texts.changing()) as progress:
        outcome = store.change_many(names, change, progress)
        _show(store, outcome.done, shown)
    for name in outcome.done:
        say(texts.changed(name))
    if aws_profile and outcome.done:
        _warn_if_unknown(aws_profile)
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
    from tray.cli.schedules import take_away_of

    policy = policy_watch().look()
    # An administrator's profile stays, and so do its schedules.
    if own := [name for name in names if policy.profile(name) is None]:
        check_allowed(policy, "own_profiles")
    left = take_away_of(own)
    with _changing() as store, progress_bar(texts.removing()) as progress:
        outcome = store.remove_many(tuple(name for name in names if name not in left), progress)
    for name in outcome.done:
        say(texts.removed(name))
    tell_refused({**outcome.refused, **left})


@profiles.command(help=helps.command("profiles prune"))
@click.option("--yes", is_flag=True, help=helps.option("prune yes"))
def prune(yes: bool) -> None:
    """Be `notebook-tray profiles prune`."""
    there = {profile.name for profile in _discovered(())}
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
    from tray.cli.schedules import take_away_of

    left = take_away_of(gone)
    with _changing() as store, progress_bar(texts.removing()) as progress:
        outcome = store.remove_many([name for name in gone if name not in left], progress)
    say(texts.pruned(list(outcome.done)))
    tell_refused({**outcome.refused, **left})


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


def _changed(
    profile: Profile,
    regions: tuple[str, ...],
    session_length: str | None,
    view: str | None,
    left_running: str | None,
    habits: Mapping[str, Any],
) -> Profile:
    if regions:
        profile = replace(profile, regions=regions)
    if session_length is not None:
        profile = replace(profile, session_seconds=parse_session_length(session_length))
    if view is not None:
        profile = replace(profile, view=View(view))
    if left_running is not None:
        profile = replace(profile, left_running_hours=parse_left_running_hours(left_running))
    if habits["stop_at"] is not None:
        profile = replace(profile, stop_at=parse_time_of_day(habits["stop_at"]))
    if habits["stop_when_idle"] is not None:
        profile = replace(profile, stop_when_idle_hours=parse_stop_when_idle_hours(habits["stop_when_idle"]))
    if habits["stop_at_logout"] is not None:
        profile = replace(profile, stop_at_logout=habits["stop_at_logout"])
    if habits["schedule_role"] is not None:
        profile = replace(profile, schedule_role=parse_schedule_role(habits["schedule_role"]))
    given = {name for name, value in habits.items() if value is not None}
    given |= {name for name, value in (("session_length", session_length), ("view", view)) if value is not None}
    check_policy(lambda: _as_the_tray_sets(profile, given))
    return profile


def _as_the_tray_sets(profile: Profile, given: Collection[str]) -> Iterator[Command]:
    """Return the commands with which the tray sets for all profiles what was given here."""
    from tray.model import commands as c

    if "session_length" in given:
        yield c.SetSessionLength(profile.session_seconds)
    if "view" in given:
        yield c.SetView(profile.view)
    if "stop_at" in given:
        yield c.SetStopAt(profile.stop_at, "")
    if "stop_when_idle" in given:
        yield c.SetStopWhenIdle(profile.stop_when_idle_hours, "")
    if "stop_at_logout" in given:
        yield c.SetStopAtLogout(profile.stop_at_logout, "")
    if "schedule_role" in given:
        yield c.SetScheduleRole(profile.schedule_role, "")


def _discovered(names: tuple[str, ...]) -> tuple[ConfigProfile, ...]:
    """Return the profiles of the AWS config file; refuse names of profiles that it doesn't have."""
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


def _with_roles(profiles: Iterable[Profile]) -> Mapping[str, CenterRole]:
    """Return the AWS profiles that sign with the role of one of these profiles."""
    from tray.aws.config import aws_profiles_with

    return aws_profiles_with([each.center_role for each in profiles if each.center_role is not None])


def _configured_as(profiles: Iterable[Profile]) -> Iterator[tuple[str, str]]:
    """Yield AWS profiles, each with the name of a profile that signs as it does."""
    profiles = tuple(profiles)
    roles = {each.center_role: each.name for each in profiles if each.center_role is not None}
    yield from ((each.aws_profile, each.name) for each in profiles if each.aws_profile)
    yield from ((name, roles[role]) for name, role in _with_roles(profiles).items())


def _warn_if_unknown(aws_profile: str) -> None:
    from tray.aws.config import read_aws_profiles

    if aws_profile not in {profile.name for profile in read_aws_profiles()}:
        say(texts.unknown_aws_profile(aws_profile), err=True)

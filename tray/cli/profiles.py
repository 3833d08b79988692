"""`notebook-tray profiles`: what is configured, kept in the OS keyring."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tray.cli.access_keys import access_key_options, ask_access_key, check_access_key_options
from tray.cli.output import complain, print_json, problem_json, table
from tray.cli.refresh import tell_profiles_changed
from tray.model.access_keys import cut
from tray.model.lengths import View, format_session_length, parse_session_length
from tray.model.problems import ExitStatus, Kind, TrayError

if TYPE_CHECKING:
    from tray.aws.config import ConfigProfile
    from tray.settings.profiles.model import Profile
    from tray.settings.profiles.store import ProfileStore

# Stands for a key whose id is asked for later.
_ANY_KEY_ID = "AKIA" + "X" * 16

C = TypeVar("C", bound=Callable[..., Any])


def _settings(command: C) -> C:
    """Add the options that say how a profile is configured."""
    for option in (
        click.option("--view", type=click.Choice([view.value for view in View]), help="What a plain open opens."),
        click.option("--session-length", metavar="LENGTH", help="Of a plain open: 30m, 90m, 2h, 12h."),
        click.option("--region", "regions", multiple=True, metavar="R", help="Repeatable; default: the AWS profile's."),
    ):
        command = option(command)
    return command


@click.group()
def profiles() -> None:
    """Choose the AWS profiles whose notebook instances are listed.

    What is configured here is kept in the keyring of this computer, and nowhere on disk.
    """


@profiles.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def discover(as_json: bool) -> None:
    """List the profiles in the AWS config and credentials files."""
    from tray.aws.config import config_paths, read_aws_profiles

    found = read_aws_profiles()
    configured: dict[str, list[str]] = {}
    for profile in _store().load().profiles:
        configured.setdefault(profile.aws_profile, []).append(profile.name)
    if as_json:
        print_json(
            {
                "profiles": [
                    {"name": p.name, "region": p.region, "configured_as": configured.get(p.name, [])} for p in found
                ]
            }
        )
        return
    if not found:
        click.echo(f"No AWS profiles in {' and '.join(str(path) for path in config_paths())}.", err=True)
        return
    rows = [(p.name, p.region or "-", ", ".join(configured.get(p.name, [])) or "-") for p in found]
    click.echo(table(("AWS PROFILE", "REGION", "CONFIGURED AS"), rows))


@profiles.command("import")
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every profile that discover lists.")
@_settings
def import_(
    names: tuple[str, ...], everything: bool, regions: tuple[str, ...], session_length: str | None, view: str | None
) -> None:
    """Configure profiles of the AWS config file, under the names they have there.

    One that is configured already stays as it is.
    """
    if bool(names) == everything:
        raise click.UsageError("Name the profiles to import, or say --all.")
    wanted = dict.fromkeys(names or [profile.name for profile in _discovered(())])
    _discovered(tuple(wanted))
    new = [_changed(_profile(name, name), regions, session_length, view) for name in wanted]
    added: list[str] = []

    def change(stored: Mapping[str, Profile]) -> Mapping[str, Profile]:
        missing = {profile.name: profile for profile in new if profile.name not in stored}
        added[:] = missing
        return {**stored, **missing}

    with _changing() as store:
        store.edit(change)
    for name in wanted:
        click.echo(f"{name}: {'imported' if name in added else 'was configured already, left as it is'}")


@profiles.command()
@click.argument("name")
@click.option("--aws-profile", metavar="A", help="Its name in the AWS config file; default: NAME.")
@access_key_options
@_settings
def add(
    name: str,
    aws_profile: str | None,
    key_id: str | None,
    secret_stdin: bool,
    session_token: bool,
    regions: tuple[str, ...],
    session_length: str | None,
    view: str | None,
) -> None:
    """Configure a profile under a name of your own.

    With --access-key, it needs no AWS profile, and at least one --region.
    """
    check_access_key_options(key_id, secret_stdin, session_token)
    profile = _changed(_profile(name, aws_profile or name), regions, session_length, view)
    key = None
    if key_id is not None:
        # Refused before a secret is asked for.
        _with_key(profile, key_id or _ANY_KEY_ID, aws_profile)
        key = ask_access_key(key_id, secret_stdin, session_token)
        profile = _with_key(profile, key.key_id, aws_profile)
    with _changing() as store:
        store.add(profile, key)
    click.echo(f"{name}: added")
    if key is None:
        _warn_if_unknown(profile.aws_profile)


@profiles.command("set")
@click.argument("name")
@click.option("--aws-profile", metavar="A", help="Its name in the AWS config file.")
@click.option("--own-region", is_flag=True, help="Back to the AWS profile's own region.")
@access_key_options
@_settings
def set_(
    name: str,
    aws_profile: str | None,
    own_region: bool,
    key_id: str | None,
    secret_stdin: bool,
    session_token: bool,
    regions: tuple[str, ...],
    session_length: str | None,
    view: str | None,
) -> None:
    """Change a profile; what is not named stays as it is."""
    if own_region and regions:
        raise click.UsageError("Either --region or --own-region.")
    if not (aws_profile or own_region or regions or session_length or view or key_id is not None):
        raise click.UsageError(
            "Name what to change: --region, --own-region, --session-length, --view, --aws-profile, --access-key."
        )
    check_access_key_options(key_id, secret_stdin, session_token)
    if aws_profile and key_id is not None:
        raise click.UsageError("Either --aws-profile or --access-key.")
    _changed(_profile("x", "x"), regions, session_length, view)  # refused before the keyring is asked for

    key = ask_access_key(key_id, secret_stdin, session_token) if key_id is not None else None

    def change(profile: Profile) -> Profile:
        if aws_profile:
            profile = replace(profile, aws_profile=aws_profile, access_key_id="")
        changed = _changed(profile, regions, session_length, view)
        if own_region:
            changed = replace(changed, regions=())
        return _with_key(changed, key.key_id) if key is not None else changed

    with _changing() as store:
        store.change(name, change, key)
    click.echo(f"{name}: changed")
    if aws_profile:
        _warn_if_unknown(aws_profile)


@profiles.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """List the configured profiles."""
    stored = _store().load()
    if as_json:
        print_json(
            {
                "profiles": [
                    {
                        "name": p.name,
                        "credentials": "access key" if p.access_key_id else "aws profile",
                        "aws_profile": p.aws_profile or None,
                        "access_key": cut(p.access_key_id) if p.access_key_id else None,
                        "regions": list(p.regions),
                        "session_seconds": p.session_seconds,
                        "view": p.view.value,
                    }
                    for p in stored.profiles
                ],
                "problems": [problem_json(bad.problem, bad.name, None) for bad in stored.problems],
            }
        )
    else:
        if stored.profiles:
            rows = [
                (
                    p.name,
                    f"access key {cut(p.access_key_id)}" if p.access_key_id else p.aws_profile,
                    ", ".join(p.regions) or "(its own)",
                    format_session_length(p.session_seconds),
                    p.view.label,
                )
                for p in stored.profiles
            ]
            click.echo(table(("NAME", "AWS PROFILE", "REGIONS", "SESSION", "VIEW"), rows))
        elif not stored.problems:
            click.echo("No profiles yet. See what there is with: notebook-tray profiles discover", err=True)
        for bad in stored.problems:
            complain(bad.problem, bad.name)
    if stored.problems:
        sys.exit(ExitStatus.KEYRING)


@profiles.command()
@click.argument("names", nargs=-1, required=True)
def remove(names: tuple[str, ...]) -> None:
    """Take profiles out of the keyring. The AWS config file stays as it is."""
    with _changing() as store:
        stored = store.load()
        known = {profile.name for profile in stored.profiles} | {bad.name for bad in stored.problems}
        # Unknown names first: the store refuses them before anything is removed.
        for name in sorted(dict.fromkeys(names), key=lambda name: name in known):
            store.remove(name)
            click.echo(f"{name}: removed")


def _store() -> ProfileStore:
    from tray.settings.profiles.store import ProfileStore

    return ProfileStore()


@contextmanager
def _changing() -> Iterator[ProfileStore]:
    """Give the profiles to be changed; the running tray is told, also when an error left a part of it done."""
    try:
        yield _store()
    finally:
        tell_profiles_changed()


def _profile(name: str, aws_profile: str) -> Profile:
    from tray.settings.profiles.model import Profile

    return Profile(name=name, aws_profile=aws_profile)


def _with_key(profile: Profile, key_id: str, aws_profile: str | None = None) -> Profile:
    return replace(profile, access_key_id=key_id, aws_profile=aws_profile or "")


def _changed(profile: Profile, regions: tuple[str, ...], session_length: str | None, view: str | None) -> Profile:
    if regions:
        profile = replace(profile, regions=regions)
    if session_length is not None:
        profile = replace(profile, session_seconds=parse_session_length(session_length))
    return replace(profile, view=View(view)) if view is not None else profile


def _discovered(names: tuple[str, ...]) -> tuple[ConfigProfile, ...]:
    """Return the profiles of the AWS config file; refuse names that are none of them."""
    from tray.aws.config import config_paths, read_aws_profiles

    found = read_aws_profiles()
    known = {profile.name for profile in found}
    unknown = [name for name in names if name not in known]
    if unknown or not found:
        raise TrayError(
            "AWS profile not found",
            f"Not in {config_paths()[0]} or {config_paths()[1]}: {', '.join(unknown) or 'any profile'}.",
            f"There are: {', '.join(profile.name for profile in found)}."
            if found
            else "Make one with: aws configure sso, or ask your administrator for the AWS config file.",
            kind=Kind.CONFIGURATION,
            status=ExitStatus.USAGE,
        )
    return found


def _warn_if_unknown(aws_profile: str) -> None:
    from tray.aws.config import read_aws_profiles

    if aws_profile not in {profile.name for profile in read_aws_profiles()}:
        click.echo(f"Note: “{aws_profile}” is not in the AWS config and credentials files yet.", err=True)

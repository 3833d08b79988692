"""`notebook-tray list` and `notebook-tray open`."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tray.cli.access_keys import kept_access_key
from tray.cli.output import complain, iso_utc, print_json, problem_json, table
from tray.model.lengths import View, format_session_length, parse_session_length
from tray.model.problems import ExitStatus, TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.snapshot import ScopeState
    from tray.model.notebooks import Notebook, Scope
    from tray.model.problems import Problem
    from tray.settings.profiles.model import Profile


@click.command("list")
@click.option("--profile", "names", multiple=True, metavar="P", help="Only this profile; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(names: tuple[str, ...], as_json: bool) -> None:
    """List the notebook instances of all profiles and their regions.

    Where a profile or region can't be listed, the others are, and the exit status is 1.
    """
    from tray.aws.cloud import Cloud
    from tray.fleet.listing import scopes_of

    profiles, unreadable = _profiles(names)
    cloud = Cloud(kept_access_key)
    scopes, problems = scopes_of(cloud, profiles)
    problems = (*unreadable, *problems)
    states = _survey(cloud, scopes)
    notebooks = [notebook for state in states for notebook in state.notebooks]
    if as_json:
        print_json(
            {
                "notebooks": [_notebook_json(notebook) for notebook in notebooks],
                "problems": [problem_json(problem, name, None) for name, problem in problems]
                + [problem_json(s.problem, s.scope.profile, s.scope.region) for s in states if s.problem],
            }
        )
    else:
        _print_table(notebooks)
        if not profiles and not problems:
            click.echo("No profiles yet. See what there is with: notebook-tray profiles discover", err=True)
        for name, problem in problems:
            complain(problem, name)
        for state in states:
            if state.problem:
                complain(state.problem, f"{state.scope.profile}, {state.scope.region}")
    if problems or any(state.problem for state in states):
        sys.exit(ExitStatus.REFUSED)


@click.command("open")
@click.argument("name")
@click.option("--profile", metavar="P", help="The profile that sees it.")
@click.option("--region", metavar="R", help="The region it is in.")
@click.option("--for", "length", metavar="LENGTH", help="Session length: 30m, 90m, 2h, 12h. Default: the profile's.")
@click.option("--view", type=click.Choice([view.value for view in View]), help="Default: the profile's.")
@click.option("--print-url", is_flag=True, help="Print the presigned URL and open nothing. It is a secret.")
def open_(
    name: str, profile: str | None, region: str | None, length: str | None, view: str | None, print_url: bool
) -> None:
    """Open the notebook instance NAME in the browser."""
    session_seconds = parse_session_length(length) if length is not None else None
    from tray.aws.cloud import Cloud, check_name

    check_name(name)
    profiles, unreadable = _profiles((profile,) if profile else ())
    cloud = Cloud(kept_access_key)
    notebook = _find(cloud, profiles, unreadable, name, region)
    of = next(p for p in profiles if p.name == notebook.scope.profile)
    session_seconds = session_seconds or of.session_seconds
    chosen = View(view) if view else of.view

    from tray.fleet.opening import open_notebook, presigned_url

    if print_url:
        click.echo(presigned_url(cloud, notebook, chosen, session_seconds).reveal())
        return
    from tray.desktop.browser.handoff import hand_off

    try:
        open_notebook(cloud, notebook, chosen, session_seconds, hand_off)
    except TrayError as error:
        if error.status is ExitStatus.NO_DESKTOP:
            raise error.advised(f"Or print the link: notebook-tray open {name} --print-url") from error
        raise
    click.echo(f"Opened {notebook.name} in {chosen.label} for {format_session_length(session_seconds)}.")


def _profiles(names: tuple[str, ...]) -> tuple[list[Profile], tuple[tuple[str, Problem], ...]]:
    from tray.settings.profiles.store import ProfileStore

    stored = ProfileStore().load()
    known = {profile.name: profile for profile in stored.profiles}
    bad = {unreadable.name: unreadable.problem for unreadable in stored.problems}
    for name in names:
        if name not in known and name not in bad:
            raise TrayError(
                "No such profile",
                f"There is no profile “{name}”. There are: {', '.join(known) or 'none yet'}.",
                "Add it with: notebook-tray profiles import, or notebook-tray profiles add",
                status=ExitStatus.USAGE,
            )
    if not names:
        return list(stored.profiles), tuple(bad.items())
    return [known[n] for n in names if n in known], tuple((n, bad[n]) for n in names if n in bad)


def _survey(cloud: Cloud, scopes: tuple[Scope, ...], name: str | None = None) -> list[ScopeState]:
    from tray.fleet.listing import MOST_AT_ONCE, list_scope
    from tray.runtime.workers import Workers

    workers = Workers("aws", MOST_AT_ONCE)
    futures = [workers.submit(lambda scope=scope: list_scope(cloud, scope, name=name)) for scope in scopes]  # type: ignore[misc]
    return [future.result() for future in futures]


def _find(
    cloud: Cloud,
    profiles: list[Profile],
    unreadable: tuple[tuple[str, Problem], ...],
    name: str,
    region: str | None,
) -> Notebook:
    from tray.fleet.listing import scopes_of

    if region is not None:
        in_region = [profile for profile in profiles if region in profile.regions] or profiles
        profiles = [replace(profile, regions=(region,)) for profile in in_region]
    scopes, problems = scopes_of(cloud, profiles)
    states = _survey(cloud, scopes, name)
    found = [notebook for state in states for notebook in state.notebooks]
    if len(found) == 1:
        return found[0]
    if found:
        where = "\n".join(f"    --profile {n.scope.profile} --region {n.scope.region}" for n in found)
        raise TrayError(
            "In several scopes",
            f"There is a notebook instance “{name}” in {len(found)} scopes:\n{where}",
            "Say which one with --profile and --region.",
            status=ExitStatus.USAGE,
        )
    failed = [*unreadable, *problems]
    failed += [(f"{s.scope.profile}, {s.scope.region}", s.problem) for s in states if s.problem]
    for subject, problem in failed:
        complain(problem, subject)
    looked = ", ".join(f"{scope.profile} {scope.region}" for scope in scopes) or "no profile: none is configured"
    raise TrayError(
        "Notebook instance not found",
        f"There is no notebook instance “{name}” that can be seen (looked in: {looked}).",
        "See the names with: notebook-tray list" if scopes else "Add a profile with: notebook-tray profiles import",
    )


def _notebook_json(notebook: Notebook) -> dict[str, str | None]:
    return {
        "profile": notebook.scope.profile,
        "region": notebook.scope.region,
        "name": notebook.name,
        "arn": notebook.arn,
        "status": notebook.status,
        "instance_type": notebook.instance_type,
        "created": iso_utc(notebook.created),
        "modified": iso_utc(notebook.modified),
    }


def _print_table(notebooks: list[Notebook]) -> None:
    if not notebooks:
        return
    rows = [(n.name, n.status, n.instance_type, n.scope.region, n.scope.profile) for n in notebooks]
    click.echo(table(("NAME", "STATUS", "TYPE", "REGION", "PROFILE"), rows))

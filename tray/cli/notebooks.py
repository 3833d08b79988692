"""`notebook-tray list` and `notebook-tray open`."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tray.cli.access_keys import kept_access_key
from tray.cli.completion import notebook_names, profile_names
from tray.cli.output import complain, complain_of_many, iso_utc, print_json, problem_json, say, table, terminal_width
from tray.cli.regions import check_regions
from tray.cli.stores import profile_store
from tray.cli.waiting import wait_for
from tray.model.lengths import View, parse_session_length
from tray.model.problem_groups import grouped
from tray.model.problems import ExitStatus, TrayError
from tray.model.sightings import sightings
from tray.runtime.workers import Workers
from tray.texts import commands as texts
from tray.texts import help as helps
from tray.texts.lengths import session_length
from tray.texts.menu import asking, for_so_long, opening, scope

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.snapshot import ScopeState
    from tray.model.notebooks import AuthorizedUrl, Notebook, Scope
    from tray.model.problems import Problem
    from tray.settings.profiles.model import Profile


@click.command("list", help=helps.command("list"))
@click.option(
    "--profile", "names", multiple=True, metavar="P", shell_complete=profile_names, help=helps.option("list profile")
)
@click.option("--region", "regions", multiple=True, metavar="R", help=helps.option("list region"))
@click.option("--running", is_flag=True, help=helps.option("list running"))
@click.option("--details", is_flag=True, help=helps.option("list details"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
def list_(names: tuple[str, ...], regions: tuple[str, ...], running: bool, details: bool, as_json: bool) -> None:
    """Be `notebook-tray list`."""
    from tray.aws.cloud import Cloud
    from tray.fleet.listing import scopes_of

    profiles, unreadable = _profiles(names, tell=not as_json)
    if regions:
        check_regions(regions, allowed=_regions_of(profiles))
        profiles = [at for profile in profiles if (at := _within(profile, regions)) is not None]
    cloud = Cloud(kept_access_key)
    scopes, problems = scopes_of(cloud, profiles)
    if regions:
        scopes = tuple(scope for scope in scopes if scope.region in regions)
    problems = (*unreadable, *problems)
    states = _survey(cloud, scopes)
    found = sightings(each for state in states for each in state.notebooks if each.running or not running)
    if as_json:
        print_json(
            {
                "notebooks": [_notebook_json(seen) for seen in found],
                "problems": [problem_json(problem, name or None, None) for name, problem in problems]
                + [problem_json(s.problem, s.scope.profile, s.scope.region) for s in states if s.problem],
            }
        )
    else:
        _print_table([seen[0] for seen in found])
        _complain_of(
            [
                *problems,
                *((scope(s.scope.profile, s.scope.region), s.problem) for s in states if s.problem),
            ],
            details,
        )
    if problems or any(state.problem for state in states):
        sys.exit(ExitStatus.REFUSED)


@click.command("open", help=helps.command("open"))
@click.argument("name", shell_complete=notebook_names)
@click.option("--profile", metavar="P", shell_complete=profile_names, help=helps.option("open profile"))
@click.option("--region", metavar="R", help=helps.option("open region"))
@click.option("--for", "length", metavar="LENGTH", help=helps.option("open for"))
@click.option("--view", type=click.Choice([view.value for view in View]), help=helps.option("open view"))
@click.option("--print-url", is_flag=True, help=helps.option("print-url"))
def open_(
    name: str, profile: str | None, region: str | None, length: str | None, view: str | None, print_url: bool
) -> None:
    """Be `notebook-tray open`."""
    session_seconds = parse_session_length(length) if length is not None else None
    from tray.aws.cloud import Cloud, check_name

    check_name(name)
    profiles, unreadable = _profiles((profile,) if profile else ())
    check_regions((region,) if region else (), allowed=_regions_of(profiles))
    cloud = Cloud(kept_access_key)
    seen = _find(cloud, profiles, unreadable, name, region)
    notebook = seen[0]
    of = next(p for p in profiles if p.name == notebook.scope.profile)
    session_seconds = session_seconds or of.session_seconds
    chosen = View(view) if view else of.view

    from tray.fleet.opening import open_notebook, presigned_url, through_any

    # On a worker: Ctrl-C is heard meanwhile.
    workers = Workers("open", 1)

    def waiting(_left: list[int], seconds: int) -> str:
        return for_so_long(opening(notebook.name, chosen.label, session_length(session_seconds)), seconds)

    def linked(each: Notebook) -> AuthorizedUrl:
        return presigned_url(cloud, each, chosen, session_seconds)

    if print_url:
        (url,) = wait_for([workers.submit(lambda: through_any(seen, linked))], waiting)
        say(url.reveal())
        return
    from tray.desktop.browser.handoff import hand_off

    def opened(each: Notebook) -> None:
        open_notebook(cloud, each, chosen, session_seconds, hand_off)

    try:
        wait_for([workers.submit(lambda: through_any(seen, opened))], waiting)
    except TrayError as error:
        if error.status is ExitStatus.NO_DESKTOP:
            raise error.advised("print-link", name=name) from error
        raise
    say(texts.opened(notebook.name, chosen.label, session_length(session_seconds)))


def _profiles(names: tuple[str, ...], *, tell: bool = False) -> tuple[list[Profile], tuple[tuple[str, Problem], ...]]:
    """Return the profiles of these names, or all that are checked, and why some can't be read.

    :param tell: whether to say on standard error that there are none
    """
    stored = profile_store().load()
    known = {profile.name: profile for profile in (*stored.profiles, *stored.unchecked)}
    bad = {unreadable.name: unreadable.problem for unreadable in stored.problems}
    for name in names:
        if name not in known and name not in bad:
            raise TrayError("no-such-profile", status=ExitStatus.USAGE, profile=name, known=tuple(known))
    if tell and not names and not stored.profiles and not stored.problems:
        names_of_unchecked = [profile.name for profile in stored.unchecked]
        say(texts.unchecked(names_of_unchecked) if names_of_unchecked else texts.no_profiles_yet(), err=True)
    if not names:
        return list(stored.profiles), tuple(bad.items())
    return [known[n] for n in names if n in known], tuple((n, bad[n]) for n in names if n in bad)


def _survey(cloud: Cloud, scopes: tuple[Scope, ...], name: str | None = None) -> list[ScopeState]:
    """Return what is in the places, once the user has given the MFA codes that they need, where a terminal can ask."""
    from tray.cli.mfa import with_codes

    return with_codes(cloud, _listed(cloud, scopes, name), lambda again: _listed(cloud, again, name))


def _listed(cloud: Cloud, scopes: tuple[Scope, ...], name: str | None) -> list[ScopeState]:
    from tray.fleet.listing import MOST_AT_ONCE, list_scope

    workers = Workers("aws", MOST_AT_ONCE)
    futures = [workers.submit(lambda scope=scope: list_scope(cloud, scope, name=name)) for scope in scopes]  # type: ignore[misc]

    def words(left: list[int], seconds: int) -> str:
        regions = tuple(dict.fromkeys(scopes[at].region for at in left))
        return asking(regions[0], len(regions) - 1, seconds)

    return wait_for(futures, words)


def _regions_of(profiles: list[Profile]) -> set[str]:
    """Return the regions that the user has given to profiles: those are taken as they are."""
    return {region for profile in profiles for region in profile.regions}


def _within(profile: Profile, regions: tuple[str, ...]) -> Profile | None:
    """Return a profile with those of its regions that are among `regions`; None if it has others alone.

    A profile without a list of its own has its AWS profile's region, which is known later.
    """
    if not profile.regions:
        return profile
    left = tuple(region for region in profile.regions if region in regions)
    return replace(profile, regions=left) if left else None


def _find(
    cloud: Cloud,
    profiles: list[Profile],
    unreadable: tuple[tuple[str, Problem], ...],
    name: str,
    region: str | None,
) -> tuple[Notebook, ...]:
    """Return the one notebook instance called `name`, as each profile sees it."""
    from tray.fleet.listing import scopes_of

    if region is not None:
        in_region = [profile for profile in profiles if region in profile.regions] or profiles
        profiles = [replace(profile, regions=(region,)) for profile in in_region]
    scopes, problems = scopes_of(cloud, profiles)
    states = _survey(cloud, scopes, name)
    found = sightings(notebook for state in states for notebook in state.notebooks)
    if len(found) == 1:
        return found[0]
    if found:
        where = tuple((seen[0].scope.profile, seen[0].scope.region) for seen in found)
        raise TrayError("in-several-places", status=ExitStatus.USAGE, name=name, places=where)
    failed = [*unreadable, *problems]
    failed += [(scope(s.scope.profile, s.scope.region), s.problem) for s in states if s.problem]
    _complain_of(failed)
    if failed:
        asked = tuple((s.scope.profile, s.scope.region) for s in states if not s.problem)
        raise TrayError("notebook-instance-not-seen", name=name, places=asked)
    raise TrayError("no-notebook-instance", name=name, places=tuple((each.profile, each.region) for each in scopes))


def _notebook_json(seen: tuple[Notebook, ...]) -> dict[str, object]:
    notebook = seen[0]
    return {
        "profile": notebook.scope.profile,
        "region": notebook.scope.region,
        "name": notebook.name,
        "arn": notebook.arn,
        "status": notebook.status,
        "instance_type": notebook.instance_type,
        "created": iso_utc(notebook.created),
        "modified": iso_utc(notebook.modified),
        "other_profiles": [other.scope.profile for other in seen[1:]],
    }


def _complain_of(problems: list[tuple[str, Problem]], details: bool = False) -> None:
    """Print problems, equal ones as one unless `details` are asked for."""
    for group in grouped(problems):
        if details or len(group.subjects) == 1:
            for subject, problem in zip(group.subjects, group.problems, strict=True):
                complain(problem, subject)
        else:
            complain_of_many(group)


def _print_table(notebooks: list[Notebook]) -> None:
    if not notebooks:
        return
    rows = [(n.name, n.status, n.instance_type, n.scope.region, n.scope.profile) for n in notebooks]
    say(table(texts.notebook_headings(), rows, terminal_width()))

"""`notebook-tray profiles regions`: where a profile lists, and where it has notebook instances."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from tray.cli.access_keys import kept_access_key
from tray.cli.completion import profile_names
from tray.cli.output import print_json, say, table, terminal_width
from tray.cli.progress import progress_bar
from tray.cli.refresh import tell_profiles_changed
from tray.cli.stores import profile_store
from tray.cli.streams import is_terminal
from tray.cli.waiting import wait_for
from tray.model.problems import TrayError
from tray.runtime.workers import Workers
from tray.texts import finding as texts
from tray.texts import help as helps
from tray.texts.language import joined
from tray.texts.shell import Argument, command

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.snapshot import ScopeState
    from tray.model.notebooks import Scope
    from tray.model.searches import RegionSearch
    from tray.settings.profiles.model import Profile


@click.command("regions", help=helps.command("profiles regions"))
@click.argument("name", shell_complete=profile_names)
@click.option("--find", is_flag=True, help=helps.option("find"))
@click.option("--set", "sets", is_flag=True, help=helps.option("set found"))
@click.option("--json", "as_json", is_flag=True, help=helps.option("json"))
def regions(name: str, find: bool, sets: bool, as_json: bool) -> None:
    """Be `notebook-tray profiles regions`."""
    from tray.aws.cloud import Cloud
    from tray.cli.finding import configured_profiles

    if sets and not find:
        raise click.UsageError(texts.set_needs_find())
    profiles, unreadable = configured_profiles((name,))
    if not profiles:
        raise TrayError.of(unreadable[0][1])
    cloud, profile = Cloud(kept_access_key), profiles[0]
    search = _found(cloud, profile) if find else None
    changed = sets and search is not None and bool(search.offered)
    if search is not None and changed:
        profile_store().change(name, lambda it: replace(it, regions=search.offered))
        tell_profiles_changed()
        lists = search.offered
    else:
        lists = _listed(cloud, profile, find=find)
    if as_json:
        _print_json(name, lists, search, changed=changed)
    elif search is None:
        say("\n".join(lists))
    else:
        _print(search, changed=changed, sets=sets)
    if sets and search is not None and not search.found:
        raise TrayError("notebooks-nowhere", profile=name, regions=search.told)


def _listed(cloud: Cloud, profile: Profile, *, find: bool) -> tuple[str, ...]:
    """Return the regions that a profile lists; none if it has no region of its own, after it was looked for them."""
    try:
        return tuple(scope.region for scope in cloud.scopes(profile.name, profile.signer, profile.regions))
    except TrayError as error:
        if find and error.problem.code == "no-region":
            return ()
        raise


def _found(cloud: Cloud, profile: Profile) -> RegionSearch:
    """Return where the profile has notebook instances, once the user has given an MFA code where one is needed."""
    from tray.cli.mfa import with_codes
    from tray.fleet.profiles.region_search import MOST_REGIONS_AT_ONCE, Search, home_of

    def surveyed(scopes: tuple[Scope, ...]) -> list[ScopeState]:
        jobs = [workers.submit(partial(_signed, cloud, scope)) for scope in scopes]
        return wait_for(jobs, lambda _, seconds: texts.looking(0, seconds))

    workers = Workers("search", 1)
    (state,) = with_codes(cloud, surveyed((home_of(cloud, profile),)), surveyed)
    if state.problem is not None:
        raise TrayError.of(state.problem)
    steps: list[RegionSearch] = []
    search = Search(cloud, profile, askers=Workers("regions", MOST_REGIONS_AT_ONCE), told=steps.append)

    def words(_left: list[int], seconds: int) -> str:
        return texts.looking(len(steps[-1].regions) if steps else 0, seconds)

    with progress_bar(texts.looking(0, 0)) as progress:

        def drawn(_seconds: float) -> None:
            if steps:
                progress(steps[-1].told + len(steps[-1].passed_over), len(steps[-1].regions))

        (found,) = wait_for([workers.submit(search.run)], words, drawn if is_terminal(sys.stderr) else None)
    return found


def _signed(cloud: Cloud, home: Scope) -> ScopeState:
    from tray.fleet.snapshot import ScopeState

    try:
        cloud.check_signing(home)
    except TrayError as error:
        return ScopeState(home, problem=error.problem)
    return ScopeState(home)


def _print(search: RegionSearch, *, changed: bool, sets: bool) -> None:
    from tray.menu.finding import search_facts

    if search.found:
        rows = [(each.region, texts.count(each.count, each.more)) for each in search.found]
        say(table(texts.headings(), rows, terminal_width()))
    elif not sets:
        say(texts.found_nothing(search.profile, search.told), err=True)
    for fact in search_facts(search):
        say(fact, err=True)
    if search.passed_over:
        say(joined([each.region for each in search.passed_over]), err=True)
    if changed:
        say(texts.regions_set(search.profile, list(search.offered)))
    elif search.found and not search.offered:
        say(texts.regions_stay(search.profile), err=True)
    elif search.found:
        say(texts.how_to_set(command("profiles", "regions", Argument(search.profile), "--find", "--set")), err=True)


def _print_json(profile: str, lists: tuple[str, ...], search: RegionSearch | None, *, changed: bool) -> None:
    found = search and [{"region": each.region, "count": each.count, "more": each.more} for each in search.found]
    print_json(
        {
            "profile": profile,
            "lists": list(lists),
            "found": found,
            "looked_into": sorted((*search.empty, *(each.region for each in search.found))) if search else [],
            "passed_over": [{"region": each.region, "code": each.problem.code} for each in search.passed_over]
            if search
            else [],
            "account": (search and search.account) or None,
            "set": changed,
        }
    )

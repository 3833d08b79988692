"""Finds the profiles and notebook instances that a command names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.cli.access_keys import kept_access_key
from tray.cli.output import complain, complain_of_many, say
from tray.cli.stores import profile_store
from tray.cli.waiting import wait_for
from tray.fleet.profiles.region_checks import check_regions
from tray.model.notebooks import check_notebook_name
from tray.model.problem_groups import grouped
from tray.model.problems import ExitStatus, TrayError
from tray.model.sightings import sightings
from tray.runtime.workers import Workers
from tray.texts import commands as texts
from tray.texts.menu import asking, scope
from tray.texts.shell import use_typed

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.snapshot import ScopeState
    from tray.model.notebooks import Notebook, Scope
    from tray.model.problems import Problem
    from tray.settings.profiles.model import Profile


def configured_profiles(
    names: tuple[str, ...], *, tell: bool = False
) -> tuple[list[Profile], tuple[tuple[str, Problem], ...]]:
    """Return the profiles of these names, or all that are checked, and why some can't be read.

    :param tell: whether to say on standard error that there are none
    """
    stored = profile_store().load()
    known = {profile.name: profile for profile in (*stored.profiles, *stored.unchecked)}
    bad = {unreadable.name: unreadable.problem for unreadable in stored.problems}
    for name in names:
        if name not in known and name not in bad:
            raise TrayError(
                "no-such-profile",
                status=ExitStatus.USAGE,
                profile=name,
                known=tuple(known),
                in_aws_files=_in_aws_files(name),
            )
    if tell and not names and not stored.profiles and not stored.problems:
        names_of_unchecked = [profile.name for profile in stored.unchecked]
        say(texts.unchecked(names_of_unchecked) if names_of_unchecked else texts.no_profiles_yet(), err=True)
    if not names:
        return list(stored.profiles), tuple(bad.items())
    return [known[n] for n in names if n in known], tuple((n, bad[n]) for n in names if n in bad)


def _in_aws_files(name: str) -> bool:
    """Whether the AWS config or credentials file has an AWS profile of this name."""
    from tray.aws.config import read_aws_profiles

    try:
        return any(each.name == name for each in read_aws_profiles())
    except TrayError:
        return False


def survey(cloud: Cloud, scopes: tuple[Scope, ...], name: str | None = None) -> list[ScopeState]:
    """Return what is in the places, once the user has given the MFA codes that they need, where a terminal can ask."""
    from tray.cli.mfa import with_codes

    return with_codes(cloud, _listed(cloud, scopes, name), lambda again: _listed(cloud, again, name))


def _listed(cloud: Cloud, scopes: tuple[Scope, ...], name: str | None) -> list[ScopeState]:
    from tray.fleet.refreshing.listing import MOST_AT_ONCE, list_scope

    workers = Workers("aws", MOST_AT_ONCE)
    futures = [workers.submit(lambda scope=scope: list_scope(cloud, scope, name=name)) for scope in scopes]  # type: ignore[misc]

    def words(left: list[int], seconds: int) -> str:
        regions = tuple(dict.fromkeys(scopes[at].region for at in left))
        return asking(regions[0], len(regions) - 1, seconds)

    return wait_for(futures, words)


def regions_of(profiles: list[Profile]) -> set[str]:
    """Return the regions that the user has given to profiles: those are taken as they are."""
    return {region for profile in profiles for region in profile.regions}


def within(profile: Profile, regions: tuple[str, ...]) -> Profile | None:
    """Return a profile with those of its regions that are among `regions`; None if it has others alone.

    A profile without a list of its own has its AWS profile's region, which is known later.
    """
    if not profile.regions:
        return profile
    left = tuple(region for region in profile.regions if region in regions)
    return replace(profile, regions=left) if left else None


def find(name: str, profile: str | None, region: str | None) -> tuple[Cloud, list[Profile], tuple[Notebook, ...]]:
    """Return the one notebook instance called `name` as each profile sees it, with what asked and the profiles.

    :param profile: the profile to look in; None for all
    :param region: the region to look in; None for all that the profiles have

    :raises TrayError: there is none, there are several, or not all places can be asked
    """
    from tray.aws.cloud import Cloud
    from tray.fleet.refreshing.listing import scopes_of

    use_typed(profile, region)
    check_notebook_name(name)
    profiles, unreadable = configured_profiles((profile,) if profile is not None else ())
    check_regions((region,) if region is not None else (), allowed=regions_of(profiles))
    cloud, configured = Cloud(kept_access_key), profiles
    if region is not None:
        in_region = [each for each in profiles if region in each.regions] or profiles
        profiles = [replace(each, regions=(region,)) for each in in_region]
    scopes, problems = scopes_of(cloud, profiles)
    states = survey(cloud, scopes, name)
    found = sightings(notebook for state in states for notebook in state.notebooks)
    if len(found) == 1:
        return cloud, configured, found[0]
    if found:
        where = tuple((seen[0].scope.profile, seen[0].scope.region) for seen in found)
        raise TrayError("in-several-places", status=ExitStatus.USAGE, name=name, places=where)
    failed = [*unreadable, *problems]
    failed += [(scope(s.scope.profile, s.scope.region), s.problem) for s in states if s.problem]
    complain_of_all(failed)
    if failed:
        asked = tuple((s.scope.profile, s.scope.region) for s in states if not s.problem)
        raise TrayError("notebook-instance-not-seen", name=name, places=asked)
    raise TrayError("no-notebook-instance", name=name, places=tuple((each.profile, each.region) for each in scopes))


def complain_of_all(problems: list[tuple[str, Problem]], details: bool = False) -> None:
    """Print problems, equal ones as one unless `details` are asked for."""
    for group in grouped(problems):
        if details or len(group.subjects) == 1:
            for subject, problem in zip(group.subjects, group.problems, strict=True):
                complain(problem, subject)
        else:
            complain_of_many(group)

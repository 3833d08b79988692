"""Listing the notebook instances of many scopes, where one that fails never hides the others."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tray.aws.config import read_aws_profiles
from tray.aws.config_checks import refused_files
from tray.fleet.snapshot import ScopeState, Source
from tray.model.problems import Problem, TrayError

if TYPE_CHECKING:
    from tray.aws.cloud import Cloud
    from tray.fleet.snapshot import Listing
    from tray.model.notebooks import Scope
    from tray.settings.profiles.model import Profile

log = logging.getLogger(__name__)

# How many lists run at once: 200 calls of 100 ms take 0.43 s with 64 threads and 2.8 s with 8.
MOST_AT_ONCE = 64


def scopes_of(cloud: Cloud, profiles: Iterable[Profile]) -> tuple[tuple[Scope, ...], tuple[tuple[str, Problem], ...]]:
    """Return where the profiles' notebook instances are, and by profile name why that can't be told."""
    scopes: list[Scope] = []
    problems: list[tuple[str, Problem]] = []
    for profile in profiles:
        try:
            scopes += cloud.scopes(profile.name, profile.signer, profile.regions)
        except TrayError as error:
            log.info("profile %s: %s", profile.name, error)
            problems.append((profile.name, error.problem))
        except Exception:
            log.exception("profile %s: where it lists failed", profile.name)
            problems.append((profile.name, Problem.of("profile-listing-failed", profile=profile.name)))
    return tuple(scopes), tuple(problems)


def aws_profiles_found(known: Listing, problems: list[tuple[str | Source, Problem]]) -> tuple[str, ...]:
    """Return the names in the AWS config files; where they can't be read, those `known`, and one of `problems` more."""
    try:
        found = tuple(profile.name for profile in read_aws_profiles())
        problems += [(Source.AWS_CONFIG, problem) for problem in refused_files()]
        return found
    except TrayError as error:
        log.warning("AWS config: %s", error)
        problems.append((Source.AWS_CONFIG, error.problem))
        return known.aws_profiles


def list_scope(
    cloud: Cloud,
    scope: Scope,
    known: ScopeState | None = None,
    *,
    name: str | None = None,
    clock: Callable[[], float] = time.time,
) -> ScopeState:
    """Return the notebook instances at `scope` as they are now; with `name`, only the one called so.

    If they can't be listed, the result holds the problem, and what was `known` before, with its age.
    """
    now = clock()
    try:
        found = cloud.list_notebooks(scope) if name is None else cloud.find_notebooks(scope, name)
    except TrayError as error:
        # The problem says all that a log can use; a traceback of botocore's tells nothing more.
        log.info("%s, %s: %s", scope.profile, scope.region, error)
        problem = error.problem
    except Exception:
        log.exception("%s, %s: listing failed", scope.profile, scope.region)
        problem = Problem.of("listing-failed", profile=scope.profile, region=scope.region)
    else:
        # The very same where nothing changed: what is made of them is then known to be the same, and not kept twice.
        same = known is not None and known.notebooks == found
        return ScopeState(scope, known.notebooks if known and same else found, clock(), asked_at=now)
    return ScopeState(
        scope, known.notebooks if known else (), known.listed_at if known else None, problem, asked_at=now
    )

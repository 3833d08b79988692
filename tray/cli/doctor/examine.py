"""All checks, at once where they wait, in the order in which they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from tray.cli.access_keys import kept_access_key
from tray.cli.doctor import desktop, network, settings
from tray.cli.doctor.checks import Bench, Check, CheckState, Started
from tray.cli.doctor.login import name_of, sign_in
from tray.cli.doctor.network import region_name
from tray.model.problems import TrayError

if TYPE_CHECKING:
    from tray.aws.calls.connectivity import Connectivity
    from tray.aws.cloud import Cloud
    from tray.model.notebooks import Scope
    from tray.settings.profiles.model import Profile


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a check may take; a sign-in, which may run a credential_process, longer than that may."""

    local: float = 20.0
    network: float = 40.0
    sign_in: float = 75.0


def examine(patience: Patience | None = None) -> list[Check]:
    """Make all checks. Changes nothing, and shows nothing."""
    from tray.aws.cloud import Cloud

    patience = patience or Patience()
    bench = Bench()
    on_desktop = {
        desktop.TRAY: bench.start(desktop.TRAY, desktop.tray_and_notifications, patience.local),
        desktop.BROWSER: bench.start(desktop.BROWSER, desktop.browser, patience.local),
        desktop.AUTOSTART: bench.start(desktop.AUTOSTART, desktop.autostart, patience.local),
        desktop.RUNNING: bench.start(desktop.RUNNING, desktop.running, patience.local),
    }
    keyring = bench.start(settings.KEYRING, settings.keyring, patience.local)
    files = bench.start(settings.CONFIG, settings.config_files, patience.local)
    kept = keyring.outcome()
    profiles, in_keyring = (None, [kept]) if isinstance(kept, Check) else (kept.profiles, list(kept.checks))
    of_config = _checks(files)
    of_aws = _of_aws(bench, Cloud(partial(kept_access_key, ask=False)), profiles, patience)
    of_desktop = [check for each in on_desktop.values() for check in _checks(each)]
    return [*of_desktop, *in_keyring, *of_config, *of_aws]


def _of_aws(bench: Bench, cloud: Cloud, profiles: Sequence[Profile] | None, patience: Patience) -> list[Check]:
    """Check sign-ins and ways to AWS; of the AWS config's regions where there is no profile to tell any."""
    unplaced: list[Check] = []
    placed: dict[str, tuple[Scope, ...]] = {}
    looking = {
        p.name: bench.start(name_of(p.name), lambda p=p: settings.scopes_of(cloud, p), patience.local)  # type: ignore[misc]
        for p in profiles or ()
    }
    for name, each in looking.items():
        found = each.outcome()
        if isinstance(found, Check):
            unplaced.append(found)
        else:
            placed[name] = found
    signing_in = [
        bench.start(name_of(name), lambda scopes=scopes: sign_in(cloud, scopes), patience.sign_in)  # type: ignore[misc]
        for name, scopes in placed.items()
    ]
    scopes = [scope for each in placed.values() for scope in each]
    if not scopes:
        with suppress(TrayError):  # the check of the config files tells
            scopes = list(settings.scopes_of_config())
    regions, reaches = _regions(bench, scopes, patience.network)
    derived = (
        (network.CLOCK, lambda: network.clock_check(reaches)),
        (network.PROXY, lambda: network.proxy_check(reaches)),
        (network.CERTIFICATES, lambda: network.certificates_check(reaches)),
    )
    started = [bench.start(name, job, patience.network) for name, job in derived]
    ways = [each.outcome() for each in started]
    sign_ins = [*unplaced, *(check for each in signing_in for check in _checks(each))]
    if not sign_ins:
        sign_ins = [Check("sign-in", CheckState.SKIPPED, "Needs a profile.")]
    return [*sign_ins, *regions, *ways]


def _regions(bench: Bench, scopes: Sequence[Scope], seconds: float) -> tuple[list[Check], list[Connectivity]]:
    from tray.aws.calls.connectivity import reach, way_of

    ways: dict[object, Scope] = {}
    for scope in scopes:
        try:
            way: object = way_of(scope)
        except Exception:  # noqa: BLE001 - its own check tells what is wrong with the config
            way = scope.region
        ways.setdefault(way, scope)
    if not ways:
        return [Check("region", CheckState.SKIPPED, "Needs a profile with a region.")], []
    asked = [(p, bench.start(region_name(p), lambda p=p: reach(p), seconds)) for p in ways.values()]  # type: ignore[misc]
    counted = Counter(scope.region for scope in ways.values())
    checks: list[Check] = []
    reaches: list[Connectivity] = []
    for scope, each in asked:
        found = each.outcome()
        check = found if isinstance(found, Check) else network.region_check(found)
        if not isinstance(found, Check):
            reaches.append(found)
        checks.append(replace(check, name=f"{check.name} as {scope.profile}") if counted[scope.region] > 1 else check)
    return checks, reaches


def _checks(started: Started[list[Check]]) -> list[Check]:
    found = started.outcome()
    return [found] if isinstance(found, Check) else found

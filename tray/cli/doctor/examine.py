"""All checks: they run at the same time where they wait, and are returned in the order of the report."""

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
from tray.cli.doctor.login import sign_in
from tray.model.problems import TrayError
from tray.texts import doctor as texts
from tray.texts import doctor_network as network_texts
from tray.texts import policy as policy_texts

if TYPE_CHECKING:
    from tray.aws.calls.connectivity import Connectivity
    from tray.aws.cloud import Cloud
    from tray.model.notebooks import Scope
    from tray.settings.profiles.model import Profile


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds each check may take. A sign-in gets more time than a credential_process, which it may run."""

    local: float = 20.0
    network: float = 40.0
    sign_in: float = 75.0


def examine(patience: Patience | None = None) -> list[Check]:
    """Run all checks. They change nothing, and show nothing."""
    from tray.aws.cloud import Cloud

    patience = patience or Patience()
    bench = Bench()
    on_desktop = [
        bench.start(name, job, patience.local)
        for name, job in (
            (texts.tray_host(), desktop.tray_and_notifications),
            (texts.default_browser(), desktop.browser),
            (texts.own_pages(), desktop.way_back),
            (texts.start_at_login(), desktop.autostart),
            (texts.running_copy(), desktop.running),
            (texts.own_folders(), desktop.own_folders),
            (policy_texts.doctor_name(), settings.policy),
        )
    ]
    keyring = bench.start(texts.keyring(), settings.keyring, patience.local)
    files = bench.start(texts.aws_config(), settings.config_files, patience.local)
    kept = keyring.outcome()
    profiles, in_keyring = (None, [kept]) if isinstance(kept, Check) else (kept.profiles, list(kept.checks))
    of_config = _checks(files)
    of_aws = _of_aws(bench, Cloud(partial(kept_access_key, ask=False)), profiles, patience)
    of_desktop = [check for each in on_desktop for check in _checks(each)]
    return [*of_desktop, *in_keyring, *of_config, *of_aws]


def _of_aws(bench: Bench, cloud: Cloud, profiles: Sequence[Profile] | None, patience: Patience) -> list[Check]:
    """Check sign-ins and ways to AWS; without profiles, check the way to the regions of the AWS config."""
    unplaced: list[Check] = []
    placed: dict[str, tuple[Scope, ...]] = {}
    looking = {
        p.name: bench.start(texts.sign_in(p.name), lambda p=p: settings.scopes_of(cloud, p), patience.local)  # type: ignore[misc]
        for p in profiles or ()
    }
    for name, each in looking.items():
        found = each.outcome()
        if isinstance(found, Check):
            unplaced.append(found)
        else:
            placed[name] = found
    signing_in = [
        bench.start(texts.sign_in(name), lambda scopes=scopes: sign_in(cloud, scopes), patience.sign_in)  # type: ignore[misc]
        for name, scopes in placed.items()
    ]
    scopes = [scope for each in placed.values() for scope in each]
    if not scopes:
        with suppress(TrayError):  # the check of the config files reports the error
            scopes = list(settings.scopes_of_config())
    regions, reaches = _regions(bench, scopes, patience.network)
    derived = (
        (texts.clock(), lambda: network.clock_check(reaches)),
        (texts.proxy(), lambda: network.proxy_check(reaches)),
        (texts.certificates(), lambda: network.certificates_check(reaches)),
    )
    started = [bench.start(name, job, patience.network) for name, job in derived]
    ways = [each.outcome() for each in started]
    sign_ins = [*unplaced, *(check for each in signing_in for check in _checks(each))]
    if not sign_ins:
        sign_ins = [Check(texts.sign_in(None), CheckState.SKIPPED, network_texts.needs_profile())]
    return [*sign_ins, *regions, *ways]


def _regions(bench: Bench, scopes: Sequence[Scope], seconds: float) -> tuple[list[Check], list[Connectivity]]:
    from tray.aws.calls.connectivity import reach, way_of

    ways: dict[object, Scope] = {}
    for scope in scopes:
        try:
            way: object = way_of(scope)
        except Exception:  # noqa: BLE001 - the check of the config reports what is wrong with it
            way = scope.region
        ways.setdefault(way, scope)
    if not ways:
        return [Check(texts.region(None), CheckState.SKIPPED, network_texts.needs_region())], []
    asked = [(p, bench.start(texts.region(p.region), lambda p=p: reach(p), seconds)) for p in ways.values()]  # type: ignore[misc]
    counted = Counter(scope.region for scope in ways.values())
    checks: list[Check] = []
    reaches: list[Connectivity] = []
    for scope, each in asked:
        found = each.outcome()
        check = found if isinstance(found, Check) else network.region_check(found)
        if not isinstance(found, Check):
            reaches.append(found)
        several = counted[scope.region] > 1
        checks.append(replace(check, name=texts.region_as(scope.region, scope.profile)) if several else check)
    return checks, reaches


def _checks(started: Started[list[Check]]) -> list[Check]:
    found = started.outcome()
    return [found] if isinstance(found, Check) else found

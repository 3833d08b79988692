"""Hundreds of Identity Center profiles behind a portal that takes 20 calls a second: `list`, and the tray."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import proc
from tests.benchmarks.arrivals import EndpointClient
from tests.benchmarks.bench import COMMAND, Bench, Tray, run_seconds, tray
from tests.benchmarks.figures import Row, Samples, Unit
from tests.benchmarks.stage import Stage
from tests.benchmarks.world import Size
from tests.support.endpoint import Endpoint
from tests.support.secret_service import secret_service as login
from tests.support.sign_in import Person, identity_center, of_many
from tests.support.waiting import wait_until
from tray.aws.cloud import Cloud
from tray.model.sign_in import Method, SignIn
from tray.settings.profiles.model import Profile
from tray.settings.profiles.store import ProfileStore

COUNT = 800
A_SECOND = 20.0
_CORP = SignIn(Method.BROWSER, "corp", "corp")
_PATIENT_SECONDS = 180.0
_EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class _Seen:
    first_menu: float
    slowest_menu: float
    rss: float
    calls: int
    seconds: float


def rows(bench: Bench) -> list[Row]:
    """Measure each once: the portal's limit alone takes 40 s."""
    with _portal(bench.folder / "portal") as (stage, endpoint):
        listed = run_seconds([*COMMAND, "list"], stage.environment)
        asked = len(endpoint.recorder.calls("GetRoleCredentials"))
        endpoint.recorder.clear()
        with tray(stage) as ours:
            seen = _watched(ours, endpoint)
    of = f"{COUNT} profiles of a portal that takes {A_SECOND:.0f} calls a second"

    def row(name: str, what: str, unit: Unit, value: float, limit: float) -> Row:
        return Row(name, what, unit, Samples((value,)), limit)

    return [
        row("portal-list", f"list, {of}", Unit.SECONDS, listed, COUNT / A_SECOND * 1.1),
        row("portal-calls", f"list, {of}: calls of the portal", Unit.COUNT, asked, COUNT * 1.1),
        row("portal-menu", f"tray, {of}: icon to usable menu", Unit.SECONDS, seen.first_menu, 1.0),
        row(
            "portal-slowest",
            "the same: slowest answer of the menu meanwhile",
            Unit.MILLISECONDS,
            seen.slowest_menu,
            0.1,
        ),
        row("portal-tray", "the same: until all is listed", Unit.SECONDS, seen.seconds, COUNT / A_SECOND * 1.25),
        row("portal-tray-calls", "the same: calls of the portal", Unit.COUNT, seen.calls, COUNT * 1.1),
        row("portal-rss", "the same: RSS", Unit.MEBIBYTES, seen.rss, 110.0 * (1 << 20)),
    ]


def _watched(ours: Tray, endpoint: Endpoint) -> _Seen:
    wait_until(lambda: "Profiles" in ours.host.labels(), "the menu")
    first = time.monotonic() - ours.registered
    slowest = 0.0

    def listed() -> bool:
        nonlocal slowest
        began = time.monotonic()
        labels = ours.host.labels()
        slowest = max(slowest, time.monotonic() - began)
        line = next(iter(labels), "")
        return line.startswith("1 of 1 running · Updated")

    wait_until(listed, "all to be listed", seconds=_PATIENT_SECONDS, interval_seconds=_EVERY_SECONDS)
    seconds = time.monotonic() - ours.registered
    calls = len(endpoint.recorder.calls("GetRoleCredentials"))
    return _Seen(first, slowest, proc.memory(ours.pid).resident, calls, seconds)


@contextmanager
def _portal(folder: Path) -> Iterator[tuple[Stage, Endpoint]]:
    """Run the portal and a keyring with its profiles, signed in."""
    folder.mkdir(parents=True)
    center, config = of_many(COUNT)
    before = dict(os.environ)
    try:
        with login(folder / "keyring") as keyring:
            os.environ.update(keyring.environment)
            home = Path(keyring.environment["HOME"])
            names: list[str] = []

            def setenv(name: str, value: str) -> None:
                names.append(name)
                os.environ[name] = value

            with identity_center(home, setenv, center, config) as endpoint:
                os.environ["AWS_MAX_ATTEMPTS"] = "3"
                Cloud().sign_in(_CORP, Person())
                ProfileStore().add_many([Profile(f"p{number}", f"p{number}") for number in range(COUNT)])
                endpoint.faults.set_rate("GetRoleCredentials", A_SECOND)
                environment = {**keyring.environment, **{name: os.environ[name] for name in names}}
                client = EndpointClient(endpoint.url, endpoint.control.url, endpoint.control.token)
                size = Size(COUNT, 1, 1)
                yield Stage(folder, size, keyring.address, environment, client, folder / "no-browser"), endpoint
    finally:
        os.environ.clear()
        os.environ.update(before)

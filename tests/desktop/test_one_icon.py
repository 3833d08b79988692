"""One icon a desktop, over D-Bus: a second start, and the commands that the running tray follows."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.claimant import claimant
from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.menu_client import MenuClient, menu_client
from tests.support.private_bus import private_bus
from tests.support.processes import end_process
from tests.support.program import COMMAND, Program, program, run
from tests.support.secret_service import SecretService, secret_service
from tests.support.stub_notifications import StubNotifications
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until
from tests.support.xvfb import xvfb
from tray.app import App
from tray.desktop.single_instance import claim
from tray.desktop.single_instance.claim import is_held, lock_paths
from tray.desktop.single_instance.messages import InstanceRequest, Names

# At the same time: a round is mostly waiting.
DESKTOPS = 4

ALREADY = "Notebook Tray is running already, and shows where in a notification.\n"


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Give the environment of a desktop's programs, without a keyring."""
    # Not tmp_path, which has the test's name in it: the paths of sockets are short.
    with private_bus(tmp_path_factory.mktemp("bus")) as address:
        yield {
            **os.environ,
            "DBUS_SESSION_BUS_ADDRESS": address,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }


@contextmanager
def desktop(environment: dict[str, str]) -> Iterator[tuple[StubWatcher, StubNotifications]]:
    address = environment["DBUS_SESSION_BUS_ADDRESS"]
    with StubWatcher(address) as watcher, StubNotifications(address) as notifications:
        yield watcher, notifications


def test_a_second_start_shows_where_the_first_is_and_ends(environment: dict[str, str], tmp_path: Path) -> None:
    with desktop(environment) as (watcher, notifications), program(environment, tmp_path / "first.log") as first:
        watcher.wait_for_item()
        second = run(environment)
        assert (second.returncode, second.stdout, second.stderr) == (0, ALREADY, "")
        (shown,) = wait_until(lambda: notifications.shown, "a notification")
        assert shown.title == "Notebook Tray is running"
        assert "panel" in shown.body
        assert len(watcher.items) == 1
        assert first.process.poll() is None


def test_where_there_is_no_tray_a_second_start_says_what_to_do(environment: dict[str, str], tmp_path: Path) -> None:
    environment["XDG_CURRENT_DESKTOP"] = "ubuntu:GNOME"
    with (
        StubNotifications(environment["DBUS_SESSION_BUS_ADDRESS"]) as notifications,
        program(environment, tmp_path / "first.log"),
    ):
        wait_until(lambda: [path for path in lock_paths() if path.read_bytes().strip()], "the first to listen")
        # By itself it says the same, and only after 10 s.
        assert run(environment).stdout == ALREADY
        shown = wait_until(lambda: notifications.shown, "a notification")[0]
        assert "gnome-shell-extension-appindicator" in shown.body


def test_after_a_kill_the_next_start_has_the_icon(environment: dict[str, str], tmp_path: Path) -> None:
    with desktop(environment) as (watcher, notifications):
        with program(environment, tmp_path / "first.log") as first:
            watcher.wait_for_item()
            assert run(environment).stdout == ALREADY
            wait_until(lambda: notifications.shown, "its notification")
            first.process.kill()
            first.process.wait()
        with program(environment, tmp_path / "second.log"):
            wait_until(lambda: len(watcher.items) == 2, "the second's icon")
            assert run(environment).stdout == ALREADY
            assert wait_until(lambda: len(notifications.shown) == 2, "both notifications")


def test_another_desktop_of_the_same_person_has_an_icon_of_its_own(
    environment: dict[str, str], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with ExitStack() as stack:
        other = {
            **environment,
            "DBUS_SESSION_BUS_ADDRESS": stack.enter_context(private_bus(tmp_path_factory.mktemp("other"))),
        }
        for each, log in ((environment, "one.log"), (other, "other.log")):
            watcher, _ = stack.enter_context(desktop(each))
            stack.enter_context(program(each, tmp_path / log))
            watcher.wait_for_item()
        for each in (environment, other):
            assert run(each).stdout == ALREADY


def test_the_demo_runs_beside_it(environment: dict[str, str], tmp_path: Path) -> None:
    with (
        desktop(environment) as (watcher, _),
        program(environment, tmp_path / "first.log"),
        program(environment, tmp_path / "demo.log", "demo"),
    ):
        wait_until(lambda: len(watcher.items) == 2, "both icons")


@pytest.fixture
def environments(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[dict[str, str]]]:
    """Give those of several desktops, which don't know of each other."""
    with ExitStack() as stack:
        yield [
            {
                **environment,
                "DBUS_SESSION_BUS_ADDRESS": stack.enter_context(private_bus(tmp_path_factory.mktemp("bus"))),
            }
            for _ in range(DESKTOPS)
        ]


@pytest.mark.timeout(600)  # 400 starts
def test_200_times_starts_at_the_same_instant_end_in_one_icon(environments: list[dict[str, str]]) -> None:
    with ThreadPoolExecutor(DESKTOPS) as desktops:
        assert sum(desktops.map(one_icon_each_time, environments)) == 200


def one_icon_each_time(environment: dict[str, str]) -> int:
    """Start two at once again and again on one desktop; return in how many rounds there was one icon in the end."""
    rounds = 200 // DESKTOPS
    with desktop(environment) as (watcher, notifications):
        for round_ in range(1, rounds + 1):
            start_two_at_once(environment, lambda: len(notifications.shown) >= round_)  # noqa: B023 - called here
            assert len(watcher.items) == len(notifications.shown) == round_
    return rounds


def start_two_at_once(environment: dict[str, str], notified: Callable[[], bool]) -> None:
    """See one of them end as a second start does, and the other show its notification; then end that too."""
    starts = [subprocess.Popen(COMMAND, env=environment, stdout=subprocess.PIPE) for _ in range(2)]
    try:
        (ended,) = wait_until(lambda: [start for start in starts if start.poll() is not None], "one to end")
        assert ended.returncode == 0
        assert ended.stdout
        assert ended.stdout.read().decode() == ALREADY
        wait_until(notified, "the notification")
    finally:
        for start in starts:
            end_process(start)
            if start.stdout:
                start.stdout.close()


def test_refresh_without_a_tray_says_so(environment: dict[str, str]) -> None:
    ran = run(environment, "refresh")
    assert ran.returncode == 3
    assert "Notebook Tray is not running" in ran.stderr
    assert "→" in ran.stderr


@dataclass
class World:
    """The running tray with everything that it meets."""

    cloud: SampleCloud
    keyring: SecretService
    environment: dict[str, str]
    log: Path

    @contextmanager
    def tray(self) -> Iterator[tuple[Program, MenuClient]]:
        with (
            StubWatcher(self.keyring.address),
            program(self.environment, self.log) as running,
            menu_client(self.keyring.address) as menu,
        ):
            yield running, menu

    def cli(self, *args: str) -> str:
        ran = run(self.environment, *args)
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout

    def wait_for_lists(self) -> None:
        """Wait until AWS is asked for notebook instances, which by itself the tray does every 5 minutes.

        Not for the menu: to look at one asks for what is newer.
        """
        wait_until(
            lambda: self.cloud.endpoint.recorder.calls("ListNotebookInstances"), "notebook instances to be listed"
        )


@pytest.fixture
def world(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with sample_cloud(tmp_path) as cloud, secret_service(tmp_path_factory.mktemp("keyring")) as keyring:
        # The two in a transition: while they are, the tray lists every 5 s.
        for account, region, name in (
            ("111122223333", "eu-west-1", "survey-cleaning"),
            ("444455556666", "ap-southeast-2", "price-elasticity"),
        ):
            cloud.endpoint.world.remove(account, region, name)
        environment = {**keyring.environment, **cloud.files.environment, "AWS_MAX_ATTEMPTS": "1"}
        yield World(cloud, keyring, environment, tmp_path / "tray.log")


def test_the_menu_follows_the_commands_that_change_profiles(world: World) -> None:
    with world.tray() as (_, menu):
        menu.wait_for_entry("No profiles yet: choose one under Profiles")
        world.cli("profiles", "import", "forecasting")
        world.wait_for_lists()
        menu.wait_for_entry("demand-forecast — Running", "Open JupyterLab (4 h)")

        world.cli("profiles", "set", "forecasting", "--session-length", "8h")
        menu.wait_for_entry("demand-forecast — Running", "Open JupyterLab (8 h)")

        world.cloud.endpoint.recorder.clear()
        world.cli("profiles", "add", "mine", "--aws-profile", "research", "--region", "eu-west-1")
        world.wait_for_lists()
        menu.wait_for_entry(re.compile("^churn-model"))

        world.cloud.endpoint.recorder.clear()
        world.cli("profiles", "remove", "forecasting")
        world.wait_for_lists()
        wait_until(lambda: not any("demand-forecast" in entry.label for entry in menu.layout().children), "its end")


def test_refresh_lists_anew(world: World) -> None:
    world.cli("profiles", "import", "forecasting")
    with world.tray() as (_, menu):
        menu.wait_for_entry("demand-forecast — Running")
        world.cloud.endpoint.recorder.clear()
        assert world.cli("refresh") == "The tray lists the notebook instances anew.\n"
        world.wait_for_lists()


def test_a_tray_that_hangs_is_noted_and_the_change_is_made(world: World) -> None:
    with world.tray() as (running, menu):
        menu.wait_for_entry("No profiles yet: choose one under Profiles")
        os.kill(running.process.pid, signal.SIGSTOP)
        try:
            ran = run(world.environment, "profiles", "import", "forecasting")
        finally:
            os.kill(running.process.pid, signal.SIGCONT)
    assert (ran.returncode, ran.stdout) == (0, "forecasting: imported\n")
    assert "was not told" in ran.stderr
    assert "forecasting" in world.cli("profiles", "list")


@pytest.mark.parametrize("start", [(), ("--autostarted",)])
def test_a_start_in_a_later_session_hands_it_over(world: World, tmp_path: Path, start: tuple[str, ...]) -> None:
    """The bus outlives a desktop session, as with lingering users: what is opened then opens on the new display."""
    seen = tmp_path / "seen"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s %s\\n" "$DISPLAY" "$XDG_CURRENT_DESKTOP" >>{seen}\n')
    browser.chmod(0o755)
    world.environment.update({"BROWSER": str(browser), "XDG_CURRENT_DESKTOP": "XFCE"})
    world.cli("profiles", "import", "forecasting")
    with ExitStack() as stack:
        with xvfb() as first:
            world.environment["DISPLAY"] = first
            running, menu = stack.enter_context(world.tray())
            menu.wait_for_entry("demand-forecast — Running", "Open JupyterLab (4 h)")
        with xvfb() as second:
            later = {**world.environment, "DISPLAY": f"{second}.0", "XDG_CURRENT_DESKTOP": "MATE"}
            assert run(later, *start).returncode == 0
            menu.click("demand-forecast — Running", "Open JupyterLab (4 h)")
            wait_until(seen.exists, "the browser")
            assert seen.read_text() == f"{second}.0 MATE\n"
            assert running.process.poll() is None


def test_a_tray_whose_display_ends_and_is_not_handed_over_ends(environment: dict[str, str], tmp_path: Path) -> None:
    """The bus outlives the display. The tray waits for a session that hands it over, and for no longer."""
    with ExitStack() as stack:
        stack.enter_context(desktop(environment))
        with xvfb() as first:
            running = stack.enter_context(program({**environment, "DISPLAY": first}, tmp_path / "tray.log"))
            wait_until(lambda: "The display is watched" in _log_of(environment), "the watch")
        with xvfb() as second:
            assert run({**environment, "DISPLAY": second}, "--autostarted").returncode == 0
            assert running.process.poll() is None
        assert running.wait_for_end() == 0
        assert running.said() == ""
        assert not any(map(is_held, lock_paths())), "the next start has the icon"


@pytest.mark.parametrize("request_", [InstanceRequest.SHOW, InstanceRequest.SESSION])
def test_one_that_ends_answers_no_start(request_: InstanceRequest) -> None:
    """The icon has gone, and the process is about to: the start waits, and then has the icon."""
    held = claim()
    assert held
    with held, claimant() as start:
        app = App(lambda: pytest.fail("the profiles are read"), claim=held)
        tried = list[InstanceRequest]()

        def ask(request: InstanceRequest) -> Names | None:
            tried.append(request)
            return app._asked(request)

        held.serve(ask, app._follow)
        app._leave()
        start.say("start 60" if request_ is InstanceRequest.SHOW else "hand-over 60")
        wait_until(lambda: request_ in tried, "the start to ask")
        held.release()
        assert start.hear() == "held"


def _log_of(environment: dict[str, str]) -> str:
    log = Path(environment["HOME"]) / ".local" / "state" / "notebook-tray" / "log" / "notebook-tray.log"
    return log.read_text(encoding="utf-8") if log.exists() else ""

"""The program as a whole, over D-Bus: a real keyring, a real AWS SDK, the embedded endpoint, and no panel."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.menu_client import Entry, MenuClient, menu_client
from tests.support.program import Program, program, run
from tests.support.secret_service import SecretService, secret_service
from tests.support.stub_notifications import WITH_ACTIONS, StubNotifications
from tests.support.stub_prompter import StubPrompter
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until
from tray.demo.sample_sign_in import add_sign_in_sample
from tray.desktop.icon.artwork import Artwork
from tray.desktop.single_instance import posix

RUNNING = re.compile("of 8 running")


@dataclass
class World:
    """Everything that the program meets, and what starts it there."""

    folder: Path
    cloud: SampleCloud
    keyring: SecretService
    environment: dict[str, str]

    @property
    def visited(self) -> Path:
        """What the stand-in for a browser was told to open, and what it was led to."""
        return self.folder / "visited"

    @contextmanager
    def tray(self) -> Iterator[tuple[Program, MenuClient]]:
        with (
            StubWatcher(self.keyring.address),
            program(self.environment, self.folder / "tray.log") as running,
            menu_client(self.keyring.address) as menu,
        ):
            yield running, menu

    def cli(self, *args: str) -> str:
        ran = run(self.environment, *args)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


# A browser that stays: it asks for the page, follows the redirect, notes what it was given, and ends with the test.
_BROWSER = """
import os, sys, time, urllib.request
with urllib.request.urlopen(sys.argv[1]) as page:
    with open({visited!r}, "a") as file:
        print(sys.argv[1], page.url, file=file)
for _ in range(6000):
    if os.path.exists({closed!r}):
        break
    time.sleep(0.1)
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with sample_cloud(tmp_path) as cloud, secret_service(tmp_path / "keyring") as keyring:
        browser = tmp_path / "browser.py"
        browser.write_text(_BROWSER.format(visited=str(tmp_path / "visited"), closed=str(tmp_path / "closed")))
        environment = {
            **keyring.environment,
            **cloud.files.environment,
            "AWS_MAX_ATTEMPTS": "1",
            "BROWSER": f"{sys.executable} {browser} %s",
        }
        yield World(tmp_path, cloud, keyring, environment)
        (tmp_path / "closed").touch()


@pytest.fixture
def configured(world: World) -> World:
    world.cli("profiles", "import", "research", "--region", "eu-west-1", "--region", "us-east-1")
    world.cli("profiles", "import", "forecasting")
    return world


def state(root: Entry) -> str:
    return root.children[0].label


def test_from_nothing_to_a_notebook_without_a_terminal(world: World) -> None:
    with world.tray() as (_, menu):
        menu.wait_for_entry("No profiles yet: choose one under Profiles")
        assert menu.layout().children[1].label == "Profiles"
        menu.click("Profiles", "forecasting")
        menu.wait_for_entry(re.compile("^1 of 3 running · Updated"))
        menu.wait_for_entry("demand-forecast — Running", "Open JupyterLab (4 h)")
        assert menu.layout().find("Profiles", "forecasting").checked
        assert not menu.layout().find("Profiles", "research").checked
    listed = json.loads(world.cli("profiles", "list", "--json"))["profiles"]
    assert [profile["name"] for profile in listed] == ["forecasting"]


def test_a_choice_in_the_menu_ends_in_the_browser(configured: World) -> None:
    with configured.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click("claims-text-mining — Running for 26 h", "JupyterLab for 30 min")
        wait_until(configured.visited.exists, "the browser to be led to the notebook")
        menu.wait_for_entry(RUNNING)
        address, landed = configured.visited.read_text().split()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\S{20,}", address)
    assert "claims-text-mining" in landed
    (call,) = configured.cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl")
    assert call.parameters["SessionExpirationDurationInSeconds"] == 1800
    assert (call.region, call.account_id) == ("us-east-1", "111122223333")


def test_the_session_length_of_a_plain_open_is_chosen_in_the_menu_and_kept(configured: World) -> None:
    with configured.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        before = menu.layout().find("churn-model — Running").id
        menu.click("Session length: 4 h", "8 h")
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (8 h)")
        assert menu.layout().find("churn-model — Running").id == before
        lengths = menu.layout().find("Session length: 8 h").children
        assert [(entry.label, entry.kind) for entry in lengths if entry.checked] == [
            ("8 h", "radio"),
            ("In JupyterLab", "radio"),
        ]
        menu.click("churn-model — Running", "Open Jupyter (8 h)")
        wait_until(configured.visited.exists, "the browser to be led to the notebook")
    (call,) = configured.cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl")
    assert call.parameters["SessionExpirationDurationInSeconds"] == 8 * 3600
    with configured.tray() as (_, menu):
        menu.wait_for_entry(re.compile("^churn-model — Running, open until "), "Open JupyterLab (8 h)")


def test_a_failure_is_told_in_a_notification_the_state_line_and_the_icon(configured: World) -> None:
    configured.cloud.endpoint.faults.add(
        Fault(Trouble.ERROR, "AccessDeniedException", operation="CreatePresignedNotebookInstanceUrl")
    )
    idle, attention = (
        [[p.width, p.height, p.argb] for p in Artwork.load(state).pixmaps] for state in ("idle", "attention")
    )

    def pixmap(menu: MenuClient) -> list[Any]:
        return [[width, height, bytes(argb)] for width, height, argb in menu.item_property("IconPixmap")]

    with StubNotifications(configured.keyring.address) as notifications, configured.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        wait_until(lambda: pixmap(menu) == idle, "the idle icon")
        assert menu.item_property("Status") == "Active"
        menu.click("churn-model — Running", "Open JupyterLab (4 h)")
        shown = wait_until(lambda: notifications.shown, "a notification")[0]
        assert shown.title == "Opening churn-model: Access denied"
        assert "sagemaker:CreatePresignedNotebookInstanceUrl" in shown.body
        problem = menu.wait_for_entry("Opening churn-model: Access denied")
        assert any("→ Ask your administrator" in line.label for line in problem.children)
        wait_until(lambda: pixmap(menu) == attention, "the attention icon")
        wait_until(lambda: menu.item_property("Status") == "Active", "the call for attention to be over")
        assert pixmap(menu) == attention
        configured.cloud.endpoint.faults.clear()
        menu.click("churn-model — Running", "Open JupyterLab (4 h)")
        wait_until(configured.visited.exists, "the second try")
        wait_until(lambda: pixmap(menu) == idle, "the idle icon again")


def test_one_region_that_fails_is_a_line_and_hides_no_other(configured: World) -> None:
    configured.cloud.endpoint.faults.add(Fault(Trouble.ERROR, "ExpiredTokenException", account_id="444455556666"))
    with configured.tray() as (_, menu):
        menu.wait_for_entry("forecasting, ap-southeast-2: Credentials expired · 2 of 5 running")
        menu.wait_for_entry("forecasting, ap-southeast-2: Credentials expired")
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (4 h)")
        configured.cloud.endpoint.faults.clear()
        menu.click("Refresh")
        menu.wait_for_entry(re.compile("^3 of 8 running · Updated"))


def test_nothing_new_in_a_refresh_leaves_an_open_menu_alone(configured: World) -> None:
    # The two in a transition, one of which settles some seconds after the endpoint's start, are not what this is about.
    for account, region, name in (
        ("111122223333", "eu-west-1", "survey-cleaning"),
        ("444455556666", "ap-southeast-2", "price-elasticity"),
    ):
        configured.cloud.endpoint.world.remove(account, region, name)
    with configured.tray() as (_, menu):
        menu.wait_for_entry(re.compile("^3 of 6 running · Updated"))
        menu.open()
        menu.settle()
        configured.cloud.endpoint.recorder.clear()
        menu.click("Refresh")
        wait_until(lambda: len(configured.cloud.endpoint.recorder.calls()) == 3, "a refresh")
        menu.wait_for_entry(re.compile("^3 of 6 running · Updated"))
        assert "LayoutUpdated" not in [signal.member for signal in menu.settle()]


def submenu(menu: MenuClient, label: str) -> Entry:
    """Return the problem of a label, which the state line may have too."""

    def there(root: Entry) -> list[Entry]:
        return [entry for entry in root.children if entry.label == label and entry.children]

    return there(menu.wait_for(there, label))[0]


def test_a_locked_keyring_is_said_with_what_to_do(configured: World) -> None:
    configured.keyring.lock()
    with configured.tray() as (_, menu):
        problem = submenu(menu, "Keyring locked")
        assert any("→" in line.label for line in problem.children)
    ran = run(configured.environment, "list")
    assert ran.returncode == 4
    assert "→" in ran.stderr


def test_a_dismissed_prompt_comes_again_only_for_the_users_own_refresh(configured: World) -> None:
    configured.keyring.lock()
    with StubPrompter(configured.keyring.address) as prompter, configured.tray() as (_, menu):
        menu.wait_for_entry(re.compile("^Keyring locked"))
        assert prompter.dismissed == 1
        menu.click("Refresh")
        wait_until(lambda: prompter.dismissed == 2, "the prompt of the menu's Refresh")
        configured.cli("refresh")
        wait_until(lambda: prompter.dismissed == 3, "the prompt of the command")
        configured.keyring.unlock()
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (4 h)")
        assert prompter.dismissed == 3


def test_the_null_keyring_is_refused_in_the_menu_and_on_the_command_line(world: World) -> None:
    world.environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    with world.tray() as (_, menu):
        problem = submenu(menu, "Keyring switched off")
        assert any("PYTHON_KEYRING_BACKEND" in line.label for line in problem.children)
    ran = run(world.environment, "profiles", "import", "research")
    assert ran.returncode == 4
    assert "PYTHON_KEYRING_BACKEND" in ran.stderr


def test_a_keyring_that_stands_still_is_said_and_leaves_the_notebooks(configured: World) -> None:
    with configured.tray() as (_, menu):
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (4 h)")
        configured.keyring.stop()
        configured.cloud.endpoint.recorder.clear()
        menu.click("Refresh")
        submenu(menu, "The keyring has not answered yet")
        wait_until(lambda: len(configured.cloud.endpoint.recorder.calls()) >= 3, "what is known to be listed meanwhile")
        submenu(menu, "Keyring does not answer")
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (4 h)")
        menu.wait_for_entry("Profiles", "research")
        configured.keyring.go_on()
        menu.click("Refresh")
        menu.wait_for_entry(re.compile("^3 of 8 running · Updated"))


def test_a_keyring_that_stands_still_at_the_start_is_no_empty_one(configured: World) -> None:
    configured.keyring.stop()
    with configured.tray() as (_, menu):
        menu.wait_for_entry("Reading your profiles from the keyring…")
        submenu(menu, "Keyring does not answer")
        menu.wait_for_entry("Profiles", "Not known: Keyring does not answer")
        menu.wait_for_entry("Session length", "Not known: Keyring does not answer")
        configured.keyring.go_on()
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (4 h)")


def test_a_keyring_that_dies_leaves_the_notebooks(configured: World) -> None:
    with configured.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        configured.keyring.kill()
        menu.click("Refresh")
        menu.wait_for_entry(re.compile("^Keyring not reachable"))
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (4 h)")


def test_a_link_that_cannot_be_copied_is_told(configured: World) -> None:
    with StubNotifications(configured.keyring.address) as notifications, configured.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click("churn-model — Running", "Copy link")
        shown = wait_until(lambda: notifications.shown, "a notification")[0]
        assert shown.title.startswith("Copying the link of churn-model: ")
        assert "authToken" not in shown.title + shown.body


def test_no_browser_is_told_and_the_link_can_still_be_had(configured: World) -> None:
    configured.environment["BROWSER"] = str(configured.folder / "no-such-browser")
    configured.environment["PATH"] = str(configured.folder)
    with StubNotifications(configured.keyring.address) as notifications, configured.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click("churn-model — Running", "Open JupyterLab (4 h)")
        shown = wait_until(lambda: notifications.shown, "a notification")[0]
        assert "Copy link" in shown.body
        assert menu.layout().find("churn-model — Running", "Copy link").enabled
    ran = run(configured.environment, "open", "churn-model")
    assert ran.returncode == 3
    assert "notebook-tray open churn-model --print-url" in ran.stderr
    printed = run(configured.environment, "open", "churn-model", "--print-url")
    assert (printed.returncode, printed.stderr) == (0, "")
    assert printed.stdout.startswith("http://127.0.0.1:")


def test_quit_ends_it_with_0_also_while_aws_hangs(configured: World) -> None:
    configured.cloud.endpoint.faults.add(Fault(Trouble.HANG))
    with configured.tray() as (running, menu):
        menu.wait_for_entry("Looking for notebook instances…")
        menu.click("Quit")
        assert running.wait_for_end() == 0
        assert running.said() == ""


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT], ids=["HUP", "TERM", "INT"])
def test_a_signal_that_ends_it_leaves_no_socket(configured: World, number: signal.Signals) -> None:
    runtime = Path(configured.environment["XDG_RUNTIME_DIR"], "notebook-tray")
    with configured.tray() as (running, menu):
        menu.wait_for_entry(RUNNING)
        (lock,) = runtime.glob("*.lock")
        socket = Path(posix.address(lock))
        assert socket.is_socket()
        running.process.send_signal(number)
        assert running.wait_for_end() == 0
    assert not socket.exists()


def test_without_a_session_bus_it_says_so_and_ends_with_3(configured: World) -> None:
    del configured.environment["DBUS_SESSION_BUS_ADDRESS"]
    ran = run(configured.environment)
    assert ran.returncode == 3
    assert "→" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_bus_in_the_runtime_folder_is_enough_for_icon_keyring_and_commands(configured: World) -> None:
    named = configured.environment.pop("DBUS_SESSION_BUS_ADDRESS")
    socket = named.partition("path=")[2].partition(",")[0]
    Path(configured.environment["XDG_RUNTIME_DIR"], "bus").symlink_to(socket)
    with configured.tray() as (_, menu):
        menu.wait_for_entry(re.compile("forecast"))
        for more in ({}, {"DBUS_SESSION_BUS_ADDRESS": named}, {"DBUS_SESSION_BUS_ADDRESS": f"unix:path=/{socket}"}):
            ran = run({**configured.environment, **more}, "refresh")
            assert ran.returncode == 0, ran.stderr


def test_without_a_tray_it_says_what_to_do_and_waits_for_one(configured: World) -> None:
    configured.environment["XDG_CURRENT_DESKTOP"] = "ubuntu:GNOME"
    with (
        StubNotifications(configured.keyring.address) as notifications,
        program(configured.environment, configured.folder / "tray.log") as running,
    ):
        wait_until(lambda: "gnome-shell-extension-appindicator" in running.said(), "what to install")
        wait_until(lambda: notifications.shown, "a notification of it")
        with StubWatcher(configured.keyring.address), menu_client(configured.keyring.address) as menu:
            menu.wait_for_entry(RUNNING)


def test_the_cli_and_the_tray_leave_no_secret_in_the_log(configured: World) -> None:
    with configured.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click("churn-model — Running", "Open JupyterLab (4 h)")
        wait_until(configured.visited.exists, "the browser to be led to the notebook")
    logs = [path for path in (configured.folder / "keyring" / "home").rglob("*.log") if path.is_file()]
    assert logs
    assert all("authToken=" not in log.read_text() for log in logs)


def signed_out(world: World) -> str:
    """Configure a profile that nobody has signed in to; return the line that would sign in to it."""
    name = add_sign_in_sample(world.cloud.endpoint.world, world.cloud.files)
    world.cli("profiles", "import", name)
    return f"Sign in to {name}…"


def refresh(world: World, menu: MenuClient) -> None:
    before = len(world.cloud.endpoint.recorder.calls("ListNotebookInstances"))
    menu.click("Refresh")
    places = 3  # of the profiles that need no signing in
    wait_until(
        lambda: len(world.cloud.endpoint.recorder.calls("ListNotebookInstances")) >= before + places, "the refresh"
    )


def test_what_needs_signing_in_is_told_once_and_opens_nothing(configured: World) -> None:
    line = signed_out(configured)
    with StubNotifications(configured.keyring.address) as notifications, configured.tray() as (_, menu):
        menu.wait_for_entry(line)
        wait_until(lambda: notifications.shown, "a notification")
        for _ in range(3):
            refresh(configured, menu)
        menu.wait_for_entry(line)
        assert [shown.title for shown in notifications.shown] == ["Signing in needed for marketing"]
    assert not configured.visited.exists()


def test_the_button_of_a_notification_begins_the_sign_in(configured: World) -> None:
    line = signed_out(configured)
    server = StubNotifications(configured.keyring.address, capabilities=WITH_ACTIONS)
    with server, configured.tray() as (_, menu):
        menu.wait_for_entry(line)
        (told,) = wait_until(lambda: server.shown, "a notification")
        assert (told.title, told.body) == ("Signing in needed for marketing", "Its AWS sign-in has expired.")
        assert not configured.visited.exists()
        server.choose(told, next(key for key, label in told.buttons.items() if label == "Sign in" and key != "default"))
        wait_until(configured.visited.exists, "the browser to be led to the sign-in")
        menu.wait_for_entry("Cancel signing in to example")


def test_a_kind_of_notifications_that_is_turned_off_stays_off(configured: World) -> None:
    configured.cloud.endpoint.faults.add(
        Fault(Trouble.ERROR, "AccessDeniedException", operation="CreatePresignedNotebookInstanceUrl")
    )
    with StubNotifications(configured.keyring.address) as notifications, configured.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click("Notifications", "Something that I chose failed")
        wait_until(lambda: not menu.layout().find("Notifications", "Something that I chose failed").checked, "the mark")
        menu.click("churn-model — Running", "Open JupyterLab (4 h)")
        menu.wait_for_entry("Opening churn-model: Access denied")
    with StubNotifications(configured.keyring.address) as later, configured.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        assert not menu.layout().find("Notifications", "Something that I chose failed").checked
        menu.click("churn-model — Running", "Open JupyterLab (4 h)")
        menu.wait_for_entry("Opening churn-model: Access denied")
        menu.click("Notifications", "Something that I chose failed")
        menu.click("demand-forecast — Running", "Open JupyterLab (4 h)")
        (told,) = wait_until(lambda: later.shown, "the notification that is on again")
        assert told.title == "Opening demand-forecast: Access denied"
    assert notifications.shown == []


def test_started_at_login_it_says_so_with_the_icon_alone(configured: World) -> None:
    line = signed_out(configured)
    with (
        StubNotifications(configured.keyring.address) as notifications,
        StubWatcher(configured.keyring.address),
        program(configured.environment, configured.folder / "tray.log", "--autostarted"),
        menu_client(configured.keyring.address) as menu,
    ):
        menu.wait_for_entry(line)
        refresh(configured, menu)
        menu.wait_for_entry(line)
        assert menu.item_property("Status") == "NeedsAttention"
        assert notifications.shown == []
    assert not configured.visited.exists()


def test_a_clock_time_stands_for_an_age_until_a_host_says_that_the_menu_opens(configured: World) -> None:
    with configured.tray() as (_, menu):
        menu.wait_for_entry(re.compile(r"running · Updated at \d\d:\d\d$"))
        menu.open()
        menu.wait_for_entry(re.compile("running · Updated just now$"))

"""What the program tells in notifications, and what their buttons do, over D-Bus: the program and Jupyter are real."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.menu_client import MenuClient, menu_client
from tests.support.program import program, run
from tests.support.secret_service import secret_service
from tests.support.stub_notifications import WITH_ACTIONS, Shown, StubNotifications
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until
from tray.demo.world import Durations

pytestmark = pytest.mark.timeout(300)

STOPPED, RUNNING = "customer-segments", "churn-model"

# Asks for the page, follows the redirects with the cookies that are set on the way, and notes what it was led to.
_BROWSER = """
import sys
from urllib.request import HTTPCookieProcessor, build_opener
with build_opener(HTTPCookieProcessor()).open(sys.argv[1]) as page, open({visited!r}, "a") as file:
    print(page.url, file=file)
"""


@dataclass
class World:
    """The program's surroundings: a bus, a keyring, a cloud and a browser that notes where it was led."""

    bus: str
    cloud: SampleCloud
    environment: dict[str, str]
    visited: Path
    log: Path

    @contextmanager
    def tray(self, server: StubNotifications) -> Iterator[MenuClient]:
        with (
            StubWatcher(self.bus),
            server,
            program(self.environment, self.log),
            menu_client(self.bus) as menu,
        ):
            yield menu


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with sample_cloud(tmp_path, jupyter=True) as cloud, secret_service(tmp_path / "keyring") as keyring:
        cloud.endpoint.world.durations = Durations(starting_seconds=1.0, stopping_seconds=1.0)
        browser = tmp_path / "browser.py"
        browser.write_text(_BROWSER.format(visited=str(tmp_path / "visited")))
        environment = {
            **keyring.environment,
            **cloud.files.environment,
            "AWS_MAX_ATTEMPTS": "1",
            "BROWSER": f"{sys.executable} {browser} %s",
        }
        imported = run(environment, "profiles", "import", "research", "--region", "eu-west-1")
        assert imported.returncode == 0, imported.stderr
        yield World(keyring.address, cloud, environment, tmp_path / "visited", tmp_path / "tray.log")


def told(server: StubNotifications, title: str) -> Shown:
    # The program waits for Jupyter for up to a minute and a half.
    return wait_until(lambda: [shown for shown in server.shown if shown.title == title], f"“{title}”", seconds=110)[0]


def choose(server: StubNotifications, shown: Shown, label: str) -> None:
    server.choose(shown, shown.button(label))


def test_what_is_ready_is_opened_from_its_notification(world: World) -> None:
    server = StubNotifications(world.bus, capabilities=WITH_ACTIONS)
    with world.tray(server) as menu:
        menu.wait_for_entry(f"{STOPPED} — Stopped")
        menu.click(f"{STOPPED} — Stopped", "Start")
        ready = told(server, f"{STOPPED} is ready")
        assert not world.visited.exists()
        assert "://" not in ready.body + ready.title + "".join(ready.buttons)
        choose(server, ready, "Open")
        wait_until(world.visited.exists, "the browser")
        opened = world.cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl")[-1].parameters
        assert opened["NotebookInstanceName"] == STOPPED


def test_where_there_are_no_buttons_it_says_where_in_the_menu(world: World) -> None:
    server = StubNotifications(world.bus)
    with world.tray(server) as menu:
        menu.wait_for_entry(f"{STOPPED} — Stopped")
        menu.click(f"{STOPPED} — Stopped", "Start")
        ready = told(server, f"{STOPPED} is ready")
        assert ready.body.endswith(f"Choose “{STOPPED}” in the menu to open it.")
        menu.wait_for_entry(f"{STOPPED} — Running")
        menu.click(f"{STOPPED} — Running", "Open JupyterLab (4 h)")
        wait_until(world.visited.exists, "the browser")
        wait_until(lambda: ready.id in server.closed, "what is opened to be told no longer")


def test_the_question_before_a_stop_is_answered_in_its_notification(world: World) -> None:
    server = StubNotifications(world.bus, capabilities=WITH_ACTIONS)
    with world.tray(server) as menu:
        menu.wait_for_entry(f"{RUNNING} — Running")
        menu.click(f"{RUNNING} — Running", "Stop…")
        first = told(server, f"Stop {RUNNING}?")
        assert "default" not in first.buttons, "a click beside the answers is none"
        assert first.body.endswith("Whatever runs in it ends; files on its disk stay.")
        choose(server, first, "Leave it running")
        menu.wait_for(lambda root: f"Stop {RUNNING}?" not in root.outline())
        menu.click(f"{RUNNING} — Running", "Stop…")
        again = wait_until(lambda: server.shown[1:], "the question, however soon")[0]
        choose(server, again, "Stop it")
        menu.wait_for_entry(f"{RUNNING} — Stopped")


def test_a_question_that_is_answered_in_the_menu_is_asked_no_longer(world: World) -> None:
    server = StubNotifications(world.bus, capabilities=WITH_ACTIONS)
    with world.tray(server) as menu:
        menu.wait_for_entry(f"{RUNNING} — Running")
        menu.click(f"{RUNNING} — Running", "Stop…")
        question = told(server, f"Stop {RUNNING}?")
        menu.click(f"Stop {RUNNING}?", "Leave it running")
        wait_until(lambda: server.closed == [question.id], "the notification to go")

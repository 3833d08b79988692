"""A day with a notebook instance in a real desktop: started, opened when ready, worked in, and stopped after a look.

The real parts are those of `test_end_to_end.py`. The kernel that is busy is JupyterLab's own.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.desktop.test_end_to_end import Setting, rested
from tests.desktop.test_end_to_end import screen as screen
from tests.desktop.test_end_to_end import setting as setting
from tests.desktop.test_end_to_end import tokens as tokens
from tests.support.jupyterlab import LAB_IS_READY, keep_busy
from tests.support.menu_client import menu_client
from tests.support.person import Person, beginning
from tests.support.screen import Screen
from tests.support.stub_notifications import WITH_ACTIONS, Shown
from tests.support.waiting import wait_until
from tray.demo.world import Durations, Status

pytestmark = [pytest.mark.only_on("linux"), pytest.mark.timeout(300)]

NAME = "customer-segments"
_WARNING = re.compile("^1 kernel running since ")


@pytest.fixture
def day(setting: Setting) -> Setting:
    setting.endpoint.world.durations = Durations(2.0, 1.0, 1.0, readying_seconds=3.0)
    assert setting.command("profiles", "import", "research", "--region", "eu-west-1").returncode == 0
    return setting


def work(day: Setting, picture: str) -> None:
    """Be led to JupyterLab, once, and keep its kernel busy."""
    with day.desktop.browser.devtools().page_where(LAB_IS_READY) as page:
        keep_busy(page)
        day.keep_picture(picture)
    assert [name for name, _ in day.lengths_asked_for()] == [NAME] * len(day.lengths_asked_for())


def calls(day: Setting, operation: str) -> int:
    return len(day.endpoint.recorder.calls(operation))


def status(day: Setting) -> Status:
    return day.endpoint.world.notebook("111122223333", "eu-west-1", NAME).status


def test_a_stopped_one_is_started_used_and_stopped_from_the_menu(day: Setting, screen: Screen, home: Path) -> None:
    tray = day.start_tray()
    with menu_client(day.desktop.bus_address) as menu, day.watching(home) as watch:
        rested(menu, beginning(f"{NAME} — Stopped"))
        person = Person(screen, menu)
        person.open_tray_menu()
        person.open_submenu(beginning(f"{NAME} — Stopped"))
        day.keep_picture("day-start")
        person.choose(beginning("Start and open"))
        menu.wait_for_entry(beginning(f"{NAME} — Starting, "))
        work(day, "day-busy")
        menu.wait_for_entry(beginning(f"{NAME} — Running"), "Stop…")
        person.open_tray_menu()
        person.open_submenu(beginning(f"{NAME} — Running"))
        person.choose("Stop…")
        menu.wait_for_entry(f"Stop {NAME}?", _WARNING)
        person.open_tray_menu()
        person.open_submenu(f"Stop {NAME}?")
        day.keep_picture("day-question")
        assert calls(day, "StopNotebookInstance") == 0
        person.choose("Stop it")
        wait_until(lambda: status(day) is Status.STOPPED, "the end")
        menu.wait_for_entry(beginning(f"{NAME} — Stopped"))
        person.open_tray_menu()
        person.choose("Quit")
        assert tray.wait(60) == 0
    assert (calls(day, "StartNotebookInstance"), calls(day, "StopNotebookInstance")) == (1, 1)
    assert watch.found == []


def test_the_same_by_the_buttons_of_notifications(day: Setting, home: Path) -> None:
    notifications = day.desktop.notifications
    notifications.capabilities = WITH_ACTIONS

    def told(title: str) -> Shown:
        return wait_until(lambda: [each for each in notifications.shown if each.title == title], f"{title!r}")[-1]

    day.start_tray()
    with menu_client(day.desktop.bus_address) as menu, day.watching(home) as watch:
        rested(menu, beginning(f"{NAME} — Stopped"))
        menu.click(beginning(f"{NAME} — Stopped"), "Start")
        ready = told(f"{NAME} is ready")
        assert day.lengths_asked_for() in ([], [(NAME, 1800)]), "it was asked, and not opened"
        assert not day.desktop.browser.starts.exists()
        notifications.choose(ready, ready.button("Open"))
        work(day, "day-busy-from-notification")
        menu.wait_for_entry(beginning(f"{NAME} — Running"), "Stop…")
        menu.click(beginning(f"{NAME} — Running"), "Stop…")
        question = told(f"Stop {NAME}?")
        assert _WARNING.match(question.body), question.body
        assert calls(day, "StopNotebookInstance") == 0
        notifications.choose(question, question.button("Stop it"))
        wait_until(lambda: status(day) is Status.STOPPED, "the end")
    assert (calls(day, "StartNotebookInstance"), calls(day, "StopNotebookInstance")) == (1, 1)
    assert watch.found == []

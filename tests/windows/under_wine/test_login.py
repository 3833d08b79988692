"""Start at login: the program has itself entered, and Wine's wineboot starts what is in the Run key, as a login does.

The real parts: the program as pip installed it, Windows' Python, the registry, Wine's Explorer with its taskbar,
Credential Manager, boto3, a mouse.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.endpoint import Endpoint
from tests.support.waiting import wait_until
from tests.support.wine import PYTHONW, RUN_KEY, WineDesktop, empty_home, windows_path
from tests.windows.under_wine.test_tray import QUIT, ROWS

# The class of dialog boxes.
DIALOG = "#32770"


@pytest.fixture
def persons_home() -> Iterator[Path]:
    with empty_home() as home:
        yield home


def enter_canary(desktop: WineDesktop, note: Path) -> None:
    """Enter a program that is started after ours: values are started in the order of their names."""
    line = subprocess.list2cmdline([PYTHONW, "-c", f"open({windows_path(note)!r}, 'w').close()"])
    entered = desktop.run_windows("reg", "add", RUN_KEY, "/v", "Z comes last", "/t", "REG_SZ", "/d", line, "/f")
    assert entered.returncode == 0, entered.stderr


def test_a_login_shows_the_icon_and_nothing_else_until_it_is_switched_off(
    desktop: WineDesktop, endpoint: Endpoint, record: Path, tmp_path: Path
) -> None:
    assert desktop.run("profiles", "import", "research").stdout == "research: imported\n"
    on = desktop.run("autostart", "on")
    assert (on.returncode, on.stderr) == (0, "")
    assert on.stdout == f"Notebook Tray starts at login: {PYTHONW} -P -m tray --autostarted\n"
    canary = tmp_path / "started-last"
    enter_canary(desktop, canary)
    desktop.log_out()

    desktop.watch()
    desktop.log_in()
    desktop.tray_icon()
    wait_until(canary.exists, "all of the Run key to be started")
    wait_until(lambda: endpoint.recorder.calls("ListNotebookInstances"), "the list to be asked for")
    menu = desktop.open_menu_of(ROWS)
    desktop.keep_picture("login")
    windows = desktop.windows()
    assert not [window for window in windows if window.is_console or window.kind == DIALOG], windows
    assert {window.program for window in windows} == {"pythonw.exe"}, windows
    assert not record.exists(), "no browser was opened"
    status = json.loads(desktop.run("autostart", "status", "--json").stdout)
    assert (status["state"], status["command"][0]) == ("on", PYTHONW)
    assert desktop.run("refresh").returncode == 0, "it is the copy that was started at the login"
    desktop.choose(menu, QUIT)

    assert desktop.run("autostart", "off").stdout == "Notebook Tray does not start at login.\n"
    desktop.log_out()
    canary.unlink()
    desktop.watch()
    desktop.log_in()
    wait_until(canary.exists, "all of the Run key to be started")
    assert json.loads(desktop.run("autostart", "status", "--json").stdout)["state"] == "off"
    nobody = desktop.run("refresh")
    assert (nobody.returncode, nobody.stderr.splitlines()[0]) == (3, "Notebook Tray is not running")

"""The token of a click on its way from the host to the browser, through the whole program."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.cloud import sample_cloud
from tests.support.host_habits import GNOME
from tests.support.menu_client import Label, Later, MenuClient, menu_client
from tests.support.program import program, run
from tests.support.secret_service import secret_service
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until
from tray.demo.sample_sign_in import add_sign_in_sample

pytestmark = pytest.mark.only_on("linux", reason="Linux' desktops give tokens")

OVER = "org.freedesktop.DBus.Error.Failed"
NAMES = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")

# A browser that asks for the page, follows the redirect, and notes what it was started with.
_BROWSER = """
import json, os, sys, urllib.request
urllib.request.urlopen(sys.argv[1]).read()
with open({starts!r}, "a") as file:
    print(json.dumps([sys.argv, dict(os.environ)]), file=file)
"""

# In GNOME's menu: a group, and the line that opens the notebook instance.
NOTEBOOK = (re.compile("^forecasting — "), re.compile("^demand-forecast"))


class Tray:
    """The running program, the host that its icon is in, and each start of its browser: arguments and environment."""

    def __init__(self, menu: MenuClient, folder: Path) -> None:
        self.menu = menu
        self._folder = folder
        self._starts = folder / "starts"

    def give(self, text: str) -> Later:
        return self.menu.call_item_later("ProvideXdgActivationToken", "s", text)

    def starts(self) -> list[tuple[list[str], dict[str, str]]]:
        text = self._starts.read_text() if self._starts.exists() else ""
        return [tuple(json.loads(line)) for line in text.splitlines()]

    def logs(self) -> list[str]:
        return [path.read_text() for path in self._folder.rglob("*.log")]


@pytest.fixture
def tray(tmp_path: Path) -> Iterator[Tray]:
    with sample_cloud(tmp_path) as cloud, secret_service(tmp_path / "keyring") as keyring:
        browser = tmp_path / "browser.py"
        browser.write_text(_BROWSER.format(starts=str(tmp_path / "starts")))
        environment = {
            **keyring.environment,
            **cloud.files.environment,
            **dict.fromkeys(NAMES, "of-whoever-started-the-tray"),
            "BROWSER": f"{sys.executable} {browser} %s",
        }
        signed_out = add_sign_in_sample(cloud.endpoint.world, cloud.files)
        for name in ("forecasting", signed_out):
            assert run(environment, "profiles", "import", name).returncode == 0
        with (
            # GNOME's, which is told when a token is over.
            StubWatcher(keyring.address, more_names=GNOME.bus_names),
            program(environment, tmp_path / "tray.log"),
            menu_client(keyring.address) as menu,
        ):
            menu.wait_for_entry(*NOTEBOOK)
            yield Tray(menu, tmp_path)


def tokens(start: Any) -> dict[str, str]:
    return {name: value for name, value in start[1].items() if name in NAMES}


def test_the_browser_gets_the_token_of_the_click_and_no_other(tray: Tray) -> None:
    given = tray.give("of-the-click")
    tray.menu.click(*NOTEBOOK)
    [start] = wait_until(tray.starts, "the browser")
    assert tokens(start) == dict.fromkeys(NAMES, "of-the-click")
    assert "of-the-click" not in " ".join(start[0])
    assert given.wait_for_answer() == OVER
    assert len(tray.logs()) > 1  # what it prints, and its log
    assert not [log for log in tray.logs() if "of-the-click" in log]
    # A click for which the host gives none, as on X11's Plasma.
    tray.menu.click(*NOTEBOOK)
    wait_until(lambda: len(tray.starts()) == 2, "the browser again")
    assert tokens(tray.starts()[1]) == {}


def test_a_sign_ins_page_gets_it(tray: Tray) -> None:
    line = re.compile("Sign in to marketing")
    tray.menu.wait_for_entry(line)
    given = tray.give("of-the-click")
    tray.menu.click(line)
    [start] = wait_until(tray.starts, "the browser")
    assert tokens(start) == dict.fromkeys(NAMES, "of-the-click")
    assert given.wait_for_answer() == OVER


@pytest.mark.parametrize("labels", [("Refresh",), (re.compile("^Session length"), "1 h")])
def test_a_choice_that_opens_no_browser_ends_it(tray: Tray, labels: tuple[Label, ...]) -> None:
    given = tray.give("of-the-click")
    tray.menu.click(*labels)
    assert given.wait_for_answer() == OVER
    assert tray.starts() == []

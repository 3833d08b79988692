"""The virtual desktop is what it says: its parts work together, and nothing of it stays behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.support.desktop import Desktop, virtual_desktop
from tests.support.processes import pids_with
from tests.support.target_page import target_page
from tests.support.waiting import wait_until

PYTHON = sys.executable


def test_a_link_opens_in_the_default_browser_and_is_seen_there(desktop: Desktop, tmp_path: Path) -> None:
    with target_page() as page:
        desktop.start(["xdg-open", page.url("a-token")])  # it runs for as long as the browser does
        with desktop.browser.devtools().page_where("document.title === 'A notebook'") as tab:
            assert tab.evaluate("document.querySelector('h1').innerText") == "A notebook"
            with pytest.raises(RuntimeError):
                tab.evaluate("nothingLikeThis()")
            tab.screenshot(tmp_path / "page.png")
    desktop.screenshot(tmp_path / "screen.png")
    assert Image.open(tmp_path / "screen.png").size == (1280, 800)
    assert len(Image.open(tmp_path / "page.png").convert("RGB").getcolors(1 << 24) or []) > 2
    assert page.url("a-token") in desktop.browser.starts.read_text("utf-8").splitlines()


def test_programs_in_it_have_its_keyring(desktop: Desktop) -> None:
    code = "import keyring; keyring.set_password('s', 'u', 'p'); print(type(keyring.get_keyring()).__module__)"
    assert desktop.run([PYTHON, "-c", code]).stdout == "keyring.backends.SecretService\n"
    assert desktop.run([PYTHON, "-c", "import keyring; print(keyring.get_password('s', 'u'))"]).stdout == "p\n"


def test_notifications_are_recorded(desktop: Desktop) -> None:
    service = ["-d", "org.freedesktop.Notifications", "-o", "/org/freedesktop/Notifications"]
    said = ["a program", "0", "an icon", "What happened", "What to do", "[]", "{}", "5000"]
    desktop.run(["gdbus", "call", "--session", *service, "-m", "org.freedesktop.Notifications.Notify", *said])
    assert [(shown.title, shown.body) for shown in desktop.notifications.shown] == [("What happened", "What to do")]


def test_programs_in_it_get_nothing_of_the_environment_around(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "BROWSER", "PYTHON_KEYRING_BACKEND", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "mine")
    assert "mine" not in desktop.run(["env"]).stdout.split()


@pytest.mark.parametrize("failing", [False, True])
def test_it_ends_all_that_was_started_in_it(tmp_path_factory: pytest.TempPathFactory, failing: bool) -> None:
    folder = tmp_path_factory.mktemp("desktop")
    try:
        with virtual_desktop(folder) as desktop, target_page() as page:
            desktop.start(["sh", "-c", "trap '' TERM; sleep 1000 & echo ready; wait; sleep 1000"])
            log = desktop.log_of(["sh"])
            wait_until(lambda: "ready" in log.read_text(), "the shell")
            desktop.start(["xdg-open", page.url("a-token")])
            desktop.browser.devtools()
            assert len(pids_with(str(folder))) > 8
            assert not failing, "as when a test fails"
    except AssertionError:
        assert failing
    assert pids_with(str(folder)) == set()


def test_a_path_too_long_for_sockets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too long"), virtual_desktop(tmp_path / ("x" * 60)):
        pass


def test_two_desktops_run_side_by_side(desktop: Desktop, tmp_path_factory: pytest.TempPathFactory) -> None:
    with virtual_desktop(tmp_path_factory.mktemp("other"), keyring=False, browser=False) as other:
        assert other.display != desktop.display
        assert other.bus_address != desktop.bus_address
    os.kill(desktop.start(["sleep", "1000"]).pid, 0)

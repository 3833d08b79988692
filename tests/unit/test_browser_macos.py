"""The default browser on macOS, on a stand-in for AppKit."""

from __future__ import annotations

import subprocess
import threading
import urllib.request
import webbrowser
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.appkit import stand_in
from tests.support.target_page import target_page
from tests.support.waiting import wait_until
from tray.desktop.browser import browsers
from tray.desktop.browser.handoff import hand_off
from tray.model.problems import ExitStatus, TrayError

pytestmark = pytest.mark.only_on("linux", reason="a stand-in for AppKit; a real Mac would open the person's browser")


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with stand_in():
        from AppKit import NSWorkspace

        monkeypatch.setattr(browsers, "sys", SimpleNamespace(platform="darwin"))
        # What `webbrowser` would start: it may not be asked unless BROWSER says so.
        monkeypatch.setattr(webbrowser, "get", lambda entry: webbrowser.GenericBrowser(entry or "theirs"))
        monkeypatch.setattr(browsers, "_DEFAULTS", ("macosx",))
        yield NSWorkspace.sharedWorkspace()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Note the programs that are started."""
    found: list[Any] = []

    def start(*arguments: Any, **_: Any) -> Any:
        found.append(arguments)
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "Popen", start)
    return found


def test_a_page_is_handed_over_without_starting_a_program(workspace: Any, started: list[Any]) -> None:
    given: list[str] = []

    def browse(address: str) -> bool:
        given.append(address)
        threading.Thread(target=lambda: urllib.request.urlopen(address, timeout=30).close(), daemon=True).start()
        return True

    workspace.browser = browse
    with target_page() as page:
        hand_off(page.url("the-token"))
        wait_until(lambda: page.visits_with("the-token"), "the visit")
    assert len(given) == 1
    assert given[0].startswith("http://127.0.0.1:")
    assert "the-token" not in given[0]
    assert started == []


def test_no_default_browser_is_told_once(workspace: Any, started: list[Any]) -> None:
    asked: list[str] = []
    workspace.browser = lambda address: bool(asked.append(address))
    with pytest.raises(TrayError) as raised:
        hand_off("https://example.test/")
    assert raised.value.problem.message == "The default browser could not be started."
    assert raised.value.status is ExitStatus.NO_DESKTOP
    assert len(asked) == 1
    assert started == []


def test_browser_goes_first(workspace: Any, started: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "mine")
    names = [browser.name for browser in browsers.find_browsers()]
    assert names == ["mine", ""], "the system's default browser has no name here"

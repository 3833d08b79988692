"""The page of all notebook instances: a real Chromium, the tray as a process of its own, and the embedded endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desktop.test_app import RUNNING, World
from tests.desktop.test_app import configured as configured
from tests.desktop.test_app import world as world
from tests.support.browser import DefaultBrowser
from tests.support.chromium import headless_chromium
from tests.support.devtools import Page
from tests.support.menu_client import MenuClient
from tests.support.secrets_scan import scan_for
from tests.support.waiting import wait_until
from tray.demo.world import Durations

ACCOUNT, REGION = "111122223333", "eu-west-1"
SHOWN = "document.querySelectorAll('.row').length"


@pytest.fixture
def browser(configured: World, tmp_path: Path) -> Iterator[DefaultBrowser]:
    configured.environment["XDG_STATE_HOME"] = str(tmp_path / "state")
    configured.cloud.endpoint.world.durations = Durations(1.0, 1.0, 1.0, readying_seconds=1.0)
    with headless_chromium(tmp_path / "browser") as (command, found):
        configured.environment["BROWSER"] = command
        yield found


@contextmanager
def all_notebooks(world: World, browser: DefaultBrowser) -> Iterator[tuple[MenuClient, Page]]:
    """Open the page from the menu of a tray that has listed everything."""
    with world.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click("All notebooks…")
        with browser.devtools().page_where(f"{SHOWN} == 8") as page:
            yield menu, page


def press(page: Page, key: str) -> None:
    text = key if len(key) == 1 else "\r" if key == "Enter" else ""
    for kind in ("keyDown", "keyUp"):
        more = {"text": text} if text and kind == "keyDown" else {}
        code = {"Enter": 13, "ArrowDown": 40, "ArrowUp": 38, "Escape": 27, "Tab": 9, "End": 35, "Home": 36}
        page.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code.get(key, 0), **more)


def type_text(page: Page, text: str) -> None:
    for letter in text:
        press(page, letter)


def names(page: Page) -> list[str]:
    return list(page.evaluate("[...document.querySelectorAll('.row .name')].map(each => each.textContent)"))


def row(name: str) -> str:
    return f"[...document.querySelectorAll('.row')].find(r => r.querySelector('.name').textContent == '{name}')"


def focused(page: Page) -> str:
    return str(
        page.evaluate("document.activeElement.querySelector?.('.name')?.textContent ?? document.activeElement.id")
    )


def led_to(world: World, name: str) -> None:
    calls = world.cloud.endpoint.recorder.calls
    wait_until(
        lambda: any(
            call.parameters["NotebookInstanceName"] == name for call in calls("CreatePresignedNotebookInstanceUrl")
        ),
        f"a link for {name}",
    )


def test_it_is_found_and_opened_and_the_address_holds_nothing(
    configured: World, browser: DefaultBrowser, tmp_path: Path
) -> None:
    with all_notebooks(configured, browser) as (_, page):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/notebooks", page.evaluate("location.href"))
        assert page.evaluate("document.cookie") == "", "no script reads the cookie"
        cookies = page.call("Network.getCookies")["cookies"]
        assert [(each["httpOnly"], each["sameSite"]) for each in cookies] == [(True, "Strict")]
        secret = cookies[0]["value"]
        assert focused(page) == "search"
        type_text(page, "churn")
        page.wait_until(f"{SHOWN} == 1")
        assert names(page) == ["churn-model"]
        assert page.evaluate("document.querySelector('#count').textContent") == "1 of 8 shown"
        press(page, "ArrowDown")
        assert focused(page) == "churn-model"
        press(page, "Enter")
        led_to(configured, "churn-model")
        wait_until(lambda: len(browser.devtools().pages()) > 1, "the tab with the notebook instance")
        assert scan_for(secret, [tmp_path], excluding=[browser.profile]) == []
    assert "/enter/" not in browser.starts.read_text()
    assert "enter/" not in (tmp_path / "tray.log").read_text()

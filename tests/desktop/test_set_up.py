"""The page that adds profiles: a real Chromium, the tray as a process of its own, an empty keyring, no terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desktop.test_app import World
from tests.desktop.test_app import world as world
from tests.support.browser import DefaultBrowser
from tests.support.chromium import headless_chromium
from tests.support.devtools import Page
from tests.support.menu_client import MenuClient
from tests.support.waiting import wait_until

ON_SET_UP = "location.pathname == '/setup' && !document.querySelector('#page').hidden"


@pytest.fixture
def browser(world: World, tmp_path: Path) -> Iterator[DefaultBrowser]:
    world.environment["XDG_STATE_HOME"] = str(tmp_path / "state")
    with headless_chromium(tmp_path / "browser") as (command, found):
        world.environment["BROWSER"] = command
        yield found


@contextmanager
def set_up(world: World, browser: DefaultBrowser) -> Iterator[tuple[MenuClient, Page]]:
    """Start the tray by hand with nothing configured: the page comes by itself."""
    with world.tray() as (_, menu), browser.devtools().page_where(ON_SET_UP) as page:
        yield menu, page


def click(page: Page, where: str, label: str) -> None:
    page.evaluate(f"[...document.querySelectorAll('{where} button')].find(b => b.textContent == '{label}').click()")


def result(name: str) -> str:
    return f"(document.querySelector('[data-result=\"{name}\"]')?.innerText ?? '')"


def test_at_a_first_start_what_the_aws_config_has_is_added_and_opened(world: World, browser: DefaultBrowser) -> None:
    with set_up(world, browser) as (menu, page):
        page.wait_until("document.querySelectorAll('#found-list input').length == 2")
        page.evaluate("document.querySelector('#found-list input[value=forecasting]').click()")
        assert page.evaluate("document.querySelector('#found-add').textContent") == "Add 1 profile"
        page.evaluate("document.querySelector('#found-add').click()")
        page.wait_until(f"{result('forecasting')}.includes('We found 3 notebook instances in ')")
        assert page.evaluate("document.activeElement.id") == "results-title"
        menu.wait_for_entry("demand-forecast — Running", "Open JupyterLab (4 h)")
        click(page, "#results", "Open demand-forecast")
        wait_until(
            lambda: world.cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl"), "a link to the notebook"
        )
    assert [each["name"] for each in json.loads(world.cli("profiles", "list", "--json"))["profiles"]] == ["forecasting"]

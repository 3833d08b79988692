"""From “Sign in to …” in the tray's menu to the notebook instances that the sign-in gives way to, with the mouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.desktop import PROGRAM, DesktopUnavailableError, virtual_desktop
from tests.support.menu_client import menu_client
from tests.support.person import Person
from tests.support.screen import screen_of

LINE = "Sign in to marketing…"
ALLOW = "[...document.querySelectorAll('button')].find(b => b.textContent.includes('Allow access'))"


def test_a_click_in_the_menu_signs_in(tmp_path: Path) -> None:
    try:
        with virtual_desktop(tmp_path) as desktop, screen_of(desktop.env) as screen:
            demo = desktop.start([PROGRAM, "demo"])
            screen.tray_icon(alive=demo)
            with menu_client(desktop.bus_address) as menu:
                person = Person(screen, menu)
                menu.wait_for_entry(LINE)
                assert not desktop.browser.starts.exists(), "nothing opens by itself"
                person.open_tray_menu()
                desktop.screenshot(tmp_path / "menu.png")
                person.choose(LINE)
                with desktop.browser.devtools().page_where(f"!!{ALLOW}") as page:
                    desktop.screenshot(tmp_path / "consent.png")
                    page.evaluate(f"{ALLOW}.click()")
                    page.wait_until("document.querySelector('h1')?.textContent === 'You are signed in'")
                    page.wait_until_painted()
                    desktop.screenshot(tmp_path / "done.png")
                menu.wait_for_entry("campaign-response — Running")
                person.open_tray_menu()
                desktop.screenshot(tmp_path / "signed-in.png")
    except DesktopUnavailableError as lacking:
        pytest.skip(f"no virtual desktop: {lacking}")
    tokens = list(tmp_path.rglob("*.aws/sso/*"))
    assert tokens == [], "the demo writes nothing among the person's own sign-ins"

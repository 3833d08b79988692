"""From “Sign in to …” in the tray's menu to the notebook instances that the sign-in gives way to, with the mouse."""

from __future__ import annotations

from pathlib import Path

from tests.support.desktop import PROGRAM, Desktop
from tests.support.menu_client import menu_client
from tests.support.person import Person
from tests.support.screen import screen_of

PICTURES = Path("build/sign-in").absolute()
LINE = "Sign in to marketing…"
ALLOW = "[...document.querySelectorAll('button')].find(b => b.textContent.includes('Allow access'))"


def test_a_click_in_the_menu_signs_in(desktop: Desktop) -> None:
    demo = desktop.start([PROGRAM, "demo"])
    with screen_of(desktop.env) as screen, menu_client(desktop.bus_address) as menu:
        screen.tray_icon(alive=demo)
        person = Person(screen, menu)
        menu.wait_for_entry(LINE)
        assert not desktop.browser.starts.exists(), "nothing opens by itself"
        person.open_tray_menu()
        desktop.screenshot(PICTURES / "1-menu.png")
        person.choose(LINE)
        with desktop.browser.devtools().page_where(f"!!{ALLOW}") as page:
            desktop.screenshot(PICTURES / "2-consent.png")
            page.evaluate(f"{ALLOW}.click()")
            page.wait_until("document.querySelector('h1')?.textContent === 'You are signed in'")
            page.wait_until_painted()
            desktop.screenshot(PICTURES / "3-done.png")
        menu.wait_for_entry("campaign-response — Running")
        person.open_tray_menu()
        desktop.screenshot(PICTURES / "4-signed-in.png")
    assert not (desktop.home / ".aws").exists(), "the demo writes nothing among the person's own sign-ins"

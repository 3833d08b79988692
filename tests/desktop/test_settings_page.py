"""The page of the settings: a real Chromium, the tray as a process of its own, a real keyring, the endpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.desktop.test_all_notebooks import browser as browser
from tests.desktop.test_all_notebooks import press, type_text
from tests.desktop.test_app import RUNNING, World
from tests.desktop.test_app import configured as configured
from tests.desktop.test_app import world as world
from tests.support.axe import findings
from tests.support.browser import DefaultBrowser
from tests.support.devtools import Page
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.menu_client import MenuClient
from tests.support.secrets_scan import scan_for
from tests.support.waiting import wait_until

OF_RESEARCH = (
    "document.querySelector('#panel-heading')?.textContent == 'research' && !!document.querySelector('#length').value"
)
KEY_ID, SECRET = "AKIAIOSFODNN7EXAMPLE", "settings/page+Secret0123456789abcdefGHIJ"


@contextmanager
def settings(world: World, browser: DefaultBrowser) -> Iterator[tuple[MenuClient, Page]]:
    """Open the page from the menu of a tray that has listed everything."""
    with world.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click("Settings…")
        with browser.devtools().page_where("!!document.querySelector('[data-profile=research]')") as page:
            choose(page, "research")
            page.wait_until(OF_RESEARCH)
            yield menu, page


def put(page: Page, control: str, value: object, event: str = "change") -> None:
    kind = "checked" if isinstance(value, bool) else "value"
    page.evaluate(
        f"(() => {{ const it = document.getElementById({json.dumps(control)}); it.{kind} = {json.dumps(value)};"
        f" it.dispatchEvent(new Event('{event}', {{bubbles: true}})); }})()"
    )


def click(page: Page, selector: str) -> None:
    page.wait_until(f"!!document.querySelector({json.dumps(selector)})")
    page.evaluate(f"document.querySelector({json.dumps(selector)}).click()")


def says(page: Page, text: str, within: str = "#panel") -> None:
    page.wait_until(f"document.querySelector('{within}').innerText.includes({json.dumps(text)})")


def stored(world: World, name: str) -> dict[str, Any]:
    return next(
        each for each in json.loads(world.cli("profiles", "list", "--json"))["profiles"] if each["name"] == name
    )


def choose(page: Page, name: str) -> None:
    click(page, f'[data-profile="{name}"]')
    page.wait_until(f"document.querySelector('#panel-heading').textContent == {json.dumps(name)}")


def test_what_is_set_is_stored_at_once_and_seen_in_the_menu(configured: World, browser: DefaultBrowser) -> None:
    with settings(configured, browser) as (menu, page):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/settings", page.evaluate("location.href"))
        put(page, "length-slider", "4")
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (8 h)")
        menu.wait_for_entry("Session length", re.compile("research 8 h"))
        says(page, "Saved")
        assert page.evaluate("document.querySelector('#length').value") == "8 h"
        put(page, "length", "1h30m")
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (1 h 30 min)")
        put(page, "length", "13h")
        says(page, "30 minutes to 12 hours")
        put(page, "length", "90m")
        page.wait_until("document.querySelector('#length').value == '1 h 30 min'")  # the same, as it is written here
        put(page, "schedule-role", "StopNotebooks")
        says(page, "is not the ARN of an IAM role.")
        role = "arn:aws:iam::111122223333:role/StopNotebooks"
        put(page, "schedule-role", f" {role}")
        wait_until(lambda: stored(configured, "research")["schedule_role"] == role, "the role to be stored")
        page.wait_until(f"document.querySelector('#schedule-role').value == '{role}'")
        put(page, "view", "classic")
        wait_until(lambda: stored(configured, "research")["view"] == "classic", "the view to be stored")
        assert stored(configured, "research")["session_seconds"] == 5400


def test_after_the_limit_of_left_running_the_menu_and_the_page_say_for_how_long(
    configured: World, browser: DefaultBrowser
) -> None:
    status = "document.querySelector('[data-arn$=claims-text-mining] .status')?.textContent ?? ''"
    with settings(configured, browser) as (menu, page):
        menu.wait_for_entry("claims-text-mining — Running for 26 h")
        assert page.evaluate("document.querySelector('#left-running').value") == "10"
        menu.click("All notebooks…")
        with browser.devtools().page_where(f"{status} == 'Running for 26 h'") as rows:
            for wrong in ("169", "-1", "1.5", "soon", ""):
                put(page, "left-running", wrong)
                says(page, "Choose whole hours from 1 to 168, or 0 for never.")
            put(page, "left-running", "never")
            menu.wait_for_entry("claims-text-mining — Running")
            says(page, "Saved")
            page.wait_until("document.querySelector('#left-running').value == '0'")
            rows.wait_until(f"{status} == 'Running'")
            put(page, "left-running", "3 h")
            menu.wait_for_entry("churn-model — Running for 3 h")
            rows.wait_until("document.querySelectorAll('.row').length == 8")
            rows.wait_until(f"{status} == 'Running for 26 h'")
        assert stored(configured, "research")["left_running_hours"] == 3


def test_habits_of_stopping_are_set_followed_and_said(configured: World, browser: DefaultBrowser) -> None:
    status = "document.querySelector('[data-arn$=churn-model] .status')?.textContent ?? ''"
    with settings(configured, browser) as (menu, page):
        put(page, "stop-at", "25:00")
        says(page, "Write it as 19:00 or 7:00 PM.")
        put(page, "stop-at", "7:30 pm")
        page.wait_until("['19:30', '7:30 PM'].includes(document.querySelector('#stop-at').value)")
        menu.wait_for_entry(re.compile(r"^churn-model — Running, stops at (\w{3} )?\d"))
        put(page, "stop-when-idle", "169")
        says(page, "Choose whole hours from 1 to 168, or 0 for never.")
        put(page, "stop-when-idle", "2 h")
        page.wait_until("document.querySelector('#stop-when-idle').value == '2'")
        click(page, "#stop-at-logout")
        wait_until(lambda: stored(configured, "research")["stop_at_logout"], "the choice to be stored")
        assert stored(configured, "research")["stop_at"] == "19:30"
        menu.click("All notebooks…")
        with browser.devtools().page_where(f"{status}.startsWith('Running, stops at')") as rows:
            put(page, "stop-at", "")
            rows.wait_until(f"{status} == 'Running, stops when idle for 2 h'")
            put(page, "stop-when-idle", "never")
            rows.wait_until(f"{status} == 'Running, stops when you log out'")
            # In the list of a row, a habit is cancelled for today, and another plan is made.
            row = "document.querySelector('[data-arn$=churn-model]')"
            rows.evaluate(f"{row}.focus()")
            press(rows, "m")
            rows.wait_until("document.querySelector('#more').open")
            pressed = (
                "[...document.querySelectorAll('#more-actions [aria-pressed=true]')].map((each) => each.textContent)"
            )
            assert "Stop when I log out or shut down (setting of the profile)" in rows.evaluate(pressed)
            rows.evaluate(
                "[...document.querySelectorAll('#more-actions button')].find("
                "(each) => each.textContent.startsWith('Stop when I log out')).click()"
            )
            rows.wait_until(f"{status} == 'Running'")
        menu.wait_for_entry("churn-model — Running")


def test_a_renamed_profile_keeps_everything_and_its_page(configured: World, browser: DefaultBrowser) -> None:
    before = stored(configured, "research")
    with settings(configured, browser) as (menu, page):
        put(page, "name", "forecasting")
        says(page, "There is a profile “forecasting” already.")
        assert page.evaluate("document.querySelector('#name').getAttribute('aria-invalid')") == "true"
        put(page, "name", "research ")
        page.wait_until("document.querySelector('#name').value == 'research'")
        page.wait_until("!document.querySelector('#name').closest('.field').innerText.includes('already')")
        put(page, "name", "lab")
        page.wait_until("document.querySelector('#panel-heading').textContent == 'lab'")
        menu.wait_for_entry("Profiles", re.compile("^lab"))
        menu.wait_for_entry(re.compile("3 of 8 running · Updated"))
        assert stored(configured, "lab") == before | {"name": "lab"}


def test_regions_are_found_by_their_place_and_an_unknown_one_is_confirmed(
    configured: World, browser: DefaultBrowser
) -> None:
    with settings(configured, browser) as (_, page):
        page.evaluate("document.querySelector('#region-search').focus()")
        type_text(page, "stockh")
        page.wait_until("!!document.querySelector('#regions-found [data-region=eu-north-1]')")
        press(page, "Enter")
        wait_until(lambda: "eu-north-1" in stored(configured, "research")["regions"], "the region to be stored")
        click(page, ".chips [aria-label='Remove us-east-1']")
        wait_until(lambda: stored(configured, "research")["regions"] == ["eu-west-1", "eu-north-1"], "its removal")
        page.evaluate("document.querySelector('#region-search').focus()")
        type_text(page, "eu-nowhere-9")
        press(page, "Enter")
        says(page, "is no AWS region that Notebook Tray knows")
        assert "eu-nowhere-9" not in stored(configured, "research")["regions"]
        click(page, "[data-do=anyway]")
        wait_until(lambda: "eu-nowhere-9" in stored(configured, "research")["regions"], "the confirmed region")
        page.wait_until("document.querySelectorAll('.chips button').length == 3")
        page.evaluate("[...document.querySelectorAll('.chips button')].slice(0, 2).forEach(each => each.click())")
        wait_until(lambda: stored(configured, "research")["regions"] == ["eu-nowhere-9"], "both removals")


def test_a_hidden_profile_keeps_its_settings_and_a_removed_one_is_gone(
    configured: World, browser: DefaultBrowser
) -> None:
    with settings(configured, browser) as (menu, page):
        put(page, "shown", False)
        menu.wait_for(lambda root: "churn-model — Running" not in [each.label for each in root.children])
        assert not menu.layout().find("Profiles", "research").checked
        page.wait_until("document.querySelector('[data-profile=research] small').textContent == 'not listed'")
        put(page, "shown", True)
        menu.wait_for_entry("churn-model — Running")
        assert stored(configured, "research")["regions"] == ["eu-west-1", "us-east-1"]
        click(page, "#remove")
        page.wait_until("!!document.querySelector('#confirm[open]')")
        assert "deleted from the keyring" in page.evaluate("document.querySelector('#confirm').innerText")
        press(page, "Enter")  # Cancel has the focus
        page.wait_until("!document.querySelector('#confirm[open]')")
        click(page, "#remove")
        page.wait_until("!!document.querySelector('#confirm[open]')")
        click(page, "#confirm-yes")
        page.wait_until("document.querySelector('#panel-heading').textContent == 'forecasting'")
        says(page, "forecasting", "#names")
    listed = json.loads(configured.cli("profiles", "list", "--json"))
    assert ([each["name"] for each in listed["profiles"]], listed["unchecked"]) == (["forecasting"], [])


def test_a_test_says_what_was_found_or_the_menus_problem_and_remedy(configured: World, browser: DefaultBrowser) -> None:
    with settings(configured, browser) as (menu, page):
        click(page, "#test")
        says(page, "We found 3 notebook instances in eu-west-1.", "#outcome")
        configured.cloud.endpoint.faults.add(
            Fault(Trouble.ERROR, "AccessDeniedException", operation="ListNotebookInstances")
        )
        click(page, "#test")
        says(page, "Access denied", "#outcome")
        problem = menu.wait_for_entry(re.compile("Access denied"))
        del problem
        assert "sagemaker:ListNotebookInstances" in page.evaluate("document.querySelector('#outcome').innerText")
        configured.cloud.endpoint.faults.clear()
        click(page, "#test")
        says(page, "We found 3 notebook instances in eu-west-1.", "#outcome")


def test_what_the_keyring_refuses_stands_beside_its_field(configured: World, browser: DefaultBrowser) -> None:
    with settings(configured, browser) as (_, page):
        configured.keyring.lock()
        put(page, "view", "classic")
        page.wait_until("document.querySelector('#view').closest('.field').innerText.includes('Keyring locked')")
        page.wait_until("document.querySelector('#view').value == 'lab'")  # what is stored
        configured.keyring.unlock()
        put(page, "view", "classic")
        says(page, "Saved")
        assert stored(configured, "research")["view"] == "classic"


def test_a_choice_that_is_refused_at_once_goes_back(configured: World, browser: DefaultBrowser) -> None:
    """Not by the keyring, after a while, but in the answer: here, as the page asks for a view that there isn't."""
    with settings(configured, browser) as (_, page):
        page.wait_until("document.querySelector('#view').value == 'lab' && document.querySelector('#shown').checked")
        page.evaluate(
            "(() => { const real = window.fetch; window.fetch = (address, options) => real(address, options?.body"
            " ? {...options, body: JSON.stringify({...JSON.parse(options.body), value: 'neither'})} : options); })()"
        )
        for control, value, before in (("view", "classic", "value == 'lab'"), ("shown", False, "checked")):
            put(page, control, value)
            page.wait_until(f"!!document.querySelector('#{control}').closest('.field').querySelector('.refused')")
            page.wait_until(f"document.querySelector('#{control}').{before}")


def test_a_secret_goes_to_the_keyring_and_never_to_the_page(
    configured: World, browser: DefaultBrowser, tmp_path: Path
) -> None:
    with settings(configured, browser) as (_, page):
        click(page, "#own-key")
        page.wait_until("document.activeElement.id == 'key-id'")
        type_text(page, "AKIA")
        put(page, "key-secret", SECRET, "input")
        click(page, "#key-form button")
        says(page, "Access key", "#key-said")
        assert page.evaluate("document.querySelector('#key-secret').value") == ""
        assert findings(page) == []
        put(page, "key-id", KEY_ID, "input")
        put(page, "key-secret", SECRET, "input")
        click(page, "#key-form button")
        page.wait_until("!document.querySelector('#key[open]')")
        page.wait_until("document.querySelector('#credentials').selectedOptions[0].textContent.includes('AKIA…MPLE')")
        assert (stored(configured, "research")["credentials"], stored(configured, "research")["access_key"]) == (
            "access key",
            "AKIA…MPLE",
        )
        for held in (SECRET, KEY_ID):
            assert held not in page.evaluate(
                "document.documentElement.outerHTML + JSON.stringify([...document"
                ".querySelectorAll('input')].map(each => each.value))"
            )
        page.call("Page.reload")
        page.wait_until("!!document.querySelector('[data-profile=research]')")
        choose(page, "research")
        assert SECRET not in page.evaluate("document.documentElement.outerHTML")
        # Back to an AWS profile: the key is deleted, and so this is asked first.
        put(page, "credentials", "research")
        page.wait_until("!!document.querySelector('#confirm[open]')")
        click(page, "#confirm-yes")
        wait_until(lambda: stored(configured, "research")["aws_profile"] == "research", "the AWS profile")
        log = (tmp_path / "tray.log").read_text()
    assert SECRET not in log
    assert KEY_ID not in log
    assert scan_for(SECRET, [tmp_path], excluding=[browser.profile]) == []


def test_the_whole_program_and_changes_from_elsewhere(configured: World, browser: DefaultBrowser) -> None:
    with settings(configured, browser) as (menu, page):
        configured.cli("profiles", "set", "research", "--session-length", "2h", "--hidden")
        page.wait_until("document.querySelector('#length').value == '2 h' && !document.querySelector('#shown').checked")
        configured.cli("profiles", "set", "research", "--rename", "other")
        says(page, "There is no profile “research” any more.", "#message")
        click(page, "#program")
        page.wait_until("document.querySelector('#message').hidden")
        configured.cli("profiles", "set", "other", "--rename", "research")
        page.wait_until("!!document.querySelector('[data-profile=research]')")
        click(page, "#program")
        page.wait_until("!!document.querySelector('#notify-done')")
        put(page, "notify-done", False)
        menu.wait_for(
            lambda root: not root.find("Notifications", "Something that I chose is done").checked, "the kind to be off"
        )
        says(page, "Saved")
        wait_until(
            lambda: json.loads(configured.cli("settings", "list", "--json"))["settings"]["notify-done"] is False,
            "the choice to be stored",
        )
        configured.cli("settings", "set", "look-before-stop", "off")
        page.wait_until("!document.querySelector('#look-before-stop').checked")
        configured.cli("settings", "set", "notify-done", "on")
        page.wait_until("document.querySelector('#notify-done').checked")
        menu.wait_for(lambda root: root.find("Notifications", "Something that I chose is done").checked)
        put(page, "owner-tag", "team")
        wait_until(lambda: "team" in configured.cli("owner-tag"), "the tag to be stored")
        configured.cli("owner-tag", "--off")
        page.wait_until("document.querySelector('#owner-tag').value == ''")


def test_it_is_used_with_the_keyboard_alone(configured: World, browser: DefaultBrowser) -> None:
    with settings(configured, browser) as (menu, page):
        page.evaluate("document.querySelector('#program').focus()")

        def tab_to(element: str) -> None:
            for _ in range(60):
                if (
                    page.evaluate("document.activeElement.id || document.activeElement.dataset.profile || ''")
                    == element
                ):
                    return
                press(page, "Tab")
            raise AssertionError(element)

        tab_to("length-slider")
        for kind in ("keyDown", "keyUp"):
            page.call("Input.dispatchKeyEvent", type=kind, key="ArrowRight", windowsVirtualKeyCode=39)
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (8 h)")
        tab_to("test")
        press(page, "Enter")
        says(page, "We found 3 notebook instances in eu-west-1.", "#outcome")
        tab_to("remove")
        press(page, "Enter")
        page.wait_until("document.activeElement.value == 'no'")
        press(page, "Escape")
        page.wait_until("document.activeElement.id == 'remove'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320], ids=["wide", "400-percent"])
def test_everybody_can_use_it(
    configured: World, browser: DefaultBrowser, scheme: str, width: int, tmp_path: Path
) -> None:
    with settings(configured, browser) as (_, page):
        media = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        page.call("Emulation.setEmulatedMedia", features=[{"name": name, "value": media[name]} for name in media])
        # 400 % of a screen of 1280 pixels: WCAG 2.2, 1.4.10.
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
        page.wait_until_painted()
        put(page, "length", "13h")
        says(page, "30 minutes to 12 hours")
        click(page, "#test")
        says(page, "We found 3 notebook instances in eu-west-1.", "#outcome")
        page.screenshot(tmp_path / f"settings-{scheme}-{width}.png")
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
        click(page, "#remove")
        page.wait_until("!!document.querySelector('#confirm[open]')")
        assert findings(page) == []
        press(page, "Escape")
        click(page, "#program")
        page.wait_until("!!document.querySelector('#notify-done')")
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("document.getAnimations().length") == 0, "nothing moves"


def test_a_name_of_any_length_is_read_whole_and_a_region_is_found_as_its_people_write_it(
    configured: World, browser: DefaultBrowser
) -> None:
    long = "x" * 100
    configured.cli("profiles", "set", "forecasting", "--rename", long)

    def regions(*names: str) -> list[str]:
        return [word for each in names for word in ("--region", each)]

    sideways = "({ scrollWidth, clientWidth }) => scrollWidth > clientWidth"
    with settings(configured, browser) as (_, page):
        page.call("Emulation.setDeviceMetricsOverride", width=320, height=256, deviceScaleFactor=4, mobile=False)
        choose(page, long)
        click(page, "#remove")
        page.wait_until("!!document.querySelector('#confirm[open]')")
        assert (
            page.evaluate(f"[document.querySelector('#confirm'), document.documentElement].some({sideways})") is False
        )
        press(page, "Escape")
        choose(page, "research")
        page.evaluate("document.querySelector('#region-search').focus(); 0")
        page.call("Input.insertText", text="São Paulo")
        page.wait_until("!!document.querySelector('#regions-found [data-region=sa-east-1]')")
        # What another page changes takes the focus from nobody.
        page.evaluate("document.querySelector('.chips [data-region=us-east-1]').focus(); 0")
        configured.cli("profiles", "set", "research", *regions("eu-west-1", "us-east-1", "eu-north-1"))
        page.wait_until("document.querySelectorAll('.chips button').length == 3")
        assert page.evaluate("document.activeElement.dataset.region") == "us-east-1"
        configured.cli("profiles", "set", "research", *regions("eu-west-1"))
        page.wait_until("document.querySelectorAll('.chips button').length == 1")
        assert page.evaluate("document.activeElement.id") == "region-search"


def test_what_is_set_elsewhere_takes_away_nothing_that_the_user_is_writing(
    configured: World, browser: DefaultBrowser
) -> None:
    with settings(configured, browser) as (_, page):
        page.evaluate("document.querySelector('#length').focus(); document.querySelector('#length').select(); 0")
        page.call("Input.insertText", text="2h")
        configured.cli("profiles", "set", "research", "--session-length", "3h", "--view", "classic")
        page.wait_until("document.querySelector('#view').value == 'classic'")
        assert page.evaluate("document.querySelector('#length').value") == "2h"
        press(page, "Tab")
        wait_until(lambda: stored(configured, "research")["session_seconds"] == 7200, "what was written last")
        page.wait_until("document.querySelector('#length').value == '2 h'")
        configured.cli("profiles", "set", "research", "--session-length", "3h")
        page.wait_until("document.querySelector('#length').value == '3 h'")


def test_it_leads_to_the_page_that_adds_profiles(configured: World, browser: DefaultBrowser) -> None:
    with settings(configured, browser) as (_, page):
        click(page, "#add")
        with browser.devtools().page_where("location.pathname == '/setup' && !!document.title") as added:
            assert added.evaluate("document.title") == "Add a profile – Notebook Tray"


def test_the_command_opens_it_in_the_running_tray(configured: World, browser: DefaultBrowser) -> None:
    with configured.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        assert configured.cli("settings") == "The tray opens the settings in the browser.\n"
        with browser.devtools().page_where("!!document.querySelector('[data-profile=research]')") as page:
            assert page.evaluate("document.title") == "Settings – Notebook Tray"


def test_of_many_profiles_those_that_are_searched_for_by_name_are_seen(
    configured: World, browser: DefaultBrowser
) -> None:
    many = "".join(f'[[profiles]]\nname = "{at:03}"\naws_profile = "research"\n' for at in range(210))
    (configured.folder / "many.toml").write_text(many)
    configured.cli("setup", str(configured.folder / "many.toml"), "--yes")
    names = "[...document.querySelectorAll('#names button')].map(each => each.textContent)"
    with configured.tray() as (_, menu):
        menu.wait_for_entry(RUNNING)
        menu.click("Settings…")
        with browser.devtools().page_where(f"{names}.length == 200") as page:
            assert not page.evaluate(f"{names}.includes('research')")
            says(page, "The first 200 of 212 are shown: search for the others.", "#sections")
            page.call("Emulation.setDeviceMetricsOverride", width=320, height=800, deviceScaleFactor=1, mobile=False)
            assert page.evaluate("document.querySelector('#panel').getBoundingClientRect().top") < 800
            page.evaluate("document.querySelector('#find').focus()")
            type_text(page, "research")
            page.wait_until(f"{names}[0] == 'research'")
            type_text(page, "er")
            says(page, "No profile matches.", "#sections")

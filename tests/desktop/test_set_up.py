"""The page that adds profiles: a real Chromium, the tray as a process of its own, an empty keyring, no terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desktop.test_all_notebooks import press, type_text
from tests.desktop.test_app import World
from tests.desktop.test_app import world as world
from tests.support.axe import findings
from tests.support.browser import DefaultBrowser
from tests.support.chromium import headless_chromium
from tests.support.devtools import Page
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.https_files import https_files
from tests.support.menu_client import MenuClient, menu_client
from tests.support.program import program
from tests.support.secrets_scan import scan_for
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until
from tray.demo.sample_elsewhere import add_elsewhere_sample

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
    button = f"[...document.querySelectorAll('{where} button')].find(b => b.textContent == '{label}')"
    page.wait_until(f"!!{button}")
    page.evaluate(f"{button}.click()")


def result(name: str) -> str:
    return f"(document.querySelector('[data-result=\"{name}\"]')?.innerText ?? '')"


def test_at_a_first_start_what_the_aws_config_has_is_added_and_opened(world: World, browser: DefaultBrowser) -> None:
    with set_up(world, browser) as (menu, page):
        page.wait_until("document.querySelectorAll('#found-list input').length == 2")
        page.evaluate("document.querySelector('#found-list input[value=forecasting]').click()")
        assert page.evaluate("document.querySelector('#found-add').textContent") == "Add those chosen (1)"
        page.evaluate("document.querySelector('#found-add').click()")
        page.wait_until(f"{result('forecasting')}.includes('We found 3 notebook instances in ')")
        assert page.evaluate("document.activeElement.id") == "results-title"
        menu.wait_for_entry("demand-forecast — Running", "Open JupyterLab (4 h)")
        led_to_a_notebook(world, page)
    assert [each["name"] for each in json.loads(world.cli("profiles", "list", "--json"))["profiles"]] == ["forecasting"]


def fill(page: Page, field: str, text: str) -> None:
    page.evaluate(f"document.querySelector('{field}').focus(); document.querySelector('{field}').select(); 0")
    page.call("Input.insertText", text=text)


def value(page: Page, field: str) -> str:
    return str(page.evaluate(f"document.querySelector('{field}').value"))


def drop(page: Page, content: str) -> None:
    page.evaluate(
        f"(() => {{ const dataTransfer = new DataTransfer(); dataTransfer.items.add(new File([{content}], 'a.toml')); "
        "const how = { dataTransfer, bubbles: true, cancelable: true }; "
        "document.body.dispatchEvent(new DragEvent('drop', how)); })()"
    )


def led_to_a_notebook(world: World, page: Page) -> None:
    click(page, "#results", "Open demand-forecast")
    calls = world.cloud.endpoint.recorder.calls
    wait_until(lambda: calls("CreatePresignedNotebookInstanceUrl"), "a link to the notebook")


def stored(world: World) -> list[dict[str, object]]:
    return list(json.loads(world.cli("profiles", "list", "--json"))["profiles"])


def test_an_access_key_goes_to_the_keyring_and_is_never_seen_again(
    world: World, browser: DefaultBrowser, tmp_path: Path
) -> None:
    principal = world.cloud.profiles[1].principal
    with set_up(world, browser) as (menu, page):
        fill(page, "#key-name", "my key")
        fill(page, "#key-key_id", principal.access_key_id)
        fill(page, "#key-region", "eu-west-11")
        press(page, "Enter")
        page.wait_until("!document.querySelector('#key-secret-wrong').hidden")
        assert page.evaluate("document.activeElement.id") == "key-secret"
        fill(page, "#key-secret", principal.secret_access_key)
        press(page, "Enter")
        page.wait_until("!document.querySelector('#key-region-wrong').hidden")
        assert "Did you mean eu-west-1?" in page.evaluate("document.querySelector('#key-region-wrong').textContent")
        assert not page.evaluate("document.querySelector('#key-any-label').hidden")
        assert page.evaluate("document.querySelector('#key-secret-wrong').hidden")
        region = world.cloud.profiles[1].regions[0]
        fill(page, "#key-region", region)
        press(page, "Enter")
        page.wait_until(f"{result('my key')}.includes('We found 3 notebook instances in {region}.')")
        assert [value(page, f"#key-{each}") for each in ("name", "key_id", "secret", "token", "region")] == [""] * 5
        menu.wait_for_entry("demand-forecast — Running")
        assert principal.secret_access_key not in page.evaluate("document.documentElement.outerHTML")
        kept = (tmp_path / "browser", tmp_path / "keyring", world.cloud.files.credentials)
        found = scan_for(principal.secret_access_key, [tmp_path], excluding=[each for each in kept if each.is_dir()])
        assert [each for each in found if str(world.cloud.files.credentials) not in each] == []
        fill(page, "#key-name", "my key")
        fill(page, "#key-key_id", principal.access_key_id)
        fill(page, "#key-secret", principal.secret_access_key)
        fill(page, "#key-region", region)
        press(page, "Enter")
        page.wait_until("!document.querySelector('#key-name-wrong').hidden")
        led_to_a_notebook(world, page)
    (profile,) = stored(world)
    assert (profile["name"], profile["credentials"], profile["regions"]) == ("my key", "access key", [region])


FILE = """
[defaults]
session_length = "8h"

[[profiles]]
name = "research"
regions = ["us-east-1"]

[[profiles]]
name = "forecasting"

[[profiles]]
name = "elsewhere"
regions = ["eu-west-77"]

[[profiles]]
name = "wrong"
view = "vscode"
"""


def test_an_administrator_s_file_is_shown_and_then_added_and_overwrites_nothing(
    world: World, browser: DefaultBrowser
) -> None:
    world.cli("profiles", "import", "research", "--region", "eu-west-1")
    with world.tray() as (_, menu):
        menu.wait_for_entry("Profiles", "Add a profile…")
        menu.click("Profiles", "Add a profile…")
        with browser.devtools().page_where(ON_SET_UP) as page:
            fill(page, "#file-text", FILE)
            click(page, "#file", "Show what it adds")
            page.wait_until("!document.querySelector('#plan').hidden")
            boxes = page.evaluate(
                "[...document.querySelectorAll('#plan-list input')].map(b => [b.value, b.checked, b.disabled])"
            )
            assert boxes == [
                ["research", False, True],
                ["forecasting", True, False],
                ["elsewhere", False, False],
                ["wrong", False, True],
            ]
            shown = page.evaluate("document.querySelector('#plan-list').innerText")
            for words in ("stays as it is", "8 h", "“eu-west-77” is no AWS region", "has to be “lab” or “classic”"):
                assert words in shown
            assert [each["name"] for each in stored(world)] == ["research"], "nothing is added before it is shown"
            click(page, "#plan", "Add those chosen (1)")
            page.wait_until(f"{result('forecasting')}.includes('We found 3 notebook instances in ')")
            # What stays the same isn't written anew, which would have it read aloud anew.
            page.evaluate("document.querySelector('[data-result=forecasting]').marked = true; 0")
            fill(page, "#file-text", '[[profiles]]\nname = "second"\naws_profile = "forecasting"')
            click(page, "#file", "Show what it adds")
            page.wait_until("!document.querySelector('#plan').hidden")
            page.evaluate("for (const press of [1, 2, 3]) document.querySelector('#plan-add').click()")
            page.wait_until(f"{result('second')}.includes('We found 3 notebook instances in ')")
            assert page.evaluate("document.querySelector('[data-result=forecasting]').marked")
            assert not any("not added" in each.label or "exists" in each.label for each in menu.layout().children)
            led_to_a_notebook(world, page)
    world.cli("profiles", "remove", "second")
    assert [(each["name"], each["regions"], each["session_seconds"]) for each in stored(world)] == [
        ("research", ["eu-west-1"], 4 * 3600),
        ("forecasting", [], 8 * 3600),
    ]


def test_a_file_is_chosen_or_dropped_on_the_page(world: World, browser: DefaultBrowser, tmp_path: Path) -> None:
    shown = "[...document.querySelectorAll('#plan-list input')].map(each => each.value).join()"
    file = tmp_path / "team.toml"
    file.write_text(FILE)
    with set_up(world, browser) as (_, page):
        root = page.call("DOM.getDocument")["root"]["nodeId"]
        node = page.call("DOM.querySelector", nodeId=root, selector="#file-input")["nodeId"]
        page.call("DOM.setFileInputFiles", nodeId=node, files=[str(file)])
        page.wait_until(f"{shown} == 'research,forecasting,elsewhere,wrong'")
        drop(page, "'[[profiles]]\\nname = \"b\"'")
        page.wait_until(f"{shown} == 'b'")
        drop(page, "'x'.repeat(70000)")
        page.wait_until("document.querySelector('#file-wrong').textContent.includes('too long')")
        assert page.evaluate("document.querySelector('#plan').hidden"), "what another file would add"
        drop(page, "'[[profiles]]'")
        page.wait_until("document.querySelector('#plan-about').textContent == 'Nothing of it can be added.'")
        drop(page, "'https://'")
        page.wait_until("document.querySelector('#file-wrong').textContent.includes('begins with https://')")
        drop(page, "'[[profiles]]'")
        page.wait_until("document.querySelector('#file-wrong').hidden")
        drop(page, "'intranet.example.com/team.toml'")
        page.wait_until("document.querySelector('#file-wrong').textContent.includes('begins with https://')")
        assert page.evaluate("location.pathname") == "/setup"


def test_a_link_is_fetched_and_shown_first(world: World, browser: DefaultBrowser, tmp_path: Path) -> None:
    folder = tmp_path / "https"
    folder.mkdir()
    with https_files(folder, {"/team.toml?secret-part-of-the-link": FILE.encode()}) as served:
        world.environment["SSL_CERT_FILE"] = str(served.certificate.certificate)
        with set_up(world, browser) as (_, page):
            fill(page, "#file-text", f"{served.url}/none.toml")
            click(page, "#file", "Show what it adds")
            page.wait_until("document.querySelector('#file-wrong').textContent.includes('answered with 404')")
            fill(page, "#file-text", f"{served.url}/team.toml?secret-part-of-the-link")
            click(page, "#file", "Show what it adds")
            page.wait_until("!document.querySelector('#plan').hidden")
            assert stored(world) == []
            click(page, "#plan", "Add those chosen (2)")
            page.wait_until(f"{result('research')}.includes('We found ')")
            page.wait_until(f"{result('forecasting')}.includes('We found 3 notebook instances in ')")
            led_to_a_notebook(world, page)
    assert "secret-part-of-the-link" not in (tmp_path / "tray.log").read_text()
    assert scan_for("secret-part-of-the-link", [tmp_path / "state"]) == []


def test_where_there_are_none_it_is_looked_in_all_regions(world: World, browser: DefaultBrowser) -> None:
    add_elsewhere_sample(world.cloud.endpoint.world, world.cloud.files)
    with set_up(world, browser) as (_, page):
        page.wait_until("!!document.querySelector('#found-list input[value=logistics]')")
        page.evaluate("document.querySelector('#found-list input[value=logistics]').click()")
        click(page, "#found", "Add those chosen (1)")
        page.wait_until(f"{result('logistics')}.includes('There are no notebook instances in eu-central-1.')")
        faults = world.cloud.endpoint.faults
        faults.add(Fault(Trouble.ERROR, "AccessDeniedException", operation="ListNotebookInstances"))
        page.evaluate("document.querySelector('[data-result=logistics] button').focus(); 0")
        press(page, "Enter")
        page.wait_until(f"{result('logistics')}.includes('Access denied')")
        assert page.evaluate("document.activeElement.closest('[data-result]')?.dataset.result") == "logistics"
        faults.clear()
        click(page, "#results", "Look in all regions")
        page.wait_until(f"{result('logistics')}.includes('2 in eu-west-1')")
        click(page, "#results", "List all 2 regions")
        page.wait_until(f"{result('logistics')}.includes('We found 3 notebook instances: ')")
    assert stored(world)[0]["regions"] == ["eu-west-1", "us-west-2"]


def test_it_comes_by_itself_only_once_and_never_at_login(world: World, browser: DefaultBrowser, tmp_path: Path) -> None:
    started = "No profiles yet: choose one under Profiles"

    def came() -> bool:
        return any("Add a profile" in each.title for each in browser.devtools().pages())

    with (
        StubWatcher(world.keyring.address),
        program(world.environment, tmp_path / "login.log", "--autostarted"),
        menu_client(world.keyring.address) as menu,
    ):
        menu.wait_for_entry(started)
        assert not browser.starts.exists()
    with set_up(world, browser) as (menu, _):
        menu.wait_for_entry(started)
    opened = browser.starts.read_text()
    with world.tray() as (_, menu):
        menu.wait_for_entry(started)
        assert browser.starts.read_text() == opened
        assert world.cli("setup") == "The tray opens the page in the browser.\n"
        wait_until(lambda: browser.starts.read_text() != opened, "the page by the command")
    assert came()


def test_where_no_browser_opened_the_menu_leads_there_and_the_next_start_shows_it(
    world: World, browser: DefaultBrowser
) -> None:
    works, world.environment["BROWSER"] = world.environment["BROWSER"], "/nowhere/browser %s"
    world.environment["PATH"] = str(world.folder / "empty")
    with world.tray() as (_, menu):
        menu.wait_for_entry("No profiles yet: choose one under Profiles")
        menu.wait_for_entry("Add a profile…")
        menu.wait_for_entry(re.compile("browser"))
    world.environment["BROWSER"] = works
    with set_up(world, browser) as (menu, _):
        menu.wait_for_entry("Add a profile…")
    opened = browser.starts.read_text()
    with world.tray() as (_, menu):
        menu.wait_for_entry("No profiles yet: choose one under Profiles")
        assert browser.starts.read_text() == opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320], ids=["wide", "400-percent"])
def test_everybody_can_use_it(world: World, browser: DefaultBrowser, scheme: str, width: int) -> None:
    with set_up(world, browser) as (_, page):
        media = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        page.call("Emulation.setEmulatedMedia", features=[{"name": name, "value": media[name]} for name in media])
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
        page.wait_until("document.querySelectorAll('#found-list input').length == 2")
        assert findings(page) == []
        fill(page, "#key-name", "mine")
        press(page, "Enter")
        page.wait_until("!!document.querySelector('#key .wrong:not([hidden])')")
        fill(page, "#file-text", FILE)
        click(page, "#file", "Show what it adds")
        page.wait_until("!document.querySelector('#plan').hidden")
        page.evaluate("document.querySelector('#found-all').click()")
        click(page, "#found", "Add those chosen (2)")
        page.wait_until(f"{result('forecasting')}.includes('We found 3 ')")
        page.wait_until_painted()
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways"
        assert page.evaluate("document.getAnimations().length") == 0, "nothing moves"


def test_it_is_used_with_the_keyboard_alone(world: World, browser: DefaultBrowser) -> None:
    def tab_to(what: str) -> None:
        for _ in range(20):
            press(page, "Tab")
            if page.evaluate(f"document.activeElement.matches({json.dumps(what)})"):
                return
        raise AssertionError(f"{what} is not reached")

    with set_up(world, browser) as (_, page):
        page.wait_until("document.querySelectorAll('#found-list input').length == 2")
        tab_to("#found-list input[value=forecasting]")
        type_text(page, " ")
        tab_to("#found-add")
        press(page, "Enter")
        page.wait_until(f"{result('forecasting')}.includes('We found 3 ')")
        tab_to("#results button")
        press(page, "Enter")
        wait_until(
            lambda: world.cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl"), "a link to the notebook"
        )


def test_thousands_of_aws_profiles_are_searched_and_chosen_together(world: World, browser: DefaultBrowser) -> None:
    with world.cloud.files.config.open("a", encoding="utf-8") as config:
        config.writelines(f"[profile team-{at}]\nregion = eu-west-1\n\n" for at in range(3000))
    with set_up(world, browser) as (_, page):
        page.wait_until("document.querySelectorAll('#found-list input').length == 200")
        assert "The first 200 of 3,002" in page.evaluate("document.querySelector('#found-cut').textContent")
        page.evaluate("document.querySelector('#found-search').focus()")
        type_text(page, "team-299")
        page.wait_until("document.querySelectorAll('#found-list input').length == 11")
        page.evaluate("document.querySelector('#found-all').click()")
        click(page, "#found", "Add those chosen (11)")
        page.wait_until("document.querySelectorAll('[data-result]').length == 11")
        page.wait_until("document.querySelectorAll('#found-list input:disabled').length == 11")
    assert len(stored(world)) == 11

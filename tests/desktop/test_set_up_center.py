"""IAM Identity Center on the page that adds profiles: a real Chromium, no AWS config, an empty keyring, no terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desktop.test_app import World
from tests.desktop.test_app import world as world
from tests.support import axe
from tests.support.browser import DefaultBrowser
from tests.support.chromium import headless_chromium
from tests.support.devtools import Page
from tests.support.endpoint.faults import Fault, Trouble
from tests.support.menu_client import MenuClient
from tests.support.waiting import wait_until
from tray.demo.identity_center import Assignment, IdentityCenter

ON_SET_UP = "location.pathname == '/setup' && !document.querySelector('#page').hidden"
START_URL = "https://acme.awsapps.com/start"
RESEARCH = "111122223333"
ALLOW = "[...document.querySelectorAll('button')].find(each => each.textContent.includes('Allow access'))"
OPENS = "[...document.querySelectorAll('#results button')].find(each => each.textContent.startsWith('Open '))"
ROLES = "document.querySelectorAll('#center-accounts input')"


@pytest.fixture
def browser(world: World, tmp_path: Path) -> Iterator[DefaultBrowser]:
    world.environment["XDG_STATE_HOME"] = str(tmp_path / "state")
    world.environment["AWS_REGION"] = "eu-west-1"
    world.cloud.files.config.unlink()
    world.cloud.files.credentials.unlink()
    with headless_chromium(tmp_path / "browser") as (command, found):
        world.environment["BROWSER"] = command
        yield found


def assign(world: World, *assignments: Assignment) -> None:
    world.cloud.endpoint.world.identity_centers.put(IdentityCenter(START_URL, "eu-west-1", "ana", assignments))


@contextmanager
def set_up(world: World, browser: DefaultBrowser) -> Iterator[tuple[MenuClient, Page]]:
    """Start the tray by hand with nothing configured: the page comes by itself."""
    with world.tray() as (_, menu), browser.devtools().page_where(ON_SET_UP) as page:
        yield menu, page


def write(page: Page, where: str, text: str) -> None:
    page.evaluate(f"document.querySelector('{where}').focus()")
    page.call("Input.insertText", text=text)


def click(page: Page, element: str) -> None:
    page.evaluate(f"{element}.click()")


def press(page: Page, key: str) -> None:
    code, text = {"Enter": (13, "\r"), "Tab": (9, ""), " ": (32, " ")}[key]
    for kind in ("keyDown", "keyUp"):
        typed = {"text": text} if text and kind == "keyDown" else {}
        page.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **typed)


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the element that has the focus matches a selector."""
    for _ in range(60):
        if page.evaluate(f"document.activeElement.matches('{wanted}')"):
            return
        press(page, "Tab")
    raise AssertionError(f"Tab never came to {wanted}")


class Hand:
    """A user's hand: clicks with the mouse what is seen, and writes; counts both."""

    def __init__(self) -> None:
        self.clicks = 0
        self.fields = 0

    def click(self, page: Page, element: str) -> None:
        page.evaluate(f"{element}.scrollIntoView({{block: 'center'}})")
        page.wait_until_painted()
        x, y = page.evaluate(
            f"(() => {{ const box = {element}.getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            page.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.clicks += 1

    def write(self, page: Page, where: str, text: str) -> None:
        self.click(page, f"document.querySelector('{where}')")
        page.call("Input.insertText", text=text)
        self.fields += 1


def sign_in(page: Page, browser: DefaultBrowser, button: str = ALLOW) -> None:
    write(page, "#center-url", "acme.awsapps.com/start/#/")
    press(page, "Enter")
    with browser.devtools().page_where(f"!!{button}") as consent:
        click(consent, button)


def result(name: str) -> str:
    return f"(document.querySelector('[data-result=\"{name}\"]')?.innerText ?? '')"


def test_from_an_empty_home_to_the_first_notebook_by_six_clicks_and_one_field(
    world: World, browser: DefaultBrowser
) -> None:
    assign(world, Assignment(RESEARCH, "Research", "Analyst"), Assignment("444455556666", "Forecasting", "Analyst"))
    hand = Hand()
    with set_up(world, browser) as (menu, page):
        hand.write(page, "#center-url", "acme.awsapps.com/start/#/")
        press(page, "Enter")
        with browser.devtools().page_where(f"!!{ALLOW}") as consent:
            hand.click(consent, ALLOW)
        page.call("Page.bringToFront")
        hand.clicks += 1  # back to the page's tab
        page.wait_until(f"{ROLES}.length == 2")
        assert page.evaluate("document.activeElement.id") == "center-choice-title"
        hand.click(page, f"{ROLES}[1]")
        assert page.evaluate("document.querySelector('#center-add').textContent") == "Add 1 profile"
        for scheme in ("dark", "light"):
            page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            assert axe.findings(page) == []
        hand.click(page, "document.querySelector('#center-add')")
        page.wait_until(f"{result('Research')}.includes('notebook instances in eu-west-1')")
        menu.wait_for_entry("churn-model — Running", "Open JupyterLab (4 h)")
        hand.click(page, OPENS)
        wait_until(
            lambda: world.cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl"), "a link to the notebook"
        )
    assert (hand.clicks, hand.fields) == (6, 1)
    (profile,) = json.loads(world.cli("profiles", "list", "--json"))["profiles"]
    assert (profile["name"], profile["regions"]) == ("Research", ["eu-west-1"])
    assert profile["identity_center"]["account"] == RESEARCH
    assert not world.cloud.files.config.exists()


def test_thousands_of_accounts_are_searched_and_the_choice_is_written_to_the_aws_config(
    world: World, browser: DefaultBrowser
) -> None:
    many = [Assignment(f"{at:012}", f"Team {at}", "Analyst") for at in range(3000)]
    here = [Assignment(RESEARCH, "Research", role) for role in ("Admin", "Analyst")]
    assign(world, *many, *here)
    world.cloud.files.config.write_text("# mine\n")
    with set_up(world, browser) as (_, page):
        sign_in(page, browser)
        page.wait_until("document.querySelectorAll('#center-accounts details').length == 50")
        assert "2,951 more" in page.evaluate("document.querySelector('#center-more').textContent")
        write(page, "#center-search", "resea")
        page.wait_until("document.querySelectorAll('#center-accounts details').length == 1")
        click(page, "document.querySelector('#center-accounts summary')")
        page.wait_until(f"{ROLES}.length == 2")
        for at in (0, 1):
            click(page, f"{ROLES}[{at}]")
        page.evaluate("document.querySelector('#center-where').value = 'eu-west-99'")
        click(page, "document.querySelector('#center-add')")
        page.wait_until("document.querySelector('#center-where-wrong').textContent.includes('eu-west-99')")
        page.evaluate("document.querySelector('#center-where').value = 'eu-west-1'")
        click(page, "document.querySelector('#center-write')")
        click(page, "document.querySelector('#center-add')")
        for name in ("Research Admin", "Research Analyst"):
            page.wait_until(f"{result(name)}.includes('notebook instances in eu-west-1')")
        wait_until(lambda: "[sso-session acme]" in world.cloud.files.config.read_text(), "the AWS config")
        text = world.cloud.files.config.read_text()
        assert text.startswith("# mine\n")
        assert '[profile "Research Admin"]' in text
        config = world.cloud.files.config
        told = result("AWS config file")
        page.wait_until(f"{told}.includes('[sso-session acme], [profile \"Research Admin\"]')")
        said = page.evaluate(told)
        assert f"Added to the end of {config}: " in said
        backup = config.with_name("config.before-notebook-tray")
        assert f"kept as {backup}." in said
        assert backup.read_text() == "# mine\n"
        # What was just written is what was just added: it isn't offered as something new.
        page.wait_until("document.querySelectorAll('#found-list input').length == 2")
        assert page.evaluate("[...document.querySelectorAll('#found-list input')].every(e => e.disabled && e.checked)")
        assert not page.evaluate("document.querySelector('#found-add').checkVisibility()")
        assert not page.evaluate("document.querySelector('#center-write').checked"), "it is asked for each time"
        assert page.evaluate(f"[...{ROLES}].every(each => each.disabled && each.checked)")
        assert "Sign in" not in page.evaluate("document.querySelector('#results').innerText")


def test_a_sign_in_that_aws_has_ended_is_begun_again(world: World, browser: DefaultBrowser) -> None:
    assign(world, Assignment(RESEARCH, "Research", "Analyst"))
    with set_up(world, browser) as (_, page):
        sign_in(page, browser)
        page.wait_until(f"{ROLES}.length == 1")
        assert page.evaluate(f"{ROLES}[0].checked"), "the only role needs no choice"
        click(page, "document.querySelector('#center-add')")
        page.wait_until(f"{ROLES}[0].disabled && {result('Research')}.includes('We found')")
        click(page, "document.querySelector('#center-go')")  # which lists once more: the sign-in holds
        page.wait_until(f"{ROLES}.length == 1 && document.activeElement.id == 'center-choice-title'")
        assert page.evaluate(f"{ROLES}[0].disabled")
        world.cli("profiles", "remove", "Research")  # elsewhere: here it can be added again
        page.wait_until(f"!{ROLES}[0].disabled && !{ROLES}[0].checked")
        cache = Path(world.environment["HOME"], ".aws", "sso", "cache")
        kept = [json.loads(path.read_text()) for path in cache.glob("*.json")]
        (token,) = (each["accessToken"] for each in kept if "accessToken" in each)
        assert token not in page.evaluate("document.documentElement.outerHTML")
        written = [path for path in world.folder.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
        assert [path for path in written if path.parent != cache] == []
        world.cloud.endpoint.world.grants.sign_out(token)
        click(page, "document.querySelector('#center-go')")
        page.wait_until("!document.querySelector('#center-again').hidden")
        assert "not signed in" in page.evaluate("document.querySelector('#center-state').textContent")
        click(page, "document.querySelector('#center-again')")
        with browser.devtools().page_where(f"!!{ALLOW}") as consent:
            click(consent, ALLOW)
        page.wait_until(f"{ROLES}.length == 1")


def test_what_goes_wrong_is_said_where_it_was_given(world: World, browser: DefaultBrowser) -> None:
    assign(world, Assignment(RESEARCH, "Research", "Analyst"))
    deny = ALLOW.replace("Allow access", "Deny access")
    with set_up(world, browser) as (_, page):
        write(page, "#center-url", "http://acme.awsapps.com/start")
        press(page, "Enter")
        page.wait_until("document.querySelector('#center-url-wrong').textContent.includes('not the start URL')")
        assert page.evaluate("document.activeElement.id") == "center-url"
        page.evaluate("document.querySelector('#center-url').value = ''")
        click(page, "document.querySelector('#center-go')")
        page.wait_until(
            "document.querySelector('#center-url-wrong').textContent.startsWith('The start URL is missing.')"
        )
        write(page, "#center-url", "https://other.awsapps.com/start")
        press(page, "Enter")
        page.wait_until("document.querySelector('#center-url-wrong').textContent.includes('No region of AWS')")
        page.evaluate("document.querySelector('#center-url').value = ''")
        sign_in(page, browser, deny)
        page.wait_until("!document.querySelector('#center-again').hidden")
        said = page.evaluate("document.querySelector('#center-state').textContent")
        assert said == "Access for “acme.awsapps.com” was denied on the sign-in page."
        click(page, "document.querySelector('#center-again')")
        page.wait_until("!document.querySelector('#center-cancel').hidden")
        page.evaluate("document.querySelector('#center-cancel').focus(); 0")
        press(page, "Enter")
        page.wait_until("document.querySelector('#center-cancel').hidden")
        said = "document.querySelector('#center-state').textContent"
        assert page.evaluate(said) == "The sign-in was cancelled."
        assert page.evaluate("document.activeElement.id") == "center-again"
        assert axe.findings(page) == []


def test_a_list_that_fails_is_asked_for_again_without_another_sign_in(world: World, browser: DefaultBrowser) -> None:
    assign(world, Assignment(RESEARCH, "Research", "Analyst"))
    world.cloud.endpoint.faults.add(Fault(Trouble.DROP, operation="ListAccounts", times=1))
    with set_up(world, browser) as (_, page):
        sign_in(page, browser)
        page.wait_until("!document.querySelector('#center-again').hidden")
        assert page.evaluate("document.querySelector('#center-again').textContent") == "Try again"
        began = len(browser.devtools().pages())
        click(page, "document.querySelector('#center-again')")
        page.wait_until(f"{ROLES}.length == 1")
        assert len(browser.devtools().pages()) <= began


def test_an_administrators_file_serves_an_empty_home(world: World, browser: DefaultBrowser) -> None:
    assign(world, Assignment(RESEARCH, "Research", "Analyst"))
    text = (
        f'[defaults]\nsso_start_url = "{START_URL}"\nsso_region = "eu-west-1"\n'
        f'[[profiles]]\nname = "team"\nsso_account_id = "{RESEARCH}"\nsso_role_name = "Analyst"\n'
    )
    with set_up(world, browser) as (_, page):
        write(page, "#file-text", text)
        click(page, "document.querySelector('#file-show')")
        page.wait_until("!document.querySelector('#plan').hidden")
        assert "Analyst in 111122223333, sign-in at acme.awsapps.com" in page.evaluate(
            "document.querySelector('#plan-list').innerText"
        )
        click(page, "document.querySelector('#plan-add')")
        signs_in = (
            "[...document.querySelectorAll('#results button')].find(each => each.textContent.includes('Sign in'))"
        )
        page.wait_until(f"!!{signs_in}")
        click(page, signs_in)
        with browser.devtools().page_where(f"!!{ALLOW}") as consent:
            click(consent, ALLOW)
        page.wait_until(f"{result('team')}.includes('notebook instances in eu-west-1')")
        click(page, OPENS)
        wait_until(
            lambda: world.cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl"), "a link to the notebook"
        )
    assert not world.cloud.files.config.exists()


def test_an_access_key_serves_an_empty_home_by_the_keyboard_alone(world: World, browser: DefaultBrowser) -> None:
    principal, region = world.cloud.profiles[1].principal, world.cloud.profiles[1].regions[0]
    given = {
        "name": "my key",
        "key_id": principal.access_key_id,
        "secret": principal.secret_access_key,
        "region": region,
    }
    with set_up(world, browser) as (_, page):
        for field, text in given.items():
            tab_to(page, f"#key-{field}")
            page.call("Input.insertText", text=text)
        tab_to(page, "#key-add")
        press(page, "Enter")
        page.wait_until(f"{result('my key')}.includes('We found 3 notebook instances in {region}.')")
        page.wait_until("document.activeElement.id == 'results-title'")
        tab_to(page, "#results button")
        press(page, "Enter")
        wait_until(
            lambda: world.cloud.endpoint.recorder.calls("CreatePresignedNotebookInstanceUrl"), "a link to the notebook"
        )
    assert not world.cloud.files.config.exists()
    assert not world.cloud.files.credentials.exists()


def test_several_refusals_at_once_say_why_each(world: World, browser: DefaultBrowser) -> None:
    """Only the first one's words were shown, at each."""
    regions = "".join(f'"us-east-{10_000 + at}",\n' for at in range(100))
    file = "".join(f'[[profiles]]\nname = "{name}"\nregions = [{regions}]\n' for name in ("one", "two"))
    boxes = "[...document.querySelectorAll('#plan-list input')]"
    with set_up(world, browser) as (menu, page):
        write(page, "#file-text", f'{file}[[profiles]]\nname = "new"\n')
        click(page, "document.querySelector('#file-show')")
        page.wait_until("!document.querySelector('#plan').hidden")
        page.evaluate(f"{boxes}.filter(each => !each.checked).forEach(each => each.click())")
        click(page, "document.querySelector('#plan-add')")
        for name in ("one", "two"):
            page.wait_until(f"{result(name)}.includes('“{name}”') && {result(name)}.includes('Profile too long')")
        page.wait_until(f"{result('new')}.includes('Added')")
        menu.wait_for_entry("Profiles", re.compile("^new"))
        menu.wait_for_entry(re.compile("2 profiles not added"))


def test_by_the_keyboard_alone_at_four_times_the_size(world: World, browser: DefaultBrowser) -> None:
    assign(world, Assignment(RESEARCH, "Research", "Analyst"), Assignment("444455556666", "Forecasting", "Analyst"))
    with set_up(world, browser) as (_, page):
        # 1280 by 1024 pixels at 400 %.
        page.call("Emulation.setDeviceMetricsOverride", width=320, height=256, deviceScaleFactor=4, mobile=False)
        tab_to(page, "#center-url")
        page.call("Input.insertText", text=START_URL)
        press(page, "Enter")
        with browser.devtools().page_where(f"!!{ALLOW}") as consent:
            tab_to(consent, "button[value=allow]")
            press(consent, "Enter")
        page.call("Page.bringToFront")
        page.wait_until(f"{ROLES}.length == 2")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        tab_to(page, "#center-accounts input")
        press(page, " ")
        tab_to(page, "#center-add")
        press(page, "Enter")
        page.wait_until("document.activeElement.id == 'results-title'")
        tab_to(page, "#results button")

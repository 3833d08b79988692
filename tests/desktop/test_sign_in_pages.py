"""The pages of a sign-in in a real Chromium: what the person sees, types and presses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.support.axe import findings
from tests.support.devtools import Browser, Page
from tests.support.headless import headless_browser
from tests.support.samples import failure, told
from tests.support.waiting import wait_until
from tray.model.problems import Problem, TrayError
from tray.model.sign_in import CallbackAnswer, DeviceCode, MfaQuestion, SignInCancelled
from tray.pages.prompts import BrowserPrompts

QUESTION = MfaQuestion("admin", "arn:aws:iam::111122223333:mfa/ada")
CODE = DeviceCode("ABCD-EFGH", "http://127.0.0.1:9/device", "http://127.0.0.1:9/device?user_code=ABCD-EFGH", 600)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with headless_browser(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as executor:
        yield executor


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    with browser.page_where("true") as page:
        page.call("Page.enable")
        yield page
        page.call("Page.navigate", url="about:blank")


@pytest.fixture
def go(browser: Browser) -> Callable[[str], None]:
    """Open addresses in the tab, as the hand-off to a browser does: over a connection of its own, from any thread."""

    def navigate(url: str) -> None:
        with browser.page_where("true") as page:
            page.call("Page.navigate", url=url)

    return navigate


def heading(words: str) -> str:
    return f"document.querySelector('h1')?.textContent === {words!r}"


def press(tab: Page, label: str) -> None:
    tab.evaluate(f"[...document.querySelectorAll('button')].find(b => b.textContent === {label!r}).click()")


def type_digits(tab: Page, digits: str) -> None:
    tab.wait_until("document.activeElement?.id === 'code'")
    tab.call("Input.insertText", text=digits)
    press(tab, "Continue")


def look(tab: Page, name: str, folder: Path) -> None:
    """Leave pictures of the page as light and as dark desktops show it; see that it is neither blank nor cut off."""
    for scheme in ("light", "dark"):
        tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        tab.wait_until_painted()
        tab.screenshot(folder / f"{name}-{scheme}.png")
        background = tab.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
        assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(29, 34, 45)"}[scheme]
        assert findings(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_wrong_code_is_asked_for_again_and_the_right_one_ends_it(
    tab: Page, go: Callable[[str], None], pool: ThreadPoolExecutor, tmp_path: Path
) -> None:
    surface = BrowserPrompts(go)
    first = pool.submit(surface.mfa_code, QUESTION)
    tab.wait_until(heading("Enter your MFA code"))
    text = tab.evaluate("document.body.innerText")
    assert QUESTION.aws_profile in text
    assert QUESTION.serial in text
    look(tab, "mfa", tmp_path)
    type_digits(tab, "111111")
    assert first.result(30) == "111111"

    again = pool.submit(surface.mfa_code, MfaQuestion(QUESTION.aws_profile, QUESTION.serial, "AWS refused <it>."))
    tab.wait_until("document.querySelector('[role=alert]')?.textContent === 'AWS refused <it>.'")
    look(tab, "mfa-again", tmp_path)
    type_digits(tab, "222222")
    assert again.result(30) == "222222"

    surface.mfa_done(None)
    tab.wait_until(heading("You are signed in"))
    look(tab, "done", tmp_path)
    history = tab.call("Page.getNavigationHistory")["entries"]
    assert not [entry for entry in history if "111111" in entry["url"] or "222222" in entry["url"]]


def test_what_is_not_six_digits_does_not_go_to_aws(
    tab: Page, go: Callable[[str], None], pool: ThreadPoolExecutor
) -> None:
    surface = BrowserPrompts(go)
    asked = pool.submit(surface.mfa_code, QUESTION)
    tab.wait_until(heading("Enter your MFA code"))
    tab.evaluate("document.querySelector('#code').removeAttribute('pattern')")
    type_digits(tab, "12345")
    tab.wait_until("document.querySelector('[role=alert]')?.textContent === 'That was not six digits.'")
    assert not asked.done()
    type_digits(tab, "123456")
    assert asked.result(30) == "123456"
    surface.mfa_done(None)


def test_the_cancel_button_cancels(tab: Page, go: Callable[[str], None], pool: ThreadPoolExecutor) -> None:
    surface = BrowserPrompts(go)
    asked = pool.submit(surface.mfa_code, QUESTION)
    tab.wait_until(heading("Enter your MFA code"))
    press(tab, "Cancel")
    with pytest.raises(SignInCancelled):
        asked.result(30)
    tab.wait_until(heading("Signing in was cancelled"))
    assert surface.cancelled
    surface.mfa_done(None)


def test_the_tray_s_own_cancel_ends_it_too(tab: Page, go: Callable[[str], None], pool: ThreadPoolExecutor) -> None:
    surface = BrowserPrompts(go)
    asked = pool.submit(surface.mfa_code, QUESTION)
    tab.wait_until(heading("Enter your MFA code"))
    surface.cancel()
    with pytest.raises(SignInCancelled):
        asked.result(30)
    surface.mfa_done(None)


def test_without_a_browser_a_question_fails_in_words(pool: ThreadPoolExecutor) -> None:
    def no_browser(_: str) -> None:
        raise failure("No browser found", "There is none.", "Install one.")

    surface = BrowserPrompts(no_browser)
    with pytest.raises(TrayError, match="No browser found"):
        pool.submit(surface.mfa_code, QUESTION).result(30)
    surface.mfa_done(None)


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (None, "You are signed in"),
        (
            told("Signing in was refused", "You said no at AWS.", "Begin again in the menu."),
            "Signing in was refused",
        ),
    ],
)
def test_the_browser_that_comes_back_is_told_how_it_ended_at_a_clean_address(
    tab: Page, go: Callable[[str], None], pool: ThreadPoolExecutor, tmp_path: Path, problem: Problem | None, words: str
) -> None:
    surface = BrowserPrompts(go)
    with surface.callback("the-state") as page:
        answer = pool.submit(page.wait, 60)
        pool.submit(surface.open, f"{page.redirect_uri}?{urlencode({'code': 'c0de', 'state': 'the-state'})}")
        assert answer.result(30) == CallbackAnswer("c0de")
        page.finish(problem)
        tab.wait_until(heading(words))
    look(tab, f"callback-{problem is None}", tmp_path)
    assert "c0de" not in tab.evaluate("location.href")
    assert not [entry for entry in tab.call("Page.getNavigationHistory")["entries"] if "c0de" in entry["url"]]


def test_a_device_code_is_shown_until_it_is_confirmed(tab: Page, go: Callable[[str], None], tmp_path: Path) -> None:
    told: list[DeviceCode] = []
    surface = BrowserPrompts(go, show_code=told.append)
    with surface.device_code(CODE):
        tab.wait_until(heading("Confirm this code at AWS"))
        assert tab.evaluate("document.querySelector('output').textContent") == CODE.user_code
        assert tab.evaluate("document.querySelector('a.button').href") == CODE.complete_url
        assert told == [CODE]
        look(tab, "device", tmp_path)
        threading.Timer(0.5, go, [tab.evaluate("location.href")]).start()
    tab.wait_until(heading("You are signed in"))


def test_a_device_code_page_ends_by_itself_and_never_reloads(tab: Page, go: Callable[[str], None]) -> None:
    with BrowserPrompts(go).device_code(CODE):
        tab.wait_until(heading("Confirm this code at AWS"))
        assert tab.evaluate("document.querySelector('meta[http-equiv=refresh]')") is None, "axe: meta-refresh, critical"
        tab.evaluate("window.same = document.querySelector('main').same = true")
        tab.wait_until("performance.getEntriesByType('resource').length >= 2")  # the first look was dealt with
        assert tab.evaluate("document.querySelector('main').same"), "what has not changed was replaced"
    tab.wait_until(heading("You are signed in"))
    assert tab.evaluate("window.same"), "it was reloaded"
    assert tab.evaluate("document.activeElement.tagName") == "H1", "a screen reader reads on from what is new"


def test_a_device_code_page_can_cancel(tab: Page, go: Callable[[str], None]) -> None:
    surface = BrowserPrompts(go)
    with surface.device_code(CODE):
        tab.wait_until(heading("Confirm this code at AWS"))
        press(tab, "Cancel")
        wait_until(lambda: surface.cancelled, "the sign-in to be cancelled")

"""What the loopback pages answer to requests that are not the person's own."""

from __future__ import annotations

import contextlib
import http.client
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.samples import failure, told
from tests.support.waiting import wait_until
from tray.model.problems import TrayError
from tray.model.sign_in import CallbackAnswer, DeviceCode, MfaQuestion, SignInCancelled
from tray.pages.callback import PATH, CallbackPage
from tray.pages.device_code import DeviceCodePage
from tray.pages.html import ending, for_strangers, page
from tray.pages.mfa import MOST_TRIES, MfaPage
from tray.pages.prompts import BrowserPrompts
from tray.pages.visit import PageVisit

CODE = DeviceCode("ABCD-EFGH", "http://127.0.0.1:9/device", "http://127.0.0.1:9/device?user_code=ABCD-EFGH", 600)
QUESTION = MfaQuestion("admin", "arn:aws:iam::111122223333:mfa/ada")


def ask(
    url: str, method: str = "GET", body: str | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str, dict[str, str]]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request(method, f"{parts.path}?{parts.query}".rstrip("?"), body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


@pytest.fixture
def callback() -> Iterator[CallbackPage]:
    with CallbackPage("the-state", threading.Event()) as page:
        yield page


def back(page: CallbackPage, **given: str) -> str:
    return f"{page.redirect_uri}?{urlencode(given)}"


def test_the_address_is_the_one_that_is_registered_with_a_port(callback: CallbackPage) -> None:
    parts = urlsplit(callback.redirect_uri)
    assert (parts.scheme, parts.hostname, parts.path) == ("http", "127.0.0.1", PATH)


@pytest.mark.parametrize(
    "given",
    [
        {"code": "c", "state": "another"},
        {"code": "c"},
        {"state": "the-state"},
        {"code": "c", "error": "access_denied", "state": "the-state"},
        {"code": "c" * 5000, "state": "the-state"},
    ],
)
def test_what_is_not_the_answer_uses_nothing_up(callback: CallbackPage, given: dict[str, str]) -> None:
    assert ask(back(callback, **given))[0] == HTTPStatus.BAD_REQUEST
    assert callback.wait(0) is None
    assert ask(back(callback, code="good", state="the-state"))[0] == HTTPStatus.SEE_OTHER
    assert callback.wait(10) == CallbackAnswer("good")


def test_one_answer_is_taken_and_no_other_after_it(callback: CallbackPage) -> None:
    ask(back(callback, code="first", state="the-state"))
    assert ask(back(callback, code="second", state="the-state"))[0] == HTTPStatus.GONE
    assert callback.wait(10) == CallbackAnswer("first")


def test_a_refusal_is_an_answer_and_its_words_are_bounded(callback: CallbackPage) -> None:
    ask(back(callback, error="access_denied", error_description="x" * 5000, state="the-state"))
    answer = callback.wait(10)
    assert answer is not None
    assert (answer.code, answer.error, len(answer.description)) == ("", "access_denied", 500)


def test_other_pages_methods_and_hosts_get_nothing(callback: CallbackPage) -> None:
    good = back(callback, code="c", state="the-state")
    assert ask(good, "POST", "")[0] == HTTPStatus.NOT_FOUND
    assert ask(good.replace(PATH, "/other"))[0] == HTTPStatus.NOT_FOUND
    assert ask(good, headers={"Host": "attacker.example"})[0] == HTTPStatus.NOT_FOUND
    assert callback.wait(0) is None


def test_whoever_comes_back_waits_for_how_it_ended(callback: CallbackPage) -> None:
    location = ask(back(callback, code="c", state="the-state"))[2]["location"]
    assert "code" not in location
    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(ask, callback.redirect_uri.replace(PATH, location))
        callback.finish(told("Refused <b>", "By & for.", "Again."))
        text = page.result(30)[1]
    assert "Refused &lt;b&gt;" in text
    assert "By &amp; for." in text


def test_cancelling_ends_the_wait() -> None:
    cancelled = threading.Event()
    with CallbackPage("s", cancelled) as page:
        cancelled.set()
        with pytest.raises(SignInCancelled):
            page.wait(60)


def test_a_page_may_load_nothing_and_send_its_form_to_itself_alone() -> None:
    policy = dict(page("t", "").headers)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "; script-src 'sha256-" in policy
    assert "connect-src 'self'; form-action 'self'; frame-ancestors 'none'" in policy


def token_of(page: PageVisit) -> str:
    found = re.search(r'name="token" value="([^"]+)"', ask(page.url)[1])
    assert found
    return found[1]


def form(page: MfaPage, fields: dict[str, str], **headers: str) -> int:
    return ask(page.url, "POST", urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded", **headers})[0]


def test_another_site_s_form_and_another_path_are_refused() -> None:
    with MfaPage(QUESTION, threading.Event()) as page:
        assert form(page, {"code": "123456", "do": "check"}) == HTTPStatus.FORBIDDEN
        assert form(page, {"code": "123456", "do": "check", "token": "guessed"}) == HTTPStatus.FORBIDDEN
        sent = {"code": "123456", "do": "check", "token": token_of(page)}
        assert form(page, sent, Origin="https://attacker.example") == HTTPStatus.FORBIDDEN
        assert ask(page.url + "x")[0] == HTTPStatus.NOT_FOUND
        assert ask(page.url, "POST", "code=" + "1" * 100_000)[0] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        own = f"http://{urlsplit(page.url).netloc}"
        assert form(page, sent, Origin=own) == HTTPStatus.SEE_OTHER
        assert page.wait() == "123456"


def test_every_page_says_whose_it_is(callback: CallbackPage) -> None:
    with DeviceCodePage(CODE, threading.Event()) as device, MfaPage(QUESTION, threading.Event()) as mfa:
        shown = [ask(page)[1] for page in (device.url, mfa.url, callback.redirect_uri, f"{mfa.url}x")]
    for text in (*shown, ending(None).body.decode(), for_strangers().body.decode()):
        assert "Notebook Tray</p><h1>" in text


def test_digits_that_are_typed_while_others_are_checked_do_not_count() -> None:
    with MfaPage(QUESTION, threading.Event()) as page:
        token = token_of(page)
        form(page, {"code": "111111", "do": "check", "token": token})
        form(page, {"code": "222222", "do": "check", "token": token})
        assert page.wait() == "111111"


def test_no_one_may_try_more_than_ten_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tray.pages.visit._COME_BACK_WITHIN_SECONDS", 0.0)
    with MfaPage(QUESTION, threading.Event()) as page:
        sent = {"code": "123456", "do": "check", "token": token_of(page)}
        for _ in range(MOST_TRIES):
            form(page, sent)
            assert page.wait() == "123456"
            page.ask_again(MfaQuestion("admin", QUESTION.serial, "Wrong."))
        form(page, sent)
        with pytest.raises(TrayError, match="Too many codes"):
            page.wait()


def test_what_is_not_six_digits_is_a_try_too() -> None:
    with MfaPage(QUESTION, threading.Event()) as page:
        sent = {"code": "none", "do": "check", "token": token_of(page)}
        for _ in range(MOST_TRIES + 1):
            form(page, sent)
        with pytest.raises(TrayError, match="Too many codes"):
            page.wait()


def test_a_page_that_was_closed_while_its_digits_were_checked_is_opened_again() -> None:
    opened: list[str] = []
    surface = BrowserPrompts(opened.append)
    with ThreadPoolExecutor(1) as pool:
        for times in (1, 2):
            asked = pool.submit(surface.mfa_code, QUESTION)
            wait_until(lambda times=times: len(opened) == times, "the page to be opened")
            page = surface._mfa
            assert page is not None
            form(page, {"code": "123456", "do": "check", "token": token_of(page)})
            assert asked.result(30) == "123456"
    assert opened[0] == opened[1]
    surface.mfa_done(None)


def test_a_page_that_is_still_there_is_not_opened_again() -> None:
    opened: list[str] = []
    surface = BrowserPrompts(opened.append)
    with ThreadPoolExecutor(2) as pool:
        asked = pool.submit(surface.mfa_code, QUESTION)
        wait_until(lambda: opened, "the page to be opened")
        page = surface._mfa
        assert page is not None
        form(page, {"code": "123456", "do": "check", "token": token_of(page)})
        asked.result(30)
        browser = pool.submit(ask, page.url)  # comes back for the page, and waits
        asked = pool.submit(surface.mfa_code, MfaQuestion("admin", QUESTION.serial, "Wrong."))
        assert "Wrong." in browser.result(30)[1]
        surface.cancel()
        with pytest.raises(SignInCancelled):
            asked.result(30)
    assert len(opened) == 1
    surface.mfa_done(None)


def no_browser(_: str) -> None:
    raise failure("No browser found", "There is none.", "Install one.")


def test_a_device_code_that_nothing_shows_is_an_error() -> None:
    with pytest.raises(TrayError, match="No browser found"), BrowserPrompts(no_browser).device_code(CODE):
        pytest.fail("nobody has seen the code")
    told: list[DeviceCode] = []
    with BrowserPrompts(no_browser, show_code=told.append).device_code(CODE):
        assert told == [CODE]


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (None, "You are signed in"),
        (failure("It was refused", "You said no.", "Again."), "It was refused"),
        (RuntimeError("a bug"), "That did not work"),
        (SignInCancelled(), "Signing in was cancelled"),
    ],
)
def test_a_page_that_looks_again_later_still_reads_how_it_ended(failure: Exception | None, words: str) -> None:
    opened: list[str] = []
    with contextlib.suppress(Exception), BrowserPrompts(opened.append).device_code(CODE):
        assert CODE.user_code in ask(opened[0])[1]
        if failure is not None:
            raise failure
    time.sleep(3)  # its own refresh comes after as much as 10
    assert f"<h1>{words}</h1>" in ask(opened[0])[1]


def test_a_cancel_button_leads_to_a_page_that_says_so() -> None:
    cancelled = threading.Event()
    with MfaPage(QUESTION, cancelled) as page:
        url, sent = page.url, {"do": "cancel", "token": token_of(page)}
        assert form(page, sent) == HTTPStatus.SEE_OTHER
        with pytest.raises(SignInCancelled):
            page.wait()
    time.sleep(0.5)
    assert "Signing in was cancelled" in ask(url)[1]


def test_nothing_unseen_comes_back_with_a_refusal(callback: CallbackPage) -> None:
    ask(back(callback, error="no\x1b[31m", error_description="a\r\nb\u202e", state="the-state"))
    answer = callback.wait(10)
    assert answer is not None
    assert (answer.error, answer.description) == ("no[31m", "ab")


def test_no_page_shows_its_secrets() -> None:
    answer = CallbackAnswer("c0de", "", "")
    assert "c0de" not in repr(answer)

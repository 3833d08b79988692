"""What the loopback pages answer to requests that are not the person's own."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import pytest

from tray.errors import Problem
from tray.pages.callback import PATH, CallbackPage
from tray.pages.html import page
from tray.pages.mfa import MOST_TRIES, MfaPage
from tray.signin import CallbackAnswer, MfaQuestion, SignInCancelled

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
        callback.finish(Problem("Refused <b>", "By & for.", "Again."))
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
    assert "form-action 'self'; frame-ancestors 'none'" in policy


def form(page: MfaPage, fields: dict[str, str], **headers: str) -> int:
    return ask(page.url, "POST", urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded", **headers})[0]


def test_another_site_s_form_and_another_path_are_refused() -> None:
    with MfaPage(QUESTION, threading.Event()) as page:
        sent = {"code": "123456", "do": "check"}
        assert form(page, sent, Origin="https://attacker.example") == HTTPStatus.FORBIDDEN
        assert ask(page.url + "x")[0] == HTTPStatus.NOT_FOUND
        assert ask(page.url, "POST", "code=" + "1" * 100_000)[0] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        own = f"http://{urlsplit(page.url).netloc}"
        assert form(page, sent, Origin=own) == HTTPStatus.SEE_OTHER
        assert page.wait() == "123456"


def test_digits_that_are_typed_while_others_are_checked_do_not_count() -> None:
    with MfaPage(QUESTION, threading.Event()) as page:
        form(page, {"code": "111111", "do": "check"})
        form(page, {"code": "222222", "do": "check"})
        assert page.wait() == "111111"


def test_no_one_may_try_for_ever() -> None:
    with MfaPage(QUESTION, threading.Event()) as page:
        for _ in range(MOST_TRIES + 1):
            form(page, {"code": "none", "do": "check"})
        with pytest.raises(SignInCancelled):
            page.wait()


def test_no_page_shows_its_secrets() -> None:
    answer = CallbackAnswer("c0de", "", "")
    assert "c0de" not in repr(answer)

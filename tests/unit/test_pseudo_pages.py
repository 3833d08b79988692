"""No word on a page but through `tray/texts`: what a browser shows, and what a screen reader says."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.pseudo import pseudo_language, unmarked
from tray.model.problems import Problem
from tray.model.sign_in import DeviceCode, MfaQuestion
from tray.pages import visit
from tray.pages.callback import PATH, CallbackPage
from tray.pages.device_code import DeviceCodePage
from tray.pages.html import ending
from tray.pages.mfa import MfaPage

VALUES = ("§code§", "§profile§", "§serial§")
# Attributes that are shown or spoken.
SPOKEN = ("title", "aria-label", "alt", "placeholder")


class Words(HTMLParser):
    """What of a page the user reads or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.language = ""
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag in ("style", "script")
        self.found += [value or "" for name, value in attrs if name in SPOKEN]
        self.language = dict(attrs).get("lang") or self.language

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.found.append(data)


@pytest.fixture(autouse=True)
def _pseudo() -> Iterator[None]:
    with pseudo_language():
        yield


def check(page: str) -> None:
    words = Words()
    words.feed(page)
    assert len("".join(words.found)) > 20
    assert [word for text in words.found for word in unmarked(text, VALUES)] == []
    assert words.language == "⟦en⟧"


def ask(url: str, **fields: str) -> str:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("POST" if fields else "GET", f"{parts.path}?{parts.query}", urlencode(fields))
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_the_ends_of_a_sign_in() -> None:
    check(ending(None).body.decode())
    check(ending(Problem.of("no-longer-there")).body.decode())
    check(visit._still_checking().body.decode())


def test_what_comes_back_from_the_sign_in_page() -> None:
    with CallbackPage("the-state", threading.Event()) as page:
        check(ask(f"{page.redirect_uri}?state=another&code=1"))
        check(ask(f"{page.redirect_uri}?state=the-state"))
        check(ask(page.redirect_uri.replace(PATH, "/elsewhere")))
        ask(f"{page.redirect_uri}?state=the-state&code=1")
        check(ask(f"{page.redirect_uri}?state=the-state&code=1"))


def test_the_device_code() -> None:
    cancelled = threading.Event()
    with DeviceCodePage(DeviceCode("§code§", "http://127.0.0.1:9", "http://127.0.0.1:9", 600), cancelled) as page:
        check(ask(page.url))
        check(ask(page.url, do="cancel"))  # from elsewhere: it has no token
        cancelled.set()
        check(ask(page.url))


def test_the_mfa_code() -> None:
    with MfaPage(MfaQuestion("§profile§", "§serial§"), threading.Event()) as page:
        check(ask(page.url))
        page._taken({"code": "12"})
        check(ask(page.url))

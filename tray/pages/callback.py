"""The page that the browser returns to from the sign-in page: it takes one answer, and shows how the sign-in ended.

The authorization code is in the address of this page. The page redirects the browser to a clean address at once, so
that neither the address bar nor the history keeps the code. OAuth for native apps: RFC 8252, sections 7.3 and 8.3.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs

from tray.model.sign_in import CallbackAnswer, SignInCancelled
from tray.pages.html import ending, for_strangers, page, paragraphs, refusal
from tray.texts import pages as texts
from tray.web.answer import PageAnswer, Pending
from tray.web.server import LoopbackServer

if TYPE_CHECKING:
    from tray.model.problems import Problem
    from tray.web.request import PageRequest

LIFETIME_SECONDS = 11 * 60.0  # a minute more than a sign-in may take
PATH = "/oauth/callback"
_FINISH_WITHIN_SECONDS = 30.0
_DELIVER_WITHIN_SECONDS = 2.0
_LOOK_SECONDS = 0.2
_LONGEST = 4096


class CallbackPage:
    """Listens on 127.0.0.1, as soon as it is made, for one answer with `state`.

    While waiting, the page checks `cancelled` five times a second.

    :raises OSError: this machine's loopback can't be listened on
    """

    def __init__(self, state: str, cancelled: threading.Event) -> None:
        self._state = state.encode()
        self._cancelled = cancelled
        self._ending_path = f"/{secrets.token_urlsafe(16)}"
        self._lock = threading.Lock()
        self._came = threading.Event()
        self._answer: CallbackAnswer | None = None
        self._final: PageAnswer | None = None
        self._waiting: list[Pending] = []
        self._server = LoopbackServer(
            self._site, LIFETIME_SECONDS, name="sign-in callback", for_strangers=for_strangers()
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._came.is_set() and self._final is not None:
            self._server.wait(_DELIVER_WITHIN_SECONDS)
        self._server.close()

    @property
    def redirect_uri(self) -> str:
        """The address that the sign-in page redirects to."""
        return f"http://127.0.0.1:{self._server.port}{PATH}"

    def wait(self, timeout_seconds: float) -> CallbackAnswer | None:
        """Return the first answer with the right state; None when the time is over.

        :raises SignInCancelled: the user cancelled
        """
        until = time.monotonic() + timeout_seconds
        while not self._came.wait(max(0.0, min(_LOOK_SECONDS, until - time.monotonic()))):
            if self._cancelled.is_set():
                raise SignInCancelled
            if time.monotonic() >= until or self._server.finished:
                return None
        return self._answer

    def finish(self, problem: Problem | None) -> None:
        """Show in the waiting browser that the sign-in is done, or what went wrong."""
        final = ending(problem)
        with self._lock:
            self._final = final
            waiting, self._waiting = self._waiting, []
        for pending in waiting:
            pending.complete(final)

    def _site(self, request: PageRequest) -> PageAnswer | Pending:
        if request.method == "GET" and request.path == PATH:
            return self._come_back(request)
        if request.method == "GET" and request.path == self._ending_path and self._came.is_set():
            return self._how_it_ended()
        return refusal(HTTPStatus.NOT_FOUND, texts.nothing_here())

    def _come_back(self, request: PageRequest) -> PageAnswer:
        # What comes twice counts as not given (RFC 6749, section 3.1: no parameter more than once), empty or not.
        values = parse_qs(request.query, keep_blank_values=True)
        given = {name: value[0] for name, value in values.items() if len(value) == 1}
        if not hmac.compare_digest(given.get("state", "").encode(), self._state):
            return refusal(HTTPStatus.BAD_REQUEST, texts.not_the_sign_in())
        code, error = given.get("code", ""), _plain(given.get("error", ""))
        if bool(code) == bool(error) or max(len(code), len(error)) > _LONGEST:
            return refusal(HTTPStatus.BAD_REQUEST, texts.not_an_answer())
        if self._came.is_set():
            return refusal(HTTPStatus.GONE, (texts.over(), texts.close_this()))
        self._answer = CallbackAnswer(code, error[:200], _plain(given.get("error_description", ""))[:500])
        self._came.set()
        return PageAnswer(HTTPStatus.SEE_OTHER, location=self._ending_path)

    def _how_it_ended(self) -> PageAnswer | Pending:
        with self._lock:
            if self._final is not None:
                return self._final
            title, message = texts.almost_done()
            pending = Pending(_FINISH_WITHIN_SECONDS, page(title, paragraphs(message)))
            self._waiting.append(pending)
            return pending


def _plain(text: str) -> str:
    """Return `text` without unprintable characters, since it goes into a log and onto a terminal."""
    return "".join(character for character in text if character.isprintable())

"""The page to which a sign-in that a command began sends the browser back."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from tray.loopback.answer import Answer, Pending
from tray.loopback.server import LoopbackServer
from tray.signin import CallbackAnswer, SignInCancelled

if TYPE_CHECKING:
    from tray.errors import Problem
    from tray.loopback.request import Request

_PATH = "/oauth/callback"
# Ten minutes for the person, and then as long as AWS may take for the token.
_LIFETIME_SECONDS = 900.0
_TOKEN_SECONDS = 120.0
_DELIVERY_SECONDS = 3.0
_LOOK_SECONDS = 0.25

_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
)
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem;color:#1d2b2a;"
    "background:#fff}@media(prefers-color-scheme:dark){body{color:#e6eeed;background:#14201f}}"
)


class CommandCallback:
    """Takes one answer whose state is right, and keeps the browser waiting for how it ends."""

    def __init__(self, state: str, is_cancelled: Callable[[], bool]) -> None:
        """Listen from now on.

        :raises OSError: this machine's loopback can't be listened on
        """
        self._state = state
        self._is_cancelled = is_cancelled
        self._came = threading.Event()
        self._answer: CallbackAnswer | None = None
        self._pending = Pending(_TOKEN_SECONDS, _page("This takes long", "Look into the terminal for how it ended."))
        self._server = LoopbackServer(self._site, _LIFETIME_SECONDS, name="sign-in page")

    @property
    def redirect_uri(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.port}{_PATH}"

    def wait(self, timeout_seconds: float) -> CallbackAnswer | None:
        """Return the first answer whose state is right; None when the time is over.

        :raises SignInCancelled: the person cancelled
        """
        give_up = time.monotonic() + timeout_seconds
        while not self._came.wait(min(_LOOK_SECONDS, max(0.0, give_up - time.monotonic()))):
            if self._is_cancelled():
                raise SignInCancelled
            if time.monotonic() >= give_up:
                return None
        return self._answer

    def finish(self, problem: Problem | None) -> None:
        """Show the person in the browser how it ended."""
        if problem is None:
            self._pending.complete(_page("You are signed in", "You can close this page.", last=True))
        else:
            self._pending.complete(_page(problem.title, problem.message, problem.remedy, last=True))
        self._server.wait(_DELIVERY_SECONDS)

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _site(self, request: Request) -> Answer | Pending:
        if request.method != "GET" or request.path != _PATH:
            return Answer(HTTPStatus.NOT_FOUND)
        given = dict(parse_qsl(request.query, keep_blank_values=True))
        if not hmac.compare_digest(given.get("state", "").encode(), self._state.encode()):
            return _page("Not this sign-in", "This is the answer to another sign-in.", status=HTTPStatus.BAD_REQUEST)
        if self._came.is_set():
            return _page("Answered already", "You can close this page.", status=HTTPStatus.BAD_REQUEST)
        self._answer = CallbackAnswer(given.get("code", ""), given.get("error", ""), given.get("error_description", ""))
        self._came.set()
        return self._pending


@contextmanager
def command_callback(state: str, is_cancelled: Callable[[], bool]) -> Iterator[CommandCallback]:
    """Listen for the browser's return inside the block.

    :raises OSError: this machine's loopback can't be listened on
    """
    callback = CommandCallback(state, is_cancelled)
    try:
        yield callback
    finally:
        callback.close()


def _page(title: str, *lines: str, status: HTTPStatus = HTTPStatus.OK, last: bool = False) -> Answer:
    words = "".join(f"<p>{escape(line)}</p>" for line in lines)
    text = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} · Notebook Tray</title><style>{_STYLE}</style>"
        f"<main><h1>{escape(title)}</h1>{words}</main></html>"
    )
    return Answer(status, text.encode(), _HEADERS, last=last)

"""A page that the program opens in the user's browser. Its address is random, and only its own forms are accepted."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs

from tray.pages.html import ending, for_strangers, page, paragraphs, refusal
from tray.texts import pages as texts
from tray.web.answer import PageAnswer, Pending
from tray.web.server import LoopbackServer

if TYPE_CHECKING:
    from tray.model.problems import Problem
    from tray.web.request import PageRequest

_MOST_BYTES = 4096
_REFRESH_SECONDS = 10
# How long the server still answers with the last page: a page that refreshes itself asks for it at its next refresh.
_LINGER_SECONDS = 1.5 * _REFRESH_SECONDS
_CHECK_SECONDS = 30.0
# After sending a form, a browser asks for the page again at once.
_COME_BACK_WITHIN_SECONDS = 2.0
_LOOK_SECONDS = 0.05


class PageVisit:
    """Shows the title and the HTML that `show` returns; if `show` returns None, the browser waits.

    `form` makes a form for the page. When the browser sends that form, `take` gets its fields; the form's Cancel button
    sets `cancelled`. `show` and `take` are called on the server's thread and must be quick. Call `changed` when `show`
    returns something new, and `finish` to replace the page with the last page.

    :raises OSError: this machine's loopback can't be listened on
    """

    def __init__(
        self,
        show: Callable[[], tuple[str, str] | None],
        take: Callable[[Mapping[str, str]], None],
        cancelled: threading.Event,
        lifetime_seconds: float,
        *,
        name: str,
        refreshing: bool = False,
    ) -> None:
        self._show = show
        self._take = take
        self._cancelled = cancelled
        self._refresh_seconds = _REFRESH_SECONDS if refreshing else 0
        self._path = f"/{secrets.token_urlsafe(24)}"
        self._form_token = secrets.token_urlsafe(24)
        self._lock = threading.Lock()
        self._waiting: list[Pending] = []
        self._final: PageAnswer | None = None
        self._visits = 0
        self._server = LoopbackServer(
            self._site, lifetime_seconds, name=name, maximum_body_bytes=_MOST_BYTES, for_strangers=for_strangers()
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The address to open. A program that knows the address can see the page and send its form."""
        return f"http://127.0.0.1:{self._server.port}{self._path}"

    def changed(self) -> None:
        """Show a waiting browser what `show` returns now."""
        with self._lock:
            answer = self._now()
        if answer is not None:
            self._send(answer)

    def is_watched(self) -> bool:
        """Whether a browser still shows the page: it waits for an answer, or asks for one within 2 s. Blocks up to 2 s.

        Call it before `changed`.
        """
        before, until = self._visits, time.monotonic() + _COME_BACK_WITHIN_SECONDS
        while time.monotonic() < until and not self._cancelled.is_set():
            with self._lock:
                if any(not pending.abandoned for pending in self._waiting) or self._visits > before:
                    return True
            time.sleep(_LOOK_SECONDS)
        return False

    def form(self, fields: str) -> str:
        """Return a form with `fields`, which are HTML; the page accepts only forms that it made itself."""
        return (
            f'<form method="post" autocomplete="off"><input type="hidden" name="token" value="{self._form_token}">'
            f"{fields}</form>"
        )

    def finish(self, problem: Problem | None = None) -> None:
        """Show a browser that waits or asks again that the sign-in is done, or what went wrong."""
        final = ending(problem)
        with self._lock:
            self._final = final
        self._send(final)

    def close(self) -> None:
        """Close the page without waiting: for some seconds more, a browser that shows it gets the last page."""
        if not self._visits:
            self._server.close()
            return
        if self._cancelled.is_set():
            self.changed()
        threading.Thread(target=self._linger, name="last page", daemon=True).start()

    def _linger(self) -> None:
        self._server.wait(_LINGER_SECONDS)
        self._server.close()

    def _send(self, answer: PageAnswer) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for pending in waiting:
            pending.complete(answer)

    def _site(self, request: PageRequest) -> PageAnswer | Pending:
        if request.path != self._path or request.method not in ("GET", "POST"):
            return refusal(HTTPStatus.NOT_FOUND, texts.nothing_here())
        self._visits += 1
        if request.method == "GET":
            return self._present()
        fields = {
            name: values[0]
            for name, values in parse_qs(request.body.decode("ascii", "replace"), keep_blank_values=True).items()
        }
        own = hmac.compare_digest(fields.pop("token", "").encode(), self._form_token.encode())
        if not own or request.header("origin") not in ("", f"http://127.0.0.1:{self._server.port}"):
            return refusal(HTTPStatus.FORBIDDEN, texts.not_from_this_page())
        if fields.get("do") == "cancel":
            self._cancelled.set()
        elif self._final is None:
            self._take(fields)
        # The redirect keeps what the user typed out of addresses and histories, and a reload doesn't send it again.
        return PageAnswer(HTTPStatus.SEE_OTHER, location=self._path)

    def _present(self) -> PageAnswer | Pending:
        with self._lock:
            answer = self._now()
            if answer is not None:
                return answer
            pending = Pending(_CHECK_SECONDS, _still_checking())
            self._waiting.append(pending)
            return pending

    def _now(self) -> PageAnswer | None:
        if self._final is not None:
            return self._final
        if self._cancelled.is_set():
            return page(texts.cancelled(), paragraphs(texts.close_this()), last=True)
        shown = self._show()
        return None if shown is None else page(*shown, refresh_seconds=self._refresh_seconds)


def _still_checking() -> PageAnswer:
    title, message = texts.still_checking()
    return page(title, paragraphs(message), refresh_seconds=3)


def button(name: str, label: str, *, other: bool = False) -> str:
    """Return a button that sends the form with its `name` as the field `do`."""
    kind = ' class="other" formnovalidate' if other else ""
    return f'<button name="do" value="{escape(name)}"{kind}>{escape(label)}</button>'

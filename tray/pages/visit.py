"""A page of ours that the person was sent to: at a random address, with forms that count only from there."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs

from tray.loopback.answer import Answer, Pending
from tray.loopback.server import LoopbackServer
from tray.pages.html import ending, page, refusal

if TYPE_CHECKING:
    from tray.errors import Problem
    from tray.loopback.request import Request

_DELIVER_WITHIN_SECONDS = 2.0
_MOST_BYTES = 4096
_REFRESH_SECONDS = 10
_CHECK_SECONDS = 30.0


class Visit:
    """Shows what `show` returns, a title and the HTML below it; where that is None, the browser waits for what comes.

    `take` is given the fields of a form that was sent from the page. Both are called on the server's thread and must be
    quick. `changed` says that `show` would return something else now, and `finish` puts the last page in its place.

    :raises OSError: this machine's loopback can't be listened on
    """

    def __init__(
        self,
        show: Callable[[], tuple[str, str] | None],
        take: Callable[[Mapping[str, str]], None],
        lifetime_seconds: float,
        *,
        name: str,
        refreshing: bool = False,
    ) -> None:
        self._show = show
        self._take = take
        self._refresh_seconds = _REFRESH_SECONDS if refreshing else 0
        self._path = f"/{secrets.token_urlsafe(24)}"
        self._lock = threading.Lock()
        self._waiting: list[Pending] = []
        self._final: Answer | None = None
        self._visited = False
        self._server = LoopbackServer(self._site, lifetime_seconds, name=name, maximum_body_bytes=_MOST_BYTES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The address to open; whoever knows it can see the page and send its form."""
        return f"http://127.0.0.1:{self._server.port}{self._path}"

    @property
    def finished(self) -> bool:
        """Whether there is nothing to see any more."""
        return self._server.finished

    def changed(self) -> None:
        """Show a browser that waits what there is to see now."""
        answer = self._present()
        if isinstance(answer, Answer):
            self._send(answer)

    def finish(self, problem: Problem | None, done: str) -> None:
        """Show that it is `done`, or what went wrong, to a browser that waits or asks again."""
        final = ending(problem, done)
        with self._lock:
            self._final = final
        self._send(final)

    def close(self) -> None:
        """Listen no more; a last page that a browser is waiting for is still delivered."""
        if self._final is not None and self._visited:
            self._server.wait(_DELIVER_WITHIN_SECONDS)
        self._server.close()

    def _send(self, answer: Answer) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for pending in waiting:
            pending.complete(answer)

    def _site(self, request: Request) -> Answer | Pending:
        if request.path != self._path or request.method not in ("GET", "POST"):
            return refusal(HTTPStatus.NOT_FOUND, "Nothing here", "Choose “Sign in” in the tray's menu.")
        self._visited = True
        if request.method == "GET":
            return self._present()
        # Another site can't know the path; that it is told by its browser costs nothing to look at, either.
        if request.header("origin") not in ("", f"http://127.0.0.1:{self._server.port}"):
            return refusal(HTTPStatus.FORBIDDEN, "Not from this page", "Use the page that Notebook Tray opened.")
        fields = parse_qs(request.body.decode("ascii", "replace"), keep_blank_values=True)
        if self._final is None:
            self._take({name: values[0] for name, values in fields.items()})
        # What was typed is in no address and in no history, and is not sent again by a reload.
        return Answer(HTTPStatus.SEE_OTHER, location=self._path)

    def _present(self) -> Answer | Pending:
        with self._lock:
            if self._final is not None:
                return self._final
            shown = self._show()
            if shown is None:
                pending = Pending(_CHECK_SECONDS, _STILL_CHECKING)
                self._waiting.append(pending)
                return pending
        title, body = shown
        return page(title, body, refresh_seconds=self._refresh_seconds)


_STILL_CHECKING = page(
    "Still checking",
    "<p>AWS takes longer than usual: the tray's menu tells how it ends. This page looks again by itself.</p>",
    refresh_seconds=3,
)


def button(name: str, label: str, *, other: bool = False) -> str:
    """Return a button that sends the form with its `name` as the field `do`."""
    kind = ' class="other" formnovalidate' if other else ""
    return f'<button name="do" value="{escape(name)}"{kind}>{escape(label)}</button>'

"""A loopback page that redirects the first request for it to a secret address, once.

The browser's arguments hold only this page's address, which is random and dead after one use or after a minute.
The secret behind it travels only inside one loopback connection.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from tray.texts import pages as texts
from tray.web.answer import PageAnswer, fits_header
from tray.web.server import LoopbackServer

if TYPE_CHECKING:
    from tray.web.peer import Owner
    from tray.web.request import PageRequest


class OneShotRedirect:
    """Serves `target` at `url` to one GET, within `lifetime_seconds`; listens from the moment it is made.

    That GET is answered with 303, `no-store` and `no-referrer`. Every other request is answered with 404 and uses
    nothing up: another path or method, a `Host` that is not this address, garbage, and what a browser or a scanner
    fetches ahead of the user. On Linux, a program of another user gets 403 and a word on why; if it knows the address,
    `refused` says who it was, and the page is closed soon. A client that was already connected when the page was used,
    and then asks for it, gets 410.

    :raises ValueError: `target` holds characters that an HTTP header cannot carry
    """

    def __init__(self, target: str, lifetime_seconds: float = 60.0) -> None:
        if not fits_header(target):
            raise ValueError("the target of a redirect must be printable ASCII without spaces")
        self._path = f"/{secrets.token_urlsafe(24)}"
        # Only `_Once` holds the target, and the server drops `_Once` when it ends.
        self._server = LoopbackServer(
            _Once(self._path, target).answer,
            lifetime_seconds,
            name="one-shot redirect",
            for_strangers=_for_strangers(),
            secret_path=self._path,
        )

    def __repr__(self) -> str:
        state = "fetched" if self._server.delivered else "closed" if self.finished else "waiting"
        return f"<{type(self).__name__} on 127.0.0.1:{self._server.port}: {state}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The loopback address to give to the browser."""
        return f"http://127.0.0.1:{self._server.port}{self._path}"

    @property
    def finished(self) -> bool:
        """Whether the page can't be fetched any more: it was used, its time is over, or it was closed."""
        return self._server.finished

    @property
    def refused(self) -> Owner | None:
        """The other user whose program asked for this very page; None if none did."""
        return self._server.refused

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait until the page was fetched, its lifetime is over or it was closed; say whether it was fetched."""
        return self._server.wait(timeout_seconds)

    def close(self) -> None:
        """Stop listening and forget the target. May be called from any thread, and more than once."""
        self._server.close()


def _for_strangers() -> PageAnswer:
    title, message = texts.not_for_this_user()
    plain = (("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff"))
    return PageAnswer(HTTPStatus.FORBIDDEN, f"Notebook Tray: {title}\n\n{message}\n".encode(), plain)


class _Once:
    def __init__(self, path: str, target: str) -> None:
        self._path = path
        self._target: str | None = target

    def answer(self, request: PageRequest) -> PageAnswer:
        if request.method != "GET" or not secrets.compare_digest(request.target, self._path):
            return PageAnswer(HTTPStatus.NOT_FOUND)
        if self._target is None:
            return PageAnswer(HTTPStatus.GONE)
        target, self._target = self._target, None
        return PageAnswer(HTTPStatus.SEE_OTHER, location=target, last=True)

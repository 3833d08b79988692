"""Who is let in to the pages that stay open: an ASGI application in front of theirs.

A one-time token in an address lets a browser in; from then on, a cookie that no script reads and no other site's page
sends does. Every request is also checked for where it comes from.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tray.texts import pages as texts
from tray.web.request import PageRequest, body_bytes, is_visit

if TYPE_CHECKING:
    from tray.web.answer import PageAnswer

_log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# Ten thousand profiles of the AWS config that are chosen at once, with names of 128 letters, or a set-up file of 64 KiB
# in JSON. Only who was let in has as much read.
MOST_BODY_BYTES = 2 * 1024 * 1024
_BODY_WITHIN_SECONDS = 10.0
# Of a body that is refused.
_MOST_READ_OFF_BYTES = 2 * MOST_BODY_BYTES
_READ_OFF_WITHIN_SECONDS = 2.0
# As long as a hand-off to a browser may take, and some more.
TOKEN_SECONDS = 120.0
_MOST_TOKENS = 16
_MOST_SESSIONS = 16
_ENTRANCE = "/enter/"
# Where a request's scope has what its page shows first.
FIRST = "notebook_tray.first"
# No script or style but ours, from files; nothing of any other site; in no other site's frame.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS = tuple(
    (name.encode(), value.encode())
    for name, value in (
        ("content-security-policy", _POLICY),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    )
)


class Gate:
    """Lets requests through to `app` that come from a page of this server in a browser that was let in.

    `entrance` may be called from any thread, all else from the server's.

    :param refusal: makes the page of a refusal of its title and text
    """

    def __init__(
        self,
        app: App,
        port: int,
        refusal: Callable[[HTTPStatus, tuple[str, str]], PageAnswer],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._refusal = refusal
        self._host = f"127.0.0.1:{port}"
        self._origin = f"http://{self._host}"
        # Cookies belong to a host and not to a port (RFC 6265, section 8.5): those of two servers have two names.
        self._cookie = f"notebook-tray-{port}"
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[str, Mapping[str, Any], float]] = {}
        # By session, the page that is shown first, and what it shows then: until it is asked for.
        self._sessions: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._under_way = 0
        self._left_at = clock()

    def entrance(self, path: str, first: Mapping[str, Any] | None = None) -> str:
        """Return an address that leads a browser to `path`, once and within two minutes: a secret.

        :param first: what the page shows first. The first request for `path` has it in its scope, as `FIRST`: no
            address names it.
        """
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            fresh = [(each, kept) for each, kept in self._tokens.items() if kept[2] > now]
            self._tokens = dict(fresh[1 - _MOST_TOKENS :])
            self._tokens[token] = (path, first or {}, now + TOKEN_SECONDS)
        return f"{self._origin}{_ENTRANCE}{token}"

    def unused_seconds(self) -> float:
        """Return for how long no request was under way and no browser expected: 0 if one is."""
        now = self._clock()
        with self._lock:
            if self._under_way or any(until > now for _, _, until in self._tokens.values()):
                return 0.0
            return now - self._left_at

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        with self._lock:
            self._under_way += 1
        try:
            await self._answer(scope, receive, send)
        finally:
            with self._lock:
                self._under_way -= 1
                self._left_at = self._clock()

    async def _answer(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        request = PageRequest(
            scope["method"],
            scope["raw_path"].decode("latin-1"),
            tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
        )
        if (status := self._status(request)) is not None:
            await _read_off(receive)
            await self._refuse(send, status, texts.not_from_this_page())
        elif request.path.startswith(_ENTRANCE):
            await self._let_in(request, send)
        elif (session := self._session(request)) is None:
            await _read_off(receive)
            await self._refuse(send, HTTPStatus.FORBIDDEN, texts.open_from_the_tray())
        else:
            await self._pass(request, {**scope, FIRST: self._first(session, request)}, receive, send)

    def _status(self, request: PageRequest) -> HTTPStatus | None:
        """Return with which status to refuse a request that no page of ours would make; None if one would."""
        if request.header("host").lower() != self._host:
            return HTTPStatus.NOT_FOUND  # DNS rebinding: another site's name that was pointed at 127.0.0.1
        if request.method not in ("GET", "POST"):
            return HTTPStatus.METHOD_NOT_ALLOWED
        origin, site = request.header("origin"), request.header("sec-fetch-site").lower()
        if request.method == "POST":
            if origin != self._origin or site not in ("", "same-origin"):
                return HTTPStatus.FORBIDDEN
            length = body_bytes(request)
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if length is None or length > MOST_BODY_BYTES else None
        if any(name == "origin" for name, _ in request.headers) and origin != self._origin:
            return HTTPStatus.FORBIDDEN
        # The browser is led to the entrance by our page on another port, which is another origin of the same site.
        usual = ("", "same-origin", "none")
        if site not in (*usual, *(("same-site",) if request.path.startswith(_ENTRANCE) else ())):
            return HTTPStatus.FORBIDDEN
        return None if is_visit(request) else HTTPStatus.NOT_FOUND

    async def _let_in(self, request: PageRequest, send: Send) -> None:
        token = request.target.removeprefix(_ENTRANCE)
        with self._lock:
            path, first, until = self._tokens.pop(token, ("", {}, 0.0))
            if until <= self._clock():
                path = ""
            else:
                session = secrets.token_urlsafe(32)
                self._sessions = dict([*self._sessions.items()][1 - _MOST_SESSIONS :])
                self._sessions[session] = (path, first)
        if not path:
            await self._refuse(send, HTTPStatus.FORBIDDEN, texts.open_from_the_tray())
            return
        cookie = f"{self._cookie}={session}; Path=/; HttpOnly; SameSite=Strict"
        headers = [(b"location", path.encode("ascii")), (b"set-cookie", cookie.encode("ascii")), *_HEADERS]
        headers.append((b"content-length", b"0"))
        await send({"type": "http.response.start", "status": HTTPStatus.SEE_OTHER.value, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _first(self, session: str, request: PageRequest) -> Mapping[str, Any]:
        path, first = self._sessions[session]
        if not first or request.method != "GET" or request.path != path:
            return {}
        self._sessions[session] = (path, {})
        return first

    def _session(self, request: PageRequest) -> str | None:
        """Return the session whose cookie a request has."""
        given = [
            value.encode("utf-8", "replace")
            for header, cookies in request.headers
            if header == "cookie"
            for name, _, value in (each.strip().partition("=") for each in cookies.split(";"))
            if name == self._cookie
        ]
        return next(
            (
                session
                for session in self._sessions
                if any(hmac.compare_digest(each, session.encode()) for each in given[:4])
            ),
            None,
        )

    async def _pass(self, request: PageRequest, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": [*message.get("headers", ()), *_HEADERS]}
            await send(message)

        try:
            if request.method == "POST":
                receive = await _whole(receive)
            await self._app(scope, receive, guarded)
        except _BodyError:
            await self._refuse(send, HTTPStatus.REQUEST_TIMEOUT, texts.not_from_this_page())
        except Exception as error:  # noqa: BLE001 - one request that goes wrong must not end the others
            # Only the exception's type: its text may quote the request.
            _log.error("A page failed at a request: %s", type(error).__name__)
            if not begun:
                await self._refuse(send, HTTPStatus.INTERNAL_SERVER_ERROR, texts.page_failed())

    async def _refuse(self, send: Send, status: HTTPStatus, words: tuple[str, str]) -> None:
        answer = self._refusal(status, words)
        # The page has a policy of its own, which allows its own style.
        given = {name.lower().encode("ascii"): value.encode("ascii") for name, value in answer.headers}
        headers = [*given.items(), *((name, value) for name, value in _HEADERS if name not in given)]
        headers.append((b"content-length", b"%d" % len(answer.body)))
        # The rest of a body that nobody reads would be taken for the next request.
        headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status.value, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})


class _BodyError(Exception):
    """A body that didn't come in time, or is longer than it said."""


async def _read_off(receive: Receive) -> None:
    """Read what a refused request sends, within limits, and keep nothing of it.

    Linux resets a connection that is closed with something unread in it, and who asked may not get to read the answer.
    """
    left = _MOST_READ_OFF_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(_READ_OFF_WITHIN_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body"):
                    break


async def _whole(receive: Receive) -> Receive:
    """Read a body; return what gives it again."""
    body = b""
    try:
        async with asyncio.timeout(_BODY_WITHIN_SECONDS):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if message["type"] != "http.request" or len(body) > MOST_BODY_BYTES:
                    raise _BodyError
                if not message.get("more_body"):
                    break
    except TimeoutError:
        raise _BodyError from None

    async def again() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return again

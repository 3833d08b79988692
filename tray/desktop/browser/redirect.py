"""A loopback page that sends the first who asks for it on to a secret address, once.

What goes into a process's arguments is this page's address: random, dead after one use, and dead after a minute.
The secret behind it travels only inside one loopback connection.

One thread serves all connections without ever blocking on one of them: a browser that opens spare connections and
says nothing on them (Chromium does), or a program that sends one byte a second, keeps nobody waiting. It also makes
"exactly one" plain: no two requests are ever looked at side by side.
"""

from __future__ import annotations

import contextlib
import logging
import re
import secrets
import selectors
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Self

from tray.desktop.browser.peer import is_own_peer
from tray.desktop.browser.request import answer, asks_for, is_complete

_log = logging.getLogger(__name__)

_SEND_REQUEST_WITHIN_SECONDS = 10.0
_HANG_UP_WITHIN_SECONDS = 2.0
_MAXIMUM_CONNECTIONS = 128
_HEADER_VALUE = re.compile(r"[!-~]+")


@dataclass(eq=False, slots=True)
class _Connection:
    socket: socket.socket
    deadline: float
    received: bytearray = field(default_factory=bytearray, repr=False)
    unsent: bytes = field(default=b"", repr=False)
    answered: bool = False
    redirects: bool = False


class OneShotRedirect:
    """Serves `target` at `url` to one GET, within `lifetime_seconds`; listens from the moment it is made.

    That GET is answered with 303, `no-store` and `no-referrer`. Every other request is answered with 404 and uses
    nothing up: another path or method, a `Host` that is not this address, garbage, and on Linux a peer of another
    user. Whoever was connected already when the page was used, and asks for it then, reads 410.

    :raises ValueError: `target` holds characters that an HTTP header cannot carry
    """

    def __init__(self, target: str, lifetime_seconds: float = 60.0) -> None:
        if not _HEADER_VALUE.fullmatch(target):
            raise ValueError("the target of a redirect must be printable ASCII without spaces")
        self._target: str | None = target
        self._path = f"/{secrets.token_urlsafe(24)}"
        self._deadline = time.monotonic() + lifetime_seconds
        self._finished = threading.Event()
        self._fetched = False
        self._connections: dict[socket.socket, _Connection] = {}
        self._listener = _listen_on_loopback()
        self._port: int = self._listener.getsockname()[1]
        self._wake, self._woken = socket.socketpair()
        self._waking = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="one-shot redirect", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        state = "fetched" if self._fetched else "closed" if self._finished.is_set() else "waiting"
        return f"<{type(self).__name__} on 127.0.0.1:{self._port}: {state}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The loopback address to give to the browser."""
        return f"http://127.0.0.1:{self._port}{self._path}"

    @property
    def finished(self) -> bool:
        """Whether there is nothing to fetch any more: it was used, its time is over, or it was closed."""
        return self._finished.is_set()

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait until the page was fetched, its lifetime is over or it was closed; say whether it was fetched."""
        self._finished.wait(timeout_seconds)
        return self._fetched

    def close(self) -> None:
        """Stop listening and forget the target. May be called from any thread, and more than once."""
        with self._waking, contextlib.suppress(OSError):  # closed, if the thread is over already
            self._wake.send(b"\0")
        self._thread.join()

    def _run(self) -> None:
        try:
            self._serve()
        except OSError:
            _log.exception("The one-shot redirect stopped")
        finally:
            with self._waking:
                for sock in (*self._connections, self._listener, self._woken, self._wake):
                    sock.close()
            self._selector.close()
            self._connections.clear()
            self._target = None
            self._finished.set()

    def _serve(self) -> None:
        while not self._finished.is_set() or self._connections:
            deadlines = [connection.deadline for connection in self._connections.values()]
            next_deadline = min([self._deadline, *deadlines])
            for key, _ in self._selector.select(max(0.0, next_deadline - time.monotonic())):
                if key.fileobj is self._woken:
                    return
                if key.fileobj is self._listener:
                    self._accept()
                elif key.data.socket in self._connections:
                    self._advance(key.data)
            now = time.monotonic()
            if now >= self._deadline:
                return
            for connection in [c for c in self._connections.values() if now >= c.deadline]:
                self._drop(connection)

    def _accept(self) -> None:
        try:
            sock, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        if len(self._connections) >= _MAXIMUM_CONNECTIONS:
            # The oldest makes room: a crowd that connects and says nothing must not keep the browser out.
            self._drop(next(iter(self._connections.values())))
        sock.setblocking(False)
        connection = _Connection(sock, time.monotonic() + _SEND_REQUEST_WITHIN_SECONDS)
        self._connections[sock] = connection
        self._selector.register(sock, selectors.EVENT_READ, connection)

    def _advance(self, connection: _Connection) -> None:
        try:
            if connection.unsent:
                self._send(connection)
                return
            chunk = connection.socket.recv(16 * 1024)
            if not chunk:
                self._drop(connection)
            elif not connection.answered:
                connection.received += chunk
                if is_complete(connection.received):
                    connection.unsent = self._answer(connection)
                    self._send(connection)
        except BlockingIOError:
            pass
        except OSError:
            self._drop(connection)

    def _answer(self, connection: _Connection) -> bytes:
        wanted = asks_for(connection.received, self._path, self._port)
        connection.received.clear()
        if not wanted:
            return answer(HTTPStatus.NOT_FOUND)
        if not is_own_peer(connection.socket):
            _log.warning("Refused the hand-off to a program that could not be shown to be this user's")
            return answer(HTTPStatus.NOT_FOUND)
        if self._target is None:
            return answer(HTTPStatus.GONE)
        target, self._target = self._target, None
        connection.redirects = True
        return answer(HTTPStatus.SEE_OTHER, location=target)

    def _send(self, connection: _Connection) -> None:
        sent = connection.socket.send(connection.unsent)
        connection.unsent = connection.unsent[sent:]
        if connection.unsent:
            self._selector.modify(connection.socket, selectors.EVENT_WRITE, connection)
            return
        # Only half closed: closing with something unread would reset the connection and lose the answer.
        connection.socket.shutdown(socket.SHUT_WR)
        connection.answered = True
        connection.deadline = time.monotonic() + _HANG_UP_WITHIN_SECONDS
        self._selector.modify(connection.socket, selectors.EVENT_READ, connection)
        if connection.redirects:
            self._fetched = True
            self._end()

    def _end(self) -> None:
        """Listen no more; those who are connected already get their answer, if they ask soon."""
        self._selector.unregister(self._listener)
        self._listener.close()
        soon = time.monotonic() + _HANG_UP_WITHIN_SECONDS
        for connection in self._connections.values():
            connection.deadline = min(connection.deadline, soon)
        self._finished.set()

    def _drop(self, connection: _Connection) -> None:
        self._selector.unregister(connection.socket)
        del self._connections[connection.socket]
        connection.socket.close()
        if connection.redirects and not self._fetched:
            _log.warning("The browser hung up before the hand-off was over")
            self._end()


def _listen_on_loopback() -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # Else another program may bind the same port beside us and take our connections.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(_MAXIMUM_CONNECTIONS)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener

"""A server on 127.0.0.1 for one small site, which one user's browser visits for a few minutes.

One thread serves all connections and never blocks on any of them. So nobody has to wait for a browser that opens spare
connections and sends nothing (Chromium does), or for a program that sends one byte a second. One thread also makes it
easy to answer exactly once: no two requests are handled at the same time.
"""

from __future__ import annotations

import collections
import contextlib
import hmac
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from tray.web.answer import PageAnswer, Pending
from tray.web.listening import listen_on_loopback
from tray.web.peer import Owner, owner_of_peer
from tray.web.request import PageRequest, body_bytes, body_start, is_complete, is_visit, parse_head

_log = logging.getLogger(__name__)

# On Windows, Python hears Ctrl-C between two waits of its main thread, and not in one.
_SLICE_SECONDS = 0.2

_SEND_REQUEST_WITHIN_SECONDS = 10.0
_HANG_UP_WITHIN_SECONDS = 2.0
# How long to wait where the system has no number left for another connection.
_NO_NUMBER_SECONDS = 0.1
_MAXIMUM_CONNECTIONS = 128
# How long this user's own browser may still come, after another user's program has asked for the address.
_OWN_BROWSER_WITHIN_SECONDS = 3.0
_NOT_FOUND = PageAnswer(HTTPStatus.NOT_FOUND)

Site = Callable[[PageRequest], PageAnswer | Pending]


@dataclass(eq=False, slots=True)
class _Connection:
    socket: socket.socket
    deadline: float
    received: bytearray = field(default_factory=bytearray, repr=False)
    owner: Owner | None = None
    request: PageRequest | None = None  # its head was read; its body is still coming
    whole_bytes: int = 0
    pending: Pending | None = None
    unsent: bytes = field(default=b"", repr=False)
    answered: bool = False
    is_last: bool = False


class LoopbackServer:
    """Answers requests as `site` says, for `lifetime_seconds` at most; listens as soon as it is made.

    `site` is called on the server's thread, one request at a time, and must not wait for anything. If `site` doesn't
    know the answer yet, it returns a `Pending`. It never sees requests that this user's browser would not send: the
    server answers garbage, a `Host` that is not this address, and what a browser fetches ahead of the user with 404,
    and a body of more than `maximum_body_bytes` with 413. If `maximum_body_bytes` is 0, bodies are ignored.

    On Linux it answers programs of other users with `for_strangers`, and reads nothing of what they say, except to
    compare it with `secret_path`: whoever knows that path was sent by the browser. `refused` then says who it was, and
    the server ends soon, if this user's browser doesn't come meanwhile.

    When the server ends, it forgets the site, and with the site all secrets that the site holds.

    :raises OSError: this machine's loopback can't be listened on
    """

    def __init__(
        self,
        site: Site,
        lifetime_seconds: float,
        *,
        name: str,
        maximum_body_bytes: int = 0,
        for_strangers: PageAnswer = _NOT_FOUND,
        secret_path: str = "",
    ) -> None:
        self._site: Site | None = site
        self._for_strangers = for_strangers
        self._secret_start = f"GET {secret_path} ".encode() if secret_path else b""
        self._refused: Owner | None = None
        self._maximum_body_bytes = maximum_body_bytes
        self._deadline = time.monotonic() + lifetime_seconds
        self._finished = threading.Event()
        self._delivered = False
        self._has_waited = False
        self._closing = False
        self._connections: dict[socket.socket, _Connection] = {}
        self._completed: collections.deque[tuple[_Connection, PageAnswer]] = collections.deque()
        self._listener = listen_on_loopback(_MAXIMUM_CONNECTIONS)
        self._port: int = self._listener.getsockname()[1]
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._waking = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return self._port

    @property
    def finished(self) -> bool:
        """Whether the server listens no more: the last answer was given, its time is over, or it was closed."""
        return self._finished.is_set()

    @property
    def delivered(self) -> bool:
        """Whether the last answer was sent whole."""
        return self._delivered

    @property
    def refused(self) -> Owner | None:
        """Who else asked for the secret path, and was refused; None if nobody did."""
        return self._refused

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait until the server listens no more; say whether the last answer was sent whole."""
        give_up = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        while not self._finished.is_set():
            left = _SLICE_SECONDS if give_up is None else min(_SLICE_SECONDS, give_up - time.monotonic())
            if left <= 0:
                break
            self._finished.wait(left)
        return self._delivered

    def close(self) -> None:
        """Stop listening and hang up on everyone. May be called from any thread but the server's, and repeatedly."""
        self._closing = True
        self._wake_up()
        self._thread.join()

    def _wake_up(self) -> None:
        # OSError: the socket is closed as the thread is over, or enough bytes wait already to wake the thread up
        with self._waking, contextlib.suppress(OSError):
            self._wake.send(b"\0")

    def _run(self) -> None:
        try:
            self._serve()
        except OSError:
            _log.exception("The %s stopped", self._thread.name)
        finally:
            with self._waking:
                for sock in (*self._connections, self._listener, self._woken, self._wake):
                    sock.close()
            self._selector.close()
            self._connections.clear()
            self._completed.clear()
            self._site = None
            self._finished.set()

    def _serve(self) -> None:
        while not self._finished.is_set() or self._connections:
            deadlines = [connection.deadline for connection in self._connections.values()]
            next_deadline = min([self._deadline, *deadlines])
            for key, _ in self._selector.select(max(0.0, next_deadline - time.monotonic())):
                if key.fileobj is self._woken:
                    self._woken.recv(4096)
                elif key.fileobj is self._listener:
                    if not self._finished.is_set():  # what happened just before it may have ended the listening
                        self._accept()
                elif key.data.socket in self._connections:
                    self._advance(key.data)
            self._complete()
            now = time.monotonic()
            if self._closing or now >= self._deadline:
                return
            for connection in [c for c in self._connections.values() if now >= c.deadline]:
                self._time_out(connection)

    def _accept(self) -> bool:
        """Take a connection that waits; say whether there was one."""
        try:
            sock, _ = self._listener.accept()
        except ConnectionAbortedError:
            return True
        except BlockingIOError:
            return False
        except OSError as error:  # too many files may be open, and some may be closed by then
            if not self._has_waited:
                self._has_waited = True
                _log.warning("The %s can't take a connection yet: %s", self._thread.name, error.strerror)
            time.sleep(_NO_NUMBER_SECONDS)
            return False
        if len(self._connections) >= _MAXIMUM_CONNECTIONS:
            # The oldest connection is dropped: many silent connections must not keep the browser out.
            everyone = list(self._connections.values())
            self._drop(next((c for c in everyone if not c.pending), everyone[0]))
        sock.setblocking(False)
        connection = _Connection(sock, time.monotonic() + _SEND_REQUEST_WITHIN_SECONDS)
        self._connections[sock] = connection
        self._selector.register(sock, selectors.EVENT_READ, connection)
        return True

    def _advance(self, connection: _Connection) -> None:
        try:
            if connection.unsent:
                self._send(connection)
                return
            chunk = connection.socket.recv(16 * 1024)
            if not chunk:
                self._drop(connection)
            elif not connection.answered and not connection.pending:
                connection.received += chunk
                reply = self._reply(connection)
                if isinstance(reply, Pending):
                    self._keep(connection, reply)
                elif reply is not None:
                    self._begin(connection, reply)
        except BlockingIOError:
            pass
        except OSError:
            self._drop(connection)

    def _reply(self, connection: _Connection) -> PageAnswer | Pending | None:
        """Return the answer to what was received so far; None if the request is not complete."""
        if connection.owner is None:
            connection.owner = owner_of_peer(connection.socket)
        if not connection.owner.is_this_user:
            return self._refuse(connection, connection.owner)
        if connection.request is None:
            if not is_complete(connection.received):
                return None
            request = parse_head(connection.received, self._port)
            length = 0 if request is None or not self._maximum_body_bytes else body_bytes(request)
            if request is None or length is None or not is_visit(request):
                return _NOT_FOUND
            if length > self._maximum_body_bytes:
                return PageAnswer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            connection.request = request
            connection.whole_bytes = body_start(connection.received) + length
        if len(connection.received) < connection.whole_bytes:
            return None
        body = bytes(connection.received[body_start(connection.received) : connection.whole_bytes])
        request = replace(connection.request, body=body)
        connection.request = None
        return self._ask_site(request)

    def _refuse(self, connection: _Connection, owner: Owner) -> PageAnswer | None:
        """Return the answer to another user's program; None until as much is there as tells whether it has the path.

        How much that is doesn't depend on what was sent: the time of the answer gives no letter of the path away.
        """
        start = bytes(connection.received[: len(self._secret_start)])
        if len(start) < len(self._secret_start) and b"\n" not in start:
            return None
        if self._refused is None:
            _log.warning("The %s refused a program that could not be shown to be this user's", self._thread.name)
        if self._secret_start and hmac.compare_digest(start, self._secret_start):
            self._refused = owner
            self._deadline = min(self._deadline, time.monotonic() + _OWN_BROWSER_WITHIN_SECONDS)
        return self._for_strangers

    def _ask_site(self, request: PageRequest) -> PageAnswer | Pending:
        if self._site is None:
            return _NOT_FOUND
        try:
            return self._site(request)
        except Exception as error:  # noqa: BLE001 - one request that goes wrong must not end the site
            # Only the exception's type: its text may quote the request.
            _log.error("The %s failed at a request: %s", self._thread.name, type(error).__name__)
            return PageAnswer(HTTPStatus.INTERNAL_SERVER_ERROR)

    def _keep(self, connection: _Connection, pending: Pending) -> None:
        connection.received.clear()
        connection.pending = pending
        connection.deadline = time.monotonic() + pending.within_seconds

        def heard(answer: PageAnswer) -> None:
            self._completed.append((connection, answer))
            self._wake_up()

        pending.when_complete(heard)

    def _complete(self) -> None:
        while self._completed:
            connection, answer = self._completed.popleft()
            # The connection may be closed, or may have got the answer for a `Pending` that took too long.
            if connection.pending and connection.socket in self._connections:
                self._begin_or_drop(connection, answer)

    def _time_out(self, connection: _Connection) -> None:
        if connection.pending:
            self._begin_or_drop(connection, connection.pending.otherwise)
        else:
            self._drop(connection)

    def _begin_or_drop(self, connection: _Connection, answer: PageAnswer) -> None:
        try:
            self._begin(connection, answer)
        except OSError:
            self._drop(connection)

    def _begin(self, connection: _Connection, answer: PageAnswer) -> None:
        connection.received.clear()
        connection.pending = None
        connection.deadline = time.monotonic() + _SEND_REQUEST_WITHIN_SECONDS
        connection.is_last = answer.last
        connection.unsent = answer.to_bytes()
        self._send(connection)

    def _send(self, connection: _Connection) -> None:
        try:
            sent = connection.socket.send(connection.unsent)
        except BlockingIOError:
            sent = 0
        connection.unsent = connection.unsent[sent:]
        if connection.unsent:
            self._selector.modify(connection.socket, selectors.EVENT_WRITE, connection)
            return
        # Only half closed: closing with something unread would reset the connection and lose the answer.
        connection.socket.shutdown(socket.SHUT_WR)
        connection.answered = True
        connection.deadline = time.monotonic() + _HANG_UP_WITHIN_SECONDS
        self._selector.modify(connection.socket, selectors.EVENT_READ, connection)
        if connection.is_last and not self._finished.is_set():
            self._delivered = True
            self._end()

    def _end(self) -> None:
        """Listen no more; open connections still get an answer if their request comes soon."""
        # Those that wait to be taken, too: the system resets what still waits when the listener is closed.
        for _ in range(_MAXIMUM_CONNECTIONS):
            if not self._accept():
                break
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
        if connection.pending:
            connection.pending.abandoned = True
        if connection.is_last and not self._finished.is_set():
            _log.warning("The browser hung up on the %s before it had its answer", self._thread.name)
            self._end()

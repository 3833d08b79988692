"""Limits how many bytes an answer may have, and how long it may take, however slowly it trickles.

botocore's timeouts hold for a single read: a peer that sends a byte a second, or a body without an end, keeps a call
for ever. Relies on `AWSHTTPConnection`, `AWSHTTPSConnection` and on the `ConnectionCls` of the pools
`AWSHTTPConnectionPool` and `AWSHTTPSConnectionPool` (botocore/awsrequest.py): botocore makes every connection by them.
Without them only botocore's own timeouts hold.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import botocore.awsrequest
from urllib3.exceptions import HTTPError, ReadTimeoutError

from tray.aws.botocore_patches.release import tell_once

# A page of 100 notebook instances has 60 KB, and no other answer is much longer.
MOST_BYTES = 8 * 1024 * 1024
# Python reads JSON under its global lock, half a second and more of it where 8 MiB are a million values: meanwhile no
# menu is answered. A page of 100 notebook instances has 3,000. Before each value is a comma, or its list begins.
MOST_VALUES = 50_000
# The time for one answer, from its request to its last byte.
ANSWER_SECONDS = 30.0

# In JSON, and in the XML of STS.
_BEFORE_VALUES = (b",", b"[", b"{", b"<")
_LINGER_SECONDS = 1.0


class AnswerTooLongError(HTTPError):
    """An answer has more bytes than any answer of AWS: something else answered."""


class _Deadlines:
    """Closes connections whose answer has not ended in time, on one thread that runs while answers are awaited."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._until: dict[int, tuple[float, socket.socket]] = {}
        self._over: set[int] = set()
        self._running = False
        # The time at which the thread looks next.
        self._looks_at = 0.0

    def begin(self, key: int, connection: socket.socket, until: float) -> None:
        """Close `connection` at `until`, by the monotonic clock, unless `end` is called before."""
        with self._changed:
            self._over.discard(key)
            self._until[key] = until, connection
            if until < self._looks_at:
                self._changed.notify()
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="deadlines", daemon=True).start()

    def end(self, key: int) -> bool:
        """Remove a connection's deadline; return whether the connection was closed because of it."""
        with self._changed:
            self._until.pop(key, None)
            over = key in self._over
            self._over.discard(key)
        return over

    def _run(self) -> None:
        with self._changed:
            while True:
                if not self._until:
                    self._running = False
                    return
                now = time.monotonic()
                for key, (until, connection) in list(self._until.items()):
                    if until <= now:
                        del self._until[key]
                        self._over.add(key)
                        # Its reader, on another thread, then reads the end.
                        with suppress(OSError):
                            connection.shutdown(socket.SHUT_RDWR)
                # With no connection left, the thread looks once more, because the next call usually comes soon.
                self._looks_at = min((until for until, _ in self._until.values()), default=now + _LINGER_SECONDS)
                self._changed.wait(max(0.0, self._looks_at - time.monotonic()))


_deadlines = _Deadlines()
_of_this_thread = threading.local()
_making = threading.Lock()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Limit the time of all answers to this thread, including those to botocore's own further attempts."""
    before = getattr(_of_this_thread, "until", None)
    until = time.monotonic() + seconds
    _of_this_thread.until = until if before is None else min(before, until)
    try:
        yield
    finally:
        _of_this_thread.until = before


@contextmanager
def not_counted() -> Iterator[None]:
    """Don't count the time inside the block against this thread's limit: no request is under way meanwhile."""
    began = time.monotonic()
    try:
        yield
    finally:
        if getattr(_of_this_thread, "until", None) is not None:
            _of_this_thread.until += time.monotonic() - began


def limit_answers() -> None:
    """Have every connection that botocore makes from now on keep to the limits."""
    with _making:
        try:
            for pool, connection in (
                (botocore.awsrequest.AWSHTTPConnectionPool, botocore.awsrequest.AWSHTTPConnection),
                (botocore.awsrequest.AWSHTTPSConnectionPool, botocore.awsrequest.AWSHTTPSConnection),
            ):
                if pool.ConnectionCls is connection:
                    pool.ConnectionCls = type(connection.__name__, (_Limited, connection), {})
        except AttributeError:
            tell_once("how its connections are made", "an answer that has no end is not cut off")


class _Limited:
    """A connection of botocore's that keeps to the limits."""

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
        self._asked = url
        self._answer_by = min(
            time.monotonic() + ANSWER_SECONDS, getattr(_of_this_thread, "until", None) or float("inf")
        )
        if time.monotonic() >= self._answer_by:  # a further attempt of a call whose time is over
            raise self._late()
        return super().request(method, url, *args, **options)  # type: ignore[misc]

    def _tunnel(self) -> None:
        """Ask a proxy for the way to AWS: its answer is read line by line, and may trickle, too."""
        self._asked = "CONNECT"
        key, within = id(self), time.monotonic() + ANSWER_SECONDS
        _deadlines.begin(key, self.sock, min(within, getattr(_of_this_thread, "until", None) or within))  # type: ignore[attr-defined]
        try:
            super()._tunnel()  # type: ignore[misc]
        except Exception as error:
            if _deadlines.end(key):
                raise self._late() from error
            raise
        if _deadlines.end(key):
            raise self._late()

    def getresponse(self) -> Any:
        key = id(self)
        _deadlines.begin(key, self.sock, self._answer_by)  # type: ignore[attr-defined]
        try:
            response = super().getresponse()  # type: ignore[misc]
        except Exception as error:
            if _deadlines.end(key):
                raise self._late() from error
            raise
        response.stream = self._limited(response.stream, key)
        return response

    def _limited(self, stream: Any, key: int) -> Any:
        def limited(*args: Any, **options: Any) -> Iterator[bytes]:
            read = values = 0
            try:
                for part in stream(*args, **options):
                    read += len(part)
                    values += sum(map(part.count, _BEFORE_VALUES))
                    if read > MOST_BYTES or values > MOST_VALUES:
                        self.close()  # type: ignore[attr-defined]
                        raise AnswerTooLongError(f"more than {MOST_BYTES} bytes or {MOST_VALUES} values")
                    yield part
            except AnswerTooLongError:
                _deadlines.end(key)
                raise
            except Exception as error:
                if _deadlines.end(key):
                    raise self._late() from error
                raise
            if _deadlines.end(key):  # a body without a length: it ended because we closed the connection
                raise self._late()

        return limited

    def _late(self) -> ReadTimeoutError:
        return ReadTimeoutError(self, self._asked, "the answer did not come in time")  # type: ignore[arg-type]

"""Limits how many bytes an answer may have, and how long it may take, however slowly it trickles.

botocore's timeouts hold for a single read: a peer that sends a byte a second, or a body without an end, keeps a call
for ever. Relies on `AWSHTTPConnection`, `AWSHTTPSConnection` and on the `ConnectionCls` of the pools
`AWSHTTPConnectionPool` and `AWSHTTPSConnectionPool` (botocore/awsrequest.py): botocore makes every connection by them.
Without them only botocore's own timeouts hold. What is read is counted below http.client, which reads interim answers
(100 Continue) and what frames the chunks of a body for as long as they come.
"""

from __future__ import annotations

import http.client
import io
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
# What comes before an answer's body, with interim answers: AWS's has 1 KB. Python reads headers under its global lock,
# too, a second of it where they have 6 MB. And what frames the chunks of a body.
MOST_OF_HEAD = 128 * 1024
# Python reads JSON under its global lock, half a second and more of it where 8 MiB are a million values: meanwhile no
# menu is answered. A page of 100 notebook instances has 3,000. Before each value is a comma, or its list begins.
MOST_VALUES = 50_000
# Of a text, too, each piece between two escapes is a value for a moment. A product of the price list has some hundreds.
MOST_ESCAPES = 4 * MOST_VALUES
# The time for one answer, from its request to its last byte.
ANSWER_SECONDS = 30.0

# In JSON, and in the XML of STS: elements and attributes.
_BEFORE_VALUES = (b",", b"[", b"{", b"<", b"=")
# What a few bytes of XML make many of. expat has a limit of its own, which is at half a second.
_ENTITY = b"<!ENTITY"
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


class _Counted(io.RawIOBase):
    """Reads no more of a socket than an answer may have."""

    def __init__(self, of_socket: io.RawIOBase) -> None:
        super().__init__()
        self._socket = of_socket
        self.left_bytes = MOST_OF_HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        count = self._socket.readinto(buffer)
        self.left_bytes -= count or 0
        if self.left_bytes < 0:
            raise AnswerTooLongError("more bytes than any answer has")
        return count

    def close(self) -> None:
        super().close()
        self._socket.close()


class _Response(http.client.HTTPResponse):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._counted = _Counted(self.fp.detach())
        self.fp = io.BufferedReader(self._counted)

    def begin(self) -> None:
        super().begin()
        self._counted.left_bytes = MOST_BYTES + MOST_OF_HEAD


class _Limited:
    """A connection of botocore's that keeps to the limits."""

    response_class = _Response

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
            read = values = escapes = 0
            is_xml = False
            try:
                for part in stream(*args, **options):
                    is_xml = is_xml or (not read and part.lstrip().startswith(b"<"))
                    read += len(part)
                    # A part counts as well: chunks of a letter each are read one by one.
                    values += 1 + sum(map(part.count, _BEFORE_VALUES))
                    escapes += part.count(b"\\")
                    too_many = values > MOST_VALUES or escapes > MOST_ESCAPES or (is_xml and _ENTITY in part)
                    if read > MOST_BYTES or too_many:
                        self.close()  # type: ignore[attr-defined]
                        raise AnswerTooLongError("more bytes, values or escapes than any answer has")
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

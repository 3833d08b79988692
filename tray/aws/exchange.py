"""One request and its answer over an open HTTP/1.1 connection: the plain case of RFC 9112, and no other."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass

_END_OF_HEAD = b"\r\n\r\n"
_MOST_HEAD_BYTES = 65536
_BYTES_AT_ONCE = 65536


class NotPlainError(Exception):
    """An answer that this can't read, or not to its end: the connection is of no use any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as a whole. `headers` are by name in lower case; the connection stays open if `keeps_open`."""

    status: int
    headers: dict[str, str]
    body: bytes
    keeps_open: bool


def request_bytes(method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    """Return a request as it is sent. Its Content-Length is added here.

    :raises ValueError: a header has more than one line, or tells the body's length
    """
    headers = list(headers)
    if any(name.lower() in ("content-length", "transfer-encoding") for name, _ in headers):
        raise ValueError("a length that is told already")
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    lines.append(f"Content-Length: {len(body)}")
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header of more than one line")
    return "\r\n".join(lines).encode() + _END_OF_HEAD + body


def exchange(connection: socket.socket, request: bytes) -> Answer:
    """Send `request`, and return the answer to it, which must tell its length in Content-Length.

    The connection must be closed after any error. Nothing is known then of whether the request has arrived.

    :raises TimeoutError: silence for longer than the connection's timeout
    :raises OSError: the connection broke, or was closed before the answer's end
    :raises NotPlainError: an answer of another kind
    """
    connection.sendall(request)
    received = b""
    while (end := received.find(_END_OF_HEAD)) < 0:
        if len(received) > _MOST_HEAD_BYTES:
            raise NotPlainError("no end of the headers")
        received += _more(connection)
    status, headers = _head(received[:end])
    length = _length(status, headers)
    parts, missing = [received[end + len(_END_OF_HEAD) :]], end + len(_END_OF_HEAD) + length - len(received)
    while missing > 0:
        parts.append(_more(connection))
        missing -= len(parts[-1])
    body = b"".join(parts)
    closes = "close" in headers.get("connection", "").lower()
    return Answer(status, headers, body[:length], keeps_open=not closes and missing == 0)


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(_BYTES_AT_ONCE)
    if not received:
        raise ConnectionError("closed before the end of the answer")
    return received


def _head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    status = rest[:3]
    # HTTP/1.0 closes unless told otherwise; of one with another major version nothing is known.
    if version != "HTTP/1.1" or not _is_number(status) or rest[3:4] not in ("", " "):
        raise NotPlainError("not HTTP/1.1")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():  # also a line that goes on with the one before
            raise NotPlainError("not a header")
        name, value = name.lower(), value.strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return int(status), headers


def _length(status: int, headers: dict[str, str]) -> int:
    """Return the length of the body. Those that go by other rules than Content-Length (RFC 9112, 6.3) are not plain."""
    length = headers.get("content-length", "")
    if status < 200 or status in (204, 304) or "transfer-encoding" in headers or not _is_number(length):
        raise NotPlainError("without a Content-Length")
    return int(length)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()

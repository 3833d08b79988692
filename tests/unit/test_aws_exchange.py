"""The plain case of HTTP/1.1 over a real pair of sockets; whatever is not plain is said to be so."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from tray.aws.exchange import Answer, NotPlainError, exchange, request_bytes

REQUEST = request_bytes("POST", "/", [("Host", "here")], b"{}")


@contextmanager
def answering(*parts: bytes, ends: bool = False) -> Iterator[socket.socket]:
    """Give a connection whose other end answers a request with `parts`, one by one, and may close it then."""
    ours, theirs = socket.socketpair()
    ours.settimeout(10)

    def answer() -> None:
        received = b""
        while len(received) < len(REQUEST):
            received += theirs.recv(65536)
        for part in parts:
            theirs.sendall(part)
            time.sleep(0.01)
        if ends:
            theirs.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield ours
    finally:
        thread.join()
        ours.close()
        theirs.close()


def answer_to(*parts: bytes, ends: bool = False) -> Answer:
    with answering(*parts, ends=ends) as connection:
        return exchange(connection, REQUEST)


def test_a_request_as_it_is_sent() -> None:
    sent = request_bytes("POST", "/path", [("Host", "here:8080"), ("X-Amz-Target", "a.B")], b'{"a": 1}')
    assert sent == b'POST /path HTTP/1.1\r\nHost: here:8080\r\nX-Amz-Target: a.B\r\nContent-Length: 8\r\n\r\n{"a": 1}'


@pytest.mark.parametrize("value", ["a\r\nAuthorization: b", "a\nb", "a\rb"])
def test_no_header_becomes_two(value: str) -> None:
    with pytest.raises(ValueError, match="more than one line"):
        request_bytes("POST", "/", [("Token", value)], b"")


@pytest.mark.parametrize("name", ["content-length", "Transfer-Encoding"])
def test_the_length_is_told_once(name: str) -> None:
    with pytest.raises(ValueError, match="told already"):
        request_bytes("POST", "/", [(name, "2")], b"{}")


WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Two: a\r\nCONTENT-LENGTH:  5 \r\nx-two:b\r\n\r\nhello"


@pytest.mark.parametrize("size", [1, 7, len(WHOLE) - 6, len(WHOLE)])
def test_an_answer_may_come_in_parts(size: int) -> None:
    parts = [WHOLE[at : at + size] for at in range(0, len(WHOLE), size)]
    expected = {"content-type": "application/json", "x-two": "a, b", "content-length": "5"}
    assert answer_to(*parts) == Answer(200, expected, b"hello", keeps_open=True)


def test_a_long_answer() -> None:
    body = bytes(range(256)) * 2000
    answer = answer_to(b"HTTP/1.1 400 Bad Request\r\ncontent-length: %d\r\n\r\n" % len(body), body)
    assert (answer.status, answer.body, answer.keeps_open) == (400, body, True)


def test_an_answer_without_a_reason_or_a_body() -> None:
    assert answer_to(b"HTTP/1.1 503\r\ncontent-length: 0\r\n\r\n").status == 503


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nconnection: Close\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n",  # nobody asked for more
    ],
)
def test_a_connection_that_is_of_no_more_use(answer: bytes) -> None:
    assert answer_to(answer) == Answer(200, answer_to(answer).headers, b"{}", keeps_open=False)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: ²\r\n\r\n{}".encode("latin-1"),
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nx: a\r\n  b\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length : 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nno header\r\n\r\n{}",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"a" * 100_000 + b"\r\n\r\n",
    ],
)
def test_an_answer_that_is_not_plain(answer: bytes) -> None:
    with pytest.raises(NotPlainError):
        answer_to(answer)


@pytest.mark.parametrize("parts", [(), (WHOLE[:30],), (WHOLE[:-1],)])
def test_a_connection_that_ends_too_early(parts: Sequence[bytes]) -> None:
    with pytest.raises(ConnectionError):
        answer_to(*parts, ends=True)


def test_silence() -> None:
    with answering(WHOLE[:-1]) as connection:
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            exchange(connection, REQUEST)

"""Which requests a page on loopback takes for the browser's own, and what it answers."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from tray.web.answer import PageAnswer
from tray.web.request import MAXIMUM_HEAD_BYTES, body_bytes, is_complete, is_visit, parse_head

PATH = "/the-path"
PORT = 4711
GOOD = "GET /the-path HTTP/1.1\r\nHost: 127.0.0.1:4711\r\n\r\n"


def asks_for(received: bytes, path: str, port: int) -> bool:
    request = parse_head(received, port)
    return request is not None and (request.method, request.target) == ("GET", path)


@pytest.mark.parametrize(
    "request_text",
    [
        GOOD,
        GOOD.replace("HTTP/1.1", "HTTP/1.0"),
        GOOD.replace("127.0.0.1", "localhost"),
        GOOD.replace("127.0.0.1", "LocalHost"),
        GOOD.replace("Host:", "hOsT:\t "),
        GOOD.replace("\r\n\r\n", "\r\nAccept: */*\r\nCookie: name=k\xe4se\r\nX-Empty:\r\n\r\n"),
        GOOD.replace("\r\n\r\n", f"\r\nCookie: {'x' * (MAXIMUM_HEAD_BYTES // 2)}\r\n\r\n"),
    ],
)
def test_the_browsers_own_visit_is_known(request_text: str) -> None:
    assert asks_for(request_text.encode("latin-1"), PATH, PORT)


@pytest.mark.parametrize(
    "request_text",
    [
        "",
        "\r\n\r\n",
        "GET /the-path\r\n\r\n",
        "GET /the-path HTTP/1.1\r\n\r\n",
        "GET /the-path HTTP/1.1\nHost: 127.0.0.1:4711\n\n",
        GOOD.replace("\r\n\r\n", "\r\n"),
        *(GOOD.replace("GET", method) for method in ("HEAD", "POST", "OPTIONS", "CONNECT", "get", "GET GET")),
        *(
            GOOD.replace("/the-path", path)
            for path in (
                "/",
                "/the-pat",
                "/the-path/",
                "/the-path?x",
                "/THE-PATH",
                "//the-path",
                "/x/../the-path",
                "/%74he-path",
                "http://127.0.0.1:4711/the-path",
                "/the-path\x00",
                " /the-path",
            )
        ),
        *(GOOD.replace("HTTP/1.1", version) for version in ("HTTP/2", "HTTP/0.9", "HTTP/1.1 ", "http/1.1")),
        *(
            GOOD.replace("127.0.0.1:4711", host)
            for host in (
                "",
                "127.0.0.1",
                "localhost",
                "127.0.0.1:4712",
                "evil.example:4711",
                "127.0.0.1.evil.example:4711",
                "127.0.0.1:4711.evil.example",
                "[::1]:4711",
                "127.0.0.1:4711,evil.example",
            )
        ),
        GOOD.replace("\r\n\r\n", "\r\nHost: 127.0.0.1:4711\r\n\r\n"),
        GOOD.replace("\r\n\r\n", "\r\nHost: evil.example\r\n\r\n"),
        GOOD.replace("\r\n\r\n", "\r\nno colon\r\n\r\n"),
        GOOD.replace("\r\n\r\n", "\r\nName : space before the colon\r\n\r\n"),
        GOOD.replace("\r\n\r\n", "\r\nFolded: one\r\n two\r\n\r\n"),
        GOOD.replace("\r\n\r\n", "\r\nBell: \x07\r\n\r\n"),
        GOOD.replace("\r\n\r\n", "\r\nBare: one\ntwo\r\n\r\n"),
        GOOD.replace("\r\n\r\n", f"\r\nCookie: {'x' * MAXIMUM_HEAD_BYTES}\r\n\r\n"),
    ],
)
def test_anything_else_is_not(request_text: str) -> None:
    assert not asks_for(request_text.encode("latin-1"), PATH, PORT)


def test_a_head_is_read_to_its_end_or_to_the_bound() -> None:
    assert not is_complete(GOOD.encode()[:-1])
    assert is_complete(GOOD.encode())
    assert is_complete(b"GET / HTTP/1.1\n\n")
    assert not is_complete(b"X" * MAXIMUM_HEAD_BYTES)
    assert is_complete(b"X" * (MAXIMUM_HEAD_BYTES + 1))
    assert not is_complete(b"")


@pytest.mark.parametrize("first", [b"\x16", b"\x04", b"\x05", b" ", b"g", b"\r", b"\x80", b"@", b"["])
def test_what_begins_no_request_is_waited_for_no_longer(first: bytes) -> None:
    assert is_complete(first)


def test_the_answer_is_kept_by_no_cache_and_named_to_no_site() -> None:
    assert PageAnswer(HTTPStatus.SEE_OTHER, location="https://one.example/?t=1").to_bytes() == (
        b"HTTP/1.1 303 See Other\r\n"
        b"Location: https://one.example/?t=1\r\n"
        b"Cache-Control: no-store\r\n"
        b"Referrer-Policy: no-referrer\r\n"
        b"Content-Length: 0\r\n"
        b"Connection: close\r\n\r\n"
    )
    assert b"Location" not in PageAnswer(HTTPStatus.GONE).to_bytes()


@pytest.mark.parametrize(
    ("headers", "length"),
    [
        ("", 0),
        ("Content-Length: 0", 0),
        ("content-length:12", 12),
        ("Content-Length: 12\r\nContent-Length: 12", None),
        ("Content-Length: 12\r\nContent-Length: 13", None),
        ("Content-Length: -1", None),
        ("Content-Length: +1", None),
        ("Content-Length: 0x1", None),
        ("Content-Length: \xb2", None),
        ("Content-Length: 9999999999999", None),
        ("Transfer-Encoding: chunked", None),
        ("Content-Length: 3\r\nTransfer-Encoding: chunked", None),
    ],
)
def test_how_long_a_body_is(headers: str, length: int | None) -> None:
    lines = ["POST / HTTP/1.1", f"Host: 127.0.0.1:{PORT}", *([headers] if headers else []), "", ""]
    request = parse_head("\r\n".join(lines).encode("latin-1"), PORT)
    assert request is not None
    assert body_bytes(request) == length


AHEAD = [
    "Sec-Purpose: prefetch",
    "Sec-Purpose: prefetch;prerender",
    "sec-purpose:prefetch;anonymous-client-ip",
    "Purpose: prefetch",
    "Purpose: preview",
    "X-Purpose: preview",
    "X-Moz: prefetch",
    "Purpose: prefetch\r\nPurpose: prefetch",
    "Range: bytes=0-",
    "Range: bytes=0-0\r\nAccept: */*",
    "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image",
    "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe",
    "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty",
]


def request_with(headers: str) -> bytes:
    return GOOD.replace("\r\n\r\n", f"\r\n{headers}\r\n\r\n").encode("latin-1")


@pytest.mark.parametrize("headers", AHEAD)
def test_what_the_user_does_not_see_is_no_visit(headers: str) -> None:
    request = parse_head(request_with(headers), PORT)
    assert request is not None
    assert not is_visit(request)


@pytest.mark.parametrize(
    "headers",
    [
        "Accept: */*",
        "Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-User: ?1\r\nSec-Fetch-Dest: document",
        "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty",  # our page looks again
        "Upgrade-Insecure-Requests: 1\r\nSec-GPC: 1\r\nDNT: 1",
    ],
)
def test_what_the_user_sees_is_a_visit(headers: str) -> None:
    request = parse_head(request_with(headers), PORT)
    assert request is not None
    assert is_visit(request)

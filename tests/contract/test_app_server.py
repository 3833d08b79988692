"""Who is let in to the pages that stay open: asked by what no browser of ours would send, and by what one sends."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from http import HTTPStatus
from typing import Any

import pytest

from tests.support.waiting import wait_until
from tray.pages.html import for_strangers, refusal
from tray.web import app_connections, app_gate
from tray.web.app_server import AppServer, EndedError

SECRET = b"what is behind the gate"


class Site:
    """An ASGI application that tells a secret, and takes bodies."""

    def __init__(self) -> None:
        self.first: list[Any] = []
        self.bodies: list[bytes] = []
        self.raises = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.raises:
            raise RuntimeError("quotes a secret")
        self.first.append(scope[app_gate.FIRST])
        if scope["method"] == "POST":
            self.bodies.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": SECRET})


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def serve(site: Site) -> Iterator[Callable[..., AppServer]]:
    with ExitStack() as stack:

        def start(**more: Any) -> AppServer:
            server = AppServer(site, for_strangers=for_strangers(), refusal=refusal, **more)
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture
def server(serve: Callable[..., AppServer]) -> AppServer:
    return serve()


def ask(
    server: AppServer, path: str = "/notebooks", *, method: str = "GET", body: bytes | None = None, **headers: Any
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Ask as a program would that says no more than it is told to; `sec_fetch_site` is the header Sec-Fetch-Site."""
    given = {"Host": f"127.0.0.1:{server.port}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        connection.request(method, path, body, given)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def entrance(server: AppServer) -> str:
    return server.entrance("/notebooks").removeprefix(f"http://127.0.0.1:{server.port}")


def let_in(server: AppServer) -> str:
    """Return the cookie that a browser gets."""
    status, headers, _ = ask(server, entrance(server))
    assert (status, headers["location"]) == (HTTPStatus.SEE_OTHER, "/notebooks")
    cookie, *attributes = headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Strict"} <= set(attributes)
    return cookie


def test_a_token_is_exchanged_once_for_a_cookie_that_opens_the_page(server: AppServer) -> None:
    path = entrance(server)
    status, headers, _ = ask(server, path)
    assert status == HTTPStatus.SEE_OTHER
    cookie = headers["set-cookie"].partition(";")[0]
    status, headers, body = ask(server, cookie=cookie)
    assert (status, body) == (HTTPStatus.OK, SECRET)
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    replayed, headers, body = ask(server, path)
    assert (replayed, headers["set-cookie"]) == (HTTPStatus.FORBIDDEN, None)
    assert SECRET not in body


def test_what_a_page_shows_first_is_told_once_and_in_no_address(server: AppServer, site: Site) -> None:
    other = let_in(server)
    address = server.entrance("/notebooks", {"profiles": ["research"]})
    assert "research" not in address
    status, headers, _ = ask(server, address.removeprefix(f"http://127.0.0.1:{server.port}"))
    assert (status, headers["location"]) == (HTTPStatus.SEE_OTHER, "/notebooks")
    cookie = headers["set-cookie"].partition(";")[0]
    ask(server, cookie=other)
    ask(server, "/notebooks/events", cookie=cookie)
    ask(server, cookie=cookie)
    ask(server, cookie=cookie)
    assert site.first == [{}, {}, {"profiles": ["research"]}, {}]


def test_a_token_grows_old(server: AppServer, monkeypatch: pytest.MonkeyPatch) -> None:
    path = entrance(server)
    later = server._gate._clock() + app_gate.TOKEN_SECONDS
    monkeypatch.setattr(server._gate, "_clock", lambda: later)
    assert ask(server, path)[0] == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cookie": "notebook-tray=x"},
        {"cookie": "notebook-tray-PORT="},
        {"cookie": "notebook-tray-PORT=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
    ],
)
def test_without_the_cookie_nothing_is_told(server: AppServer, headers: dict[str, str]) -> None:
    let_in(server)
    given: dict[str, Any] = {name: value.replace("PORT", str(server.port)) for name, value in headers.items()}
    status, _, body = ask(server, **given)
    assert status == HTTPStatus.FORBIDDEN
    assert SECRET not in body


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example:PORT"},  # DNS rebinding
        {"Host": "localhost:PORT"},  # another origin than that of the cookie
        {"Host": "127.0.0.1"},
        {"Origin": "http://attacker.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},  # another server on this machine
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},  # a page of another server on this machine
        {"Sec-Purpose": "prefetch"},
        {"Range": "bytes=0-1"},
    ],
)
def test_what_comes_from_elsewhere_is_refused_with_the_cookie_too(server: AppServer, headers: dict[str, str]) -> None:
    cookie = let_in(server)
    given: dict[str, Any] = {name: value.replace("PORT", str(server.port)) for name, value in headers.items()}
    for method in ("GET", "POST"):
        status, _, body = ask(server, method=method, cookie=cookie, **given)
        assert status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
        assert SECRET not in body


def test_a_refusal_is_a_page_with_a_style_and_without_anything_else(server: AppServer) -> None:
    status, headers, body = ask(server)
    assert status == HTTPStatus.FORBIDDEN
    text = body.decode()
    assert "<h1>Open this page from the tray</h1>" in text
    assert "<title>Open this page from the tray – Notebook Tray</title>" in text
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert headers.get_all("content-security-policy") == [headers["content-security-policy"]]
    for name, value in (("cache-control", "no-store"), ("referrer-policy", "no-referrer"), ("x-frame-options", "DENY")):
        assert headers.get_all(name) == [value]


def test_a_prefetch_does_not_use_a_token_up(server: AppServer) -> None:
    path = entrance(server)
    assert ask(server, path, sec_purpose="prefetch")[0] == HTTPStatus.NOT_FOUND
    assert ask(server, path, sec_fetch_site="cross-site")[0] == HTTPStatus.FORBIDDEN
    # As our redirect on another port leads a browser here.
    assert ask(server, path, sec_fetch_site="same-site")[0] == HTTPStatus.SEE_OTHER


def test_a_choice_comes_from_the_page_alone(server: AppServer, site: Site) -> None:
    cookie, own = let_in(server), f"http://127.0.0.1:{server.port}"
    assert ask(server, method="POST", body=b"{}", cookie=cookie)[0] == HTTPStatus.FORBIDDEN  # no Origin
    assert ask(server, method="PUT", body=b"{}", cookie=cookie, origin=own)[0] == HTTPStatus.METHOD_NOT_ALLOWED
    too_long = b"x" * (app_gate.MOST_BODY_BYTES + 1)
    assert ask(server, method="POST", body=too_long, cookie=cookie, origin=own)[0] == 413
    chunked = ask(server, method="POST", body=b"0\r\n\r\n", cookie=cookie, origin=own, transfer_encoding="chunked")
    assert chunked[0] == 413
    assert site.bodies == []
    given = {"cookie": cookie, "origin": own, "sec_fetch_site": "same-origin"}
    assert ask(server, method="POST", body=b"{}", **given)[0] == HTTPStatus.OK
    assert site.bodies == [b"{}"]


def test_a_refusal_reaches_who_is_still_sending(server: AppServer, site: Site) -> None:
    cookie, half = let_in(server), b"x" * (app_gate.MOST_BODY_BYTES // 2 + 1)
    head = f"POST /notebooks HTTP/1.1|Host: 127.0.0.1:{server.port}|Cookie: {cookie}|Content-Length: {2 * len(half)}||"
    for origin in (f"Origin: http://127.0.0.1:{server.port}|", ""):
        with closing(socket.create_connection(("127.0.0.1", server.port), 20)) as sender:
            sender.sendall(head.replace("Content", f"{origin}Content").replace("|", "\r\n").encode() + half)
            time.sleep(0.3)
            sender.sendall(half)
            said = b"".join(iter(lambda sender=sender: sender.recv(65536), b""))
        assert said.startswith(b"HTTP/1.1 413 " if origin else b"HTTP/1.1 403 ")
    assert site.bodies == []


def test_an_error_of_ours_says_nothing_of_itself(
    server: AppServer, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = let_in(server)
    site.raises = True
    status, _, body = ask(server, cookie=cookie)
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert b"quotes" not in body
    assert "RuntimeError" in caplog.text
    assert "quotes" not in caplog.text


# Asks as another user, with whatever it was given.
STRANGER = r"""
import os, socket, sys
os.setgroups([]); os.setgid(65534); os.setuid(65534)
sock = socket.socket()
sock.settimeout(20)
sock.connect(("127.0.0.1", int(sys.argv[1])))
sock.sendall(sys.argv[2].replace("|", "\r\n").encode())
print(b"".join(iter(lambda: sock.recv(65536), b"")).decode())
"""


@pytest.mark.only_on("linux")
@pytest.mark.skipif(sys.platform == "linux" and os.getuid() != 0, reason="only root becomes another user")
def test_another_user_is_refused_before_a_word_is_read(server: AppServer) -> None:
    path, cookie = entrance(server), let_in(server)
    for target, more in ((path, ""), ("/notebooks", f"Cookie: {cookie}|"), ("nonsense", "")):
        said = f"GET {target} HTTP/1.1|Host: 127.0.0.1:{server.port}|{more}|"
        ended = subprocess.run(
            [sys.executable, "-I", "-S", "-c", STRANGER, str(server.port), said],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert ended.stdout.startswith("HTTP/1.1 403 "), target
        assert SECRET.decode() not in ended.stdout
        assert "set-cookie" not in ended.stdout.lower()
    assert ask(server, path)[0] == HTTPStatus.SEE_OTHER, "the stranger used nothing up"


def test_200_idle_connections_do_no_harm(serve: Callable[..., AppServer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_connections, "_ASK_WITHIN_SECONDS", 600.0)
    monkeypatch.setattr(app_connections, "_IDLE_SECONDS", 600.0)
    server = serve()
    cookie = let_in(server)
    with ExitStack() as stack:
        idle = [stack.enter_context(closing(socket.create_connection(("127.0.0.1", server.port)))) for _ in range(200)]
        for each in idle[::2]:
            each.sendall(b"GET /notebooks HTTP/1.1\r\n")  # and never a whole request
        assert ask(server, cookie=cookie)[2] == SECRET
        wait_until(
            lambda: len(server._connections._open) <= app_connections.MOST_CONNECTIONS,
            "the oldest to be dropped",
            seconds=20,
        )
        assert ask(server, cookie=cookie)[2] == SECRET


def test_slow_senders_are_hung_up_on(serve: Callable[..., AppServer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_connections, "_ASK_WITHIN_SECONDS", 0.3)
    monkeypatch.setattr(app_connections, "_IDLE_SECONDS", 0.3)
    monkeypatch.setattr(app_gate, "_BODY_WITHIN_SECONDS", 0.3)
    server = serve()
    cookie, own = let_in(server), f"http://127.0.0.1:{server.port}"
    head = f"POST /notebooks HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\nOrigin: {own}\r\n"
    for begun, ends in (
        (b"", b""),
        (b"GET /notebooks HTTP/1.1\r\nX: ", b""),
        (head.encode() + b"Content-Length: 10\r\n\r\nabc", b"HTTP/1.1 408 "),
    ):
        with closing(socket.create_connection(("127.0.0.1", server.port), 20)) as slow:
            slow.sendall(begun)
            try:
                said = b"".join(iter(lambda slow=slow: slow.recv(65536), b""))
            except ConnectionResetError:
                said = b""
            assert said.startswith(ends)
            assert bool(said) == bool(ends)


def test_it_goes_once_nobody_uses_it(serve: Callable[..., AppServer]) -> None:
    gone = threading.Event()
    server = serve(unused_seconds=0.2, on_end=gone.set)
    path = entrance(server)  # as long as a browser is on its way, it stays
    assert not gone.wait(1.0)
    ask(server, path)
    assert gone.wait(60)
    with pytest.raises(EndedError):
        server.entrance("/notebooks")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", server.port), 5)

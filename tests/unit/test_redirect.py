"""The one-shot redirect over real sockets: used exactly once, and by nothing but the right request."""

from __future__ import annotations

import gc
import socket
import ssl
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.waiting import wait_until
from tray.desktop.browser.redirect import OneShotRedirect
from tray.web import server as module
from tray.web.answer import PageAnswer
from tray.web.request import PageRequest

TOKEN = "eyJhbGciOi-a-bearer-secret"
TARGET = f"https://one.notebook.eu-west-1.sagemaker.aws/?authToken={TOKEN}"
PATIENCE_SECONDS = 20.0


@pytest.fixture
def redirect() -> Iterator[OneShotRedirect]:
    with OneShotRedirect(TARGET) as redirect:
        yield redirect


def connect(redirect: OneShotRedirect) -> socket.socket:
    port = urlsplit(redirect.url).port
    return socket.create_connection(("127.0.0.1", port or 0), PATIENCE_SECONDS)


def good_request(redirect: OneShotRedirect, *, method: str = "GET", path: str = "", host: str = "") -> bytes:
    parts = urlsplit(redirect.url)
    return f"{method} {path or parts.path} HTTP/1.1\r\nHost: {host or parts.netloc}\r\n\r\n".encode()


def read_all(sock: socket.socket) -> bytes:
    return b"".join(iter(lambda: sock.recv(65536), b""))


def exchange(redirect: OneShotRedirect, request: bytes) -> bytes:
    with connect(redirect) as sock:
        sock.sendall(request)
        return read_all(sock)


def status(response: bytes) -> int:
    assert response.endswith(b"\r\n\r\n"), response
    return int(response.split(b" ", 2)[1])


def is_refused(redirect: OneShotRedirect) -> bool:
    try:
        connect(redirect).close()
    except ConnectionRefusedError:
        return True
    return False


def test_one_get_is_sent_on_and_the_page_is_gone(redirect: OneShotRedirect) -> None:
    response = exchange(redirect, good_request(redirect))

    assert response.startswith(b"HTTP/1.1 303 ")
    assert f"\r\nLocation: {TARGET}\r\n".encode() in response
    assert redirect.wait(PATIENCE_SECONDS)
    wait_until(lambda: is_refused(redirect), "the page to be gone")


def test_nobody_new_is_let_in_while_the_last_ones_are_seen_off(
    redirect: OneShotRedirect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_HANG_UP_WITHIN_SECONDS", 1000.0)
    with connect(redirect) as late:
        late.sendall(b"GET ")
        exchange(redirect, good_request(redirect))
        assert redirect.wait(PATIENCE_SECONDS)
        assert is_refused(redirect)
        late.sendall(b"/other HTTP/1.1\r\n\r\n")
        assert status(read_all(late)) == 404


def test_who_comes_in_the_moment_of_the_last_answer_ends_no_other_connection(caplog: pytest.LogCaptureFixture) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def site(request: PageRequest) -> PageAnswer:
        if request.path == "/slow":
            asked.set()
            go_on.wait(PATIENCE_SECONDS)
        return PageAnswer(HTTPStatus.OK, last=request.path == "/last")

    server = module.LoopbackServer(site, PATIENCE_SECONDS, name="a test")

    def connected() -> socket.socket:
        return socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS)

    def ask(sock: socket.socket, path: str) -> None:
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())

    with closing(server), connected() as slow, connected() as last, connected() as later:
        ask(slow, "/slow")
        assert asked.wait(PATIENCE_SECONDS)
        ask(last, "/last")
        with connected():
            go_on.set()
            assert status(read_all(last)) == HTTPStatus.OK
            ask(later, "/")
            assert status(read_all(later)) == HTTPStatus.OK
    assert "stopped" not in caplog.text


def test_who_still_waits_to_be_taken_at_the_last_answer_is_answered_too() -> None:
    asked, go_on = threading.Event(), threading.Event()

    def site(request: PageRequest) -> PageAnswer:
        asked.set()
        go_on.wait(PATIENCE_SECONDS)
        return PageAnswer(HTTPStatus.OK, last=request.path == "/last")

    server = module.LoopbackServer(site, PATIENCE_SECONDS, name="a test")

    def ask(path: str) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS)
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        return sock

    with closing(server), closing(ask("/last")) as last:
        assert asked.wait(PATIENCE_SECONDS)
        waiting = [ask("/") for _ in range(20)]  # while the server's only thread is busy
        go_on.set()
        assert status(read_all(last)) == HTTPStatus.OK
        for sock in waiting:
            with sock:
                assert status(read_all(sock)) == HTTPStatus.OK


def test_the_address_is_loopback_and_not_to_be_guessed() -> None:
    with OneShotRedirect(TARGET) as one, OneShotRedirect(TARGET) as other:
        assert urlsplit(one.url).hostname == "127.0.0.1"
        assert len(urlsplit(one.url).path) >= 1 + 128 / 6  # characters of 6 bits
        assert urlsplit(one.url).path != urlsplit(other.url).path
        assert urlsplit(one.url).port != urlsplit(other.url).port


def test_wrong_requests_read_404_and_use_nothing_up(redirect: OneShotRedirect) -> None:
    port = urlsplit(redirect.url).port
    wrong = [
        good_request(redirect, method="HEAD"),
        good_request(redirect, method="POST"),
        good_request(redirect, path="/"),
        good_request(redirect, path="/favicon.ico"),
        good_request(redirect, host=f"rebound.example:{port}"),
        good_request(redirect, host="127.0.0.1"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\n\n",
        b"\x00" * 200_000,
        good_request(redirect, method="POST") + b"body" * 50_000,
    ]
    assert [status(exchange(redirect, request)) for request in wrong] == [404] * len(wrong)
    assert not redirect.finished
    assert status(exchange(redirect, good_request(redirect))) == 303


@pytest.mark.parametrize(
    "headers",
    [
        "Sec-Purpose: prefetch;prerender",
        "Purpose: prefetch\r\nPurpose: prefetch",
        "X-Moz: prefetch",
        "X-Purpose: preview",
        "Range: bytes=0-",
        "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image",
    ],
)
def test_who_fetches_ahead_of_the_user_uses_nothing_up(redirect: OneShotRedirect, headers: str) -> None:
    ahead = good_request(redirect).replace(b"\r\n\r\n", f"\r\n{headers}\r\n\r\n".encode())
    for request in (ahead, good_request(redirect, method="HEAD"), good_request(redirect, method="OPTIONS"), ahead):
        response = exchange(redirect, request)
        assert status(response) == 404
        assert TOKEN.encode() not in response
    assert status(exchange(redirect, good_request(redirect))) == 303


def test_of_fifty_at_once_exactly_one_is_sent_on(redirect: OneShotRedirect) -> None:
    request = good_request(redirect)
    barrier = threading.Barrier(50)
    responses: list[bytes] = []

    def visit() -> None:
        with connect(redirect) as sock:
            barrier.wait(PATIENCE_SECONDS)
            sock.sendall(request)
            responses.append(read_all(sock))

    visitors = [threading.Thread(target=visit) for _ in range(50)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(PATIENCE_SECONDS)

    assert sorted(map(status, responses)) == [303] + [410] * 49
    assert b"".join(responses).count(TOKEN.encode()) == 1


def test_who_is_connected_already_reads_410_on_the_used_path(redirect: OneShotRedirect) -> None:
    request = good_request(redirect)
    with connect(redirect) as late, connect(redirect) as lost:
        for sock in (late, lost):  # half a request each: the page has accepted both once it has read them
            sock.sendall(request[:4])
        assert status(exchange(redirect, request)) == 303
        late.sendall(request[4:])
        lost.sendall(b"/other HTTP/1.1\r\n\r\n")
        assert status(read_all(late)) == 410
        assert status(read_all(lost)) == 404


def test_silent_and_slow_connections_keep_nobody_waiting(
    redirect: OneShotRedirect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SEND_REQUEST_WITHIN_SECONDS", 1000.0)
    crowd = [connect(redirect) for _ in range(200)]  # more than it keeps open
    try:
        for sock in crowd[1::2]:
            try:
                sock.sendall(b"GET /slow")
            except ConnectionError:  # it has made room for others
                continue
        assert read_all(crowd[0]) == b""
        assert status(exchange(redirect, good_request(redirect))) == 303
    finally:
        for sock in crowd:
            sock.close()


def test_a_browser_that_tries_tls_first_is_told_at_once(
    redirect: OneShotRedirect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SEND_REQUEST_WITHIN_SECONDS", 1000.0)
    hello = ssl.MemoryBIO()
    handshake = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), hello, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        handshake.do_handshake()
    assert status(exchange(redirect, hello.read())) == 404
    assert status(exchange(redirect, good_request(redirect))) == 303


def test_a_request_in_single_bytes_is_read(redirect: OneShotRedirect) -> None:
    with connect(redirect) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in good_request(redirect):
            sock.sendall(bytes([byte]))
        assert status(read_all(sock)) == 303


def test_a_reader_that_stalls_gets_the_whole_of_a_long_target() -> None:
    target = f"https://one.example/?t={'x' * 8_000_000}"  # more than the buffers of both sockets hold
    with OneShotRedirect(target) as redirect, connect(redirect) as stalled:
        stalled.sendall(good_request(redirect))
        assert status(exchange(redirect, good_request(redirect))) == 410
        assert not redirect.finished
        assert target.encode() in read_all(stalled)
        assert redirect.wait(PATIENCE_SECONDS)


def test_a_connection_that_never_asks_is_ended(redirect: OneShotRedirect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SEND_REQUEST_WITHIN_SECONDS", 0.05)
    with connect(redirect) as silent:
        assert read_all(silent) == b""
    assert not redirect.finished


def test_after_its_lifetime_it_is_gone() -> None:
    with OneShotRedirect(TARGET, lifetime_seconds=0.05) as redirect, connect(redirect) as waiting:
        assert not redirect.wait(PATIENCE_SECONDS)
        assert read_all(waiting) == b""
        assert is_refused(redirect)


def test_closing_ends_it_at_once_and_twice_is_fine(redirect: OneShotRedirect) -> None:
    threading.Timer(0.05, redirect.close).start()
    assert not redirect.wait(PATIENCE_SECONDS)
    redirect.close()
    assert is_refused(redirect)


def test_a_wait_has_a_bound(redirect: OneShotRedirect) -> None:
    assert not redirect.wait(0.01)
    assert not redirect.finished


class Secret(str):
    """A string whose life can be watched: one of the built-in type has no weak references."""


def test_the_target_is_forgotten_once_it_was_used() -> None:
    target = Secret(TARGET)
    watch = weakref.ref(target)
    with OneShotRedirect(target) as redirect:
        del target
        assert watch() is not None
        assert TOKEN.encode() in exchange(redirect, good_request(redirect))
        assert redirect.wait(PATIENCE_SECONDS)
        wait_until(lambda: watch() is None, "the target to be forgotten")


def test_the_target_is_forgotten_when_nobody_came() -> None:
    target = Secret(TARGET)
    watch = weakref.ref(target)
    with OneShotRedirect(target, lifetime_seconds=0.01) as redirect:
        del target
        assert not redirect.wait(PATIENCE_SECONDS)
        wait_until(lambda: watch() is None, "the target to be forgotten")


def test_the_target_and_the_path_are_not_shown(redirect: OneShotRedirect) -> None:
    assert TOKEN not in repr(redirect)
    assert urlsplit(redirect.url).path not in repr(redirect)


@pytest.mark.parametrize(
    "target", ["https://x/\r\nSet-Cookie: a=b", "https://x/ y", "https://x/\x00", "https://ä/", ""]
)
def test_a_target_that_would_break_the_header_is_refused_without_being_shown(target: str) -> None:
    with pytest.raises(ValueError) as refused:
        OneShotRedirect(target)
    assert not target or target not in str(refused.value)


@pytest.mark.only_on("linux", reason="a child's descriptors are told by /proc alone")
def test_no_socket_is_inherited_by_a_child() -> None:
    def inherited() -> int:
        listed = subprocess.run(
            ["ls", "-l", "/proc/self/fd"], capture_output=True, text=True, check=True, close_fds=False
        )
        return listed.stdout.count("socket:")

    before = inherited()
    with OneShotRedirect(TARGET) as redirect, closing(connect(redirect)):
        assert inherited() == before


@pytest.mark.only_on("linux", reason="/proc; Wine counts no handles")
def test_no_descriptor_is_left_open() -> None:
    def descriptors() -> int:
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    before = descriptors()
    for _ in range(20):
        with OneShotRedirect(TARGET) as redirect:
            exchange(redirect, good_request(redirect))
    assert descriptors() <= before


WITHOUT_NUMBERS = """
import resource, socket, sys, time
from urllib.parse import urlsplit
from tray.desktop.browser.redirect import OneShotRedirect
with OneShotRedirect(sys.argv[1]) as redirect, socket.socket() as browser:
    parts = urlsplit(redirect.url)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
    browser.settimeout(20)
    browser.connect(("127.0.0.1", parts.port))
    browser.sendall(f"GET {parts.path} HTTP/1.1\\r\\nHost: {parts.netloc}\\r\\n\\r\\n".encode())
    time.sleep(0.5)
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    print(browser.recv(12).decode())
"""


@pytest.mark.only_on("linux", "darwin", reason="Windows has no such limit")
def test_a_browser_that_comes_while_too_many_files_are_open_is_answered_later() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_NUMBERS, TARGET], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.stdout, ended.returncode) == ("HTTP/1.1 303\n", 0), ended.stderr

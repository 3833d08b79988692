"""On Linux the one-shot redirect serves only programs of the same user."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tray.desktop.browser.redirect import OneShotRedirect
from tray.web import server
from tray.web.peer_owner import Owner

if sys.platform != "linux":
    pytest.skip(reason="only on linux: /proc/net", allow_module_level=True)

from tray.web.peer_linux import is_wsl, owner_of_peer, peer_uid

HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

# Asks for an address and says what came back; with a uid as its second argument it asks as that user.
VISITOR = """
import json, os, socket, sys
url, uid, family = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if uid >= 0:
    os.setgroups([]); os.setgid(uid); os.setuid(uid)
host, _, path = url.removeprefix("http://").partition("/")
port = int(host.partition(":")[2])
if family == "mapped":
    sock = socket.socket(socket.AF_INET6)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.connect(("::ffff:127.0.0.1", port))
else:
    sock = socket.socket()
    sock.connect(("127.0.0.1", port))
sock.settimeout(20)
sock.sendall(f"GET /{path} HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n".encode())
print(json.dumps([os.getuid(), b"".join(iter(lambda: sock.recv(65536), b"")).decode()]))
"""


def visit(url: str, *, uid: int = -1, family: str = "ipv4") -> str:
    """Ask for `url` in a process of its own, started without `site`: another user may not read where that is."""
    ended = subprocess.run(
        [sys.executable, "-I", "-S", "-c", VISITOR, url, str(uid), family],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    ran_as, response = json.loads(ended.stdout)
    assert uid in (-1, ran_as)
    return str(response)


@pytest.fixture
def connected() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as here:
        there, _ = server.accept()
        with there:
            yield here, there


def test_a_program_of_the_same_user_is_served() -> None:
    with OneShotRedirect("https://one.example/") as redirect:
        assert visit(redirect.url).startswith("HTTP/1.1 303")


def test_one_that_reaches_ipv4_through_an_ipv6_socket_too() -> None:
    if not Path("/proc/net/tcp6").exists():
        pytest.skip(reason="this kernel has no IPv6")
    with OneShotRedirect("https://one.example/") as redirect:
        assert visit(redirect.url, family="mapped").startswith("HTTP/1.1 303")


if os.geteuid() == 0:  # only root can become another user; the test after this one needs nobody's leave

    @pytest.mark.parametrize("family", ["ipv4", "mapped"])
    def test_another_users_program_is_refused_and_uses_nothing_up(family: str) -> None:
        with OneShotRedirect("https://one.example/") as redirect:
            assert visit(redirect.url, uid=65534, family=family).startswith("HTTP/1.1 403")
            assert redirect.refused == Owner(is_this_user=False, uid=65534)
            assert not redirect.finished
            assert visit(redirect.url).startswith("HTTP/1.1 303")


def test_a_program_is_refused_when_we_are_another_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same from the other side, for who is not root: the peer is real, and it is we who claim to be another."""
    other = os.geteuid() + 1
    with OneShotRedirect("https://one.example/") as redirect:
        with monkeypatch.context() as patched:
            patched.setattr(os, "geteuid", lambda: other)
            told = visit(redirect.url)
        assert told.startswith("HTTP/1.1 403")
        assert "Notebook Tray" in told
        assert "runs as the same user" in told
        assert visit(redirect.url).startswith("HTTP/1.1 303")


def test_who_knows_the_path_as_another_user_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relay of another user brings what the browser asked: the user is told at once, and not in a minute."""
    monkeypatch.setattr(server, "_OWN_BROWSER_WITHIN_SECONDS", 0.1)
    uid = os.geteuid()
    with OneShotRedirect("https://one.example/", 100_000) as redirect:
        monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
        assert visit(redirect.url).startswith("HTTP/1.1 403")
        assert not redirect.wait(60)
        assert redirect.finished
        assert redirect.refused == Owner(is_this_user=False, uid=uid)


@pytest.mark.parametrize("path", ["x", "wrong path that is as long as the one that was given to the browser", "a/%20/"])
def test_a_stranger_without_the_path_ends_nothing(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(server, "_OWN_BROWSER_WITHIN_SECONDS", 0.0)
    with OneShotRedirect("https://one.example/") as redirect:
        with monkeypatch.context() as patched:
            patched.setattr(os, "geteuid", lambda: 4711)
            assert visit(f"{redirect.url.rpartition('/')[0]}/{path}").startswith("HTTP/1.1 403")
        assert redirect.refused is None
        assert visit(redirect.url).startswith("HTTP/1.1 303")


def test_nothing_of_a_strangers_request_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def parsed(*_: object) -> None:
        pytest.fail("parsed")

    monkeypatch.setattr(server, "parse_head", parsed)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with OneShotRedirect("https://one.example/") as redirect:
        assert visit(redirect.url).startswith("HTTP/1.1 403")


def test_on_wsl_the_random_path_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSL_INTEROP", "/run/WSL/8_interop")
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with OneShotRedirect("https://one.example/") as redirect:
        assert visit(redirect.url[:-1]).startswith("HTTP/1.1 404")
        assert visit(redirect.url).startswith("HTTP/1.1 303")


@pytest.mark.parametrize(
    ("version", "environment", "wsl"),
    [
        ("Linux version 5.15.90.1-microsoft-standard-WSL2 (oe-user@oe-host)", {}, True),
        ("Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com)", {}, True),
        ("Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org)", {}, False),
        ("Linux version 6.1.0-18-amd64", {"WSL_INTEROP": "/run/WSL/8_interop"}, True),
        ("Linux version 6.1.0-18-amd64", {"WSL_INTEROP": ""}, False),
        (None, {}, False),
    ],
)
def test_what_wsl_is(tmp_path: Path, version: str | None, environment: dict[str, str], wsl: bool) -> None:
    if version is not None:
        (tmp_path / "version").write_text(version)
    assert is_wsl(environment, tmp_path / "version") is wsl


def test_the_uid_of_a_real_socket(connected: tuple[socket.socket, socket.socket]) -> None:
    here, there = connected
    assert peer_uid(here.getsockname(), there.getsockname()) == os.getuid()
    assert owner_of_peer(there).is_this_user


def test_a_socket_that_no_process_holds_any_more_belongs_to_nobody(
    connected: tuple[socket.socket, socket.socket],
) -> None:
    here, there = connected
    name = here.getsockname()
    here.close()  # listed from now on, as root's, in another state
    assert peer_uid(name, there.getsockname()) is None


def line(local: str, remote: str, state: str, uid: int) -> str:
    return f"   0: {local} {remote} {state} 00000000:00000000 00:00000000 00000000 {uid:5} 0 11925 1 0 20 0 0 10 -1\n"


@pytest.mark.skipif(sys.byteorder != "little", reason="the tables below are those of a little-endian machine")
@pytest.mark.parametrize(
    ("tcp", "tcp6", "uid"),
    [
        (line("0100007F:9A88", "0100007F:9223", "01", 1000), "", 1000),
        ("", line("0000000000000000FFFF00000100007F:9A88", "0000000000000000FFFF00000100007F:9223", "01", 7), 7),
        (line("0100007F:9223", "0100007F:9A88", "01", 1000), "", None),  # our own end
        (line("0100007F:9A88", "0100007F:9224", "01", 1000), "", None),  # to another port
        (line("0200007F:9A88", "0100007F:9223", "01", 1000), "", None),  # from another address
        (line("0100007F:9A88", "0100007F:9223", "06", 0), "", None),  # TIME_WAIT, listed as root's
        (line("0100007F:0001", "0100007F:0002", "01", 5) + line("0100007F:9A88", "0100007F:9223", "01", 6), "", 6),
        ("", "", None),
    ],
)
def test_the_kernels_tables(tmp_path: Path, tcp: str, tcp6: str, uid: int | None) -> None:
    (tmp_path / "tcp").write_text(HEADER + tcp)
    (tmp_path / "tcp6").write_text(HEADER + tcp6)
    assert peer_uid(("127.0.0.1", 0x9A88), ("127.0.0.1", 0x9223), tmp_path) == uid


def test_a_kernel_without_ipv6(tmp_path: Path) -> None:
    (tmp_path / "tcp").write_text(HEADER)
    assert peer_uid(("127.0.0.1", 1), ("127.0.0.1", 2), tmp_path) is None

"""A program that leaks a secret in each way that there is: where one is not found, finding none means nothing.

`python -m tests.leaks.leaking FILE` is that program; FILE has the secrets by the names of the ways.
"""

from __future__ import annotations

import base64
import json
import mmap
import os
import re
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from jeepney import DBusAddress, new_signal
from jeepney.io.blocking import open_dbus_connection

from tests.leaks.canaries import Canary


def _write(path: str, *contents: bytes) -> None:
    with Path(path).open("wb", buffering=0) as file:
        for content in contents:
            file.write(content)


def _map(secret: str) -> None:
    with Path("mapped").open("w+b") as file:
        file.truncate(4096)
        with closing(mmap.mmap(file.fileno(), 4096)) as mapped:
            mapped[100 : 100 + len(secret)] = secret.encode()


def _send(kind: socket.SocketKind, secret: str) -> None:
    with socket.socket(socket.AF_INET, kind) as there, socket.socket(socket.AF_INET, kind) as here:
        there.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            there.listen()
        here.connect(there.getsockname())
        here.send(secret.encode())


def _answer(secret: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        connection, _ = server.accept()
        with connection:
            connection.sendall(secret.encode())


def _pair(secret: str) -> None:
    here, there = socket.socketpair()
    with here, there:
        here.sendmsg([secret[:9].encode(), secret[9:].encode()])


def _pipe(secret: str) -> None:
    read, write = os.pipe()
    os.writev(write, [secret[:5].encode(), secret[5:].encode()])
    os.close(read)
    os.close(write)


def _signal(secret: str) -> None:
    with closing(open_dbus_connection(bus=os.environ["DBUS_SESSION_BUS_ADDRESS"])) as connection:
        connection.send(new_signal(DBusAddress("/a", None, "a.b"), "C", "s", (secret,)))


def _ran(*arguments: str, **environment: str) -> None:
    subprocess.run(["/bin/true", *arguments], env={**os.environ, **environment}, check=True)


WAYS: Mapping[str, tuple[Callable[[str], object], str, str]] = {
    "a file": (lambda secret: _write("plain", secret.encode()), r"the file .*/plain", "as it is"),
    "a file, in two writes": (
        lambda secret: _write("parts", secret[:7].encode(), secret[7:].encode()),
        r"the file .*/parts",
        "as it is",
    ),
    "a file that is gone": (
        lambda secret: (_write("gone", secret.encode()), Path("gone").unlink()),
        r"the file .*/gone",
        "as it is",
    ),
    "a mapped file": (_map, r"the file .*/mapped", "as it is"),
    "base64": (
        lambda secret: _write("base64", b"x" + base64.b64encode(b"Bearer: " + secret.encode() + b"...")),
        r"the file .*/base64",
        "base64",
    ),
    "an address": (
        lambda secret: _write("address", quote(secret, safe="").encode()),
        r"the file .*/address",
        "percent-encoded",
    ),
    "an address within another": (
        lambda secret: _write("within", quote(quote(secret, safe=""), safe="").encode()),
        r"the file .*/within",
        "percent-encoded twice",
    ),
    "UTF-16": (lambda secret: _write("wide", b"\xff\xfe" + secret.encode("utf-16-le")), r"the file .*/wide", "UTF-16"),
    "hexadecimal": (lambda secret: _write("hex", secret.encode().hex().encode()), r"the file .*/hex", "hexadecimal"),
    "the terminal": (lambda secret: sys.stderr.write(f"{secret}\n"), r"the file .*/said|a pipe", "as it is"),
    "an argument": (
        lambda secret: _ran(f"--url={secret}"),
        "the arguments or the environment of a process",
        "as it is",
    ),
    "a variable": (lambda secret: _ran(HANDED=secret), "the arguments or the environment of a process", "as it is"),
    "a name": (lambda secret: Path(secret.replace("/", "_")).touch(), "a name .*", "as it is"),
    "a name for a moment": (
        lambda secret: Path("plain").rename(secret.replace("/", "_")).rename("plain"),
        "a name .*",
        "as it is",
    ),
    "TCP": (lambda secret: _send(socket.SOCK_STREAM, secret), r"a connection to port \d+", "as it is"),
    "UDP": (lambda secret: _send(socket.SOCK_DGRAM, secret), "another socket", "as it is"),
    "an answer": (_answer, "a page's answer to the browser", "as it is"),
    "a Unix socket": (_pair, "a Unix socket", "as it is"),
    "a pipe": (_pipe, "a pipe", "as it is"),
    "the bus": (_signal, "the session bus", "as it is"),
    "the thread's name": (lambda secret: Path("/proc/self/comm").write_text(secret), r"the file /proc/.*", "as it is"),
}
# Of ways by a name, a slash would be another folder's.
_PLAIN = ("a name", "a name for a moment")


def plant() -> dict[str, Canary]:
    """Return a secret for each way, with characters that addresses quote; none may be anywhere."""
    return {
        name: Canary(name, secrets.token_urlsafe(18) + ("" if name in _PLAIN else "/+=") + secrets.token_hex(3))
        for name in WAYS
    }


def main() -> None:
    """Leak all of them."""
    planted = json.loads(Path(sys.argv[1]).read_text())
    for name, (leak, _, _) in WAYS.items():
        leak(planted[name])


def missed(seen: Collection[tuple[str, str, str]]) -> list[str]:
    """Return the ways that were not found out, of the sightings as name, place and form."""
    return [
        name
        for name, (_, place, form) in WAYS.items()
        if not any(name == each and re.fullmatch(place, where) and form == how for each, where, how in seen)
    ]


if __name__ == "__main__":
    main()

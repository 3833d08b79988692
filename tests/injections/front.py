"""SageMaker's address in a lane: TLS on loopback that passes everything on to the endpoint, or has something happen.

A fault sets `answer`, which is given each request and says what its client gets; None passes it on.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass

ADDRESS = "127.0.0.2"
_PATIENCE_SECONDS = 60.0
# With this, close() resets the connection (socket(7)).
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Request:
    """A whole request: its first line, its headers as they came, and its body."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[ssl.SSLSocket, Request], None]


class Front:
    """A server that can be told to fail, on the endpoint's port of another address.

    The endpoint answers what is asked of its own port alone, by the name `localhost`, which leads here in a lane.
    """

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self.port = port
        self._context = context
        self._lock = threading.Lock()
        self._peers: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self.answer: Answer | None = None
        self.before_handshake: Callable[[socket.socket], None] | None = None
        self.open()

    def open(self) -> None:
        """Listen."""
        self._listener = socket.create_server((ADDRESS, self.port))
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def close(self) -> None:
        """Listen no more, and break off all connections."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self.break_off()

    def break_off(self) -> None:
        """Reset all connections."""
        with self._lock:
            peers = list(self._peers)
        for peer in peers:
            reset(peer)

    def pass_on(self, peer: ssl.SSLSocket, request: Request) -> None:
        """Answer as the endpoint does."""
        peer.sendall(self.asked(request))

    def asked(self, request: Request) -> bytes:
        """Return the endpoint's whole answer."""
        backend = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_SECONDS)
        with contextlib.closing(backend):
            backend.request(request.method, request.target, request.body, request.headers)
            answer = backend.getresponse()
            body = answer.read()
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in _OF_THE_CONNECTION}
        return reply(body, answer.status, kept)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[peer], daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        with self._lock:
            self._peers.add(raw)
        peer: socket.socket = raw
        try:
            raw.settimeout(_PATIENCE_SECONDS)
            if self.before_handshake is not None:
                self.before_handshake(raw)
            secure = peer = self._context.wrap_socket(raw, server_side=True)
            with self._lock:
                self._peers.discard(raw)
                self._peers.add(secure)
            while (request := _request(secure)) is not None:
                (self.answer or self.pass_on)(secure, request)
        except (OSError, ValueError, http.client.HTTPException):
            pass
        finally:
            with self._lock:
                self._peers -= {raw, peer}
            peer.close()


_OF_THE_CONNECTION = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive"})


def reset(peer: socket.socket) -> None:
    """Break off a connection at once."""
    with contextlib.suppress(OSError):
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    with contextlib.suppress(OSError):
        # Another thread may be reading: without this it would go on to.
        socket.socket.shutdown(peer, socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        peer.close()


def reply(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> bytes:
    """Return an answer with these bytes, as SageMaker would say it."""
    lines = {"Content-Type": "application/x-amz-json-1.1", **(headers or {}), "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} {http.client.responses.get(status, '-')}\r\n{head}\r\n".encode() + body


def _request(peer: ssl.SSLSocket) -> Request | None:
    read = b""
    while b"\r\n\r\n" not in read:
        part = peer.recv(65536)
        if not part:
            return None
        read += part
    head, _, body = read.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = next((int(value) for name, value in headers.items() if name.lower() == "content-length"), 0)
    while len(body) < length:
        part = peer.recv(65536)
        if not part:
            return None
        body += part
    return Request(method, target, headers, body)

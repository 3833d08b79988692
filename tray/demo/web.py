"""A small HTTP/1.1 server on loopback whose services answer whole requests.

SageMaker, the notebook hosts and the control interface are services of it; sign-in services can join them.
"""

from __future__ import annotations

import contextlib
import http.server
import logging
import os
import socket
import socketserver
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol
from urllib.parse import urlsplit

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"

_BODY_LIMIT = 1 << 20


class Delivery(Enum):
    """How an answer is delivered to the client."""

    WHOLE = "whole"
    DROPPED = "dropped"  # the connection is closed without an answer
    HANGING = "hanging"  # nothing comes, and the connection stays open until the server stops


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request. `received` is the time on the monotonic clock when its first line had arrived.

    Header names are in lower case. `path` and `query` are as the client sent them: still percent-encoded.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    received: float


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer. It leaves no earlier than `after_seconds` after the request was received.

    `cookies` are values of Set-Cookie. Without a `Date` among the headers, the answer has the real time.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    after_seconds: float = 0.0
    cookies: tuple[str, ...] = field(default=(), repr=False)
    delivery: Delivery = Delivery.WHOLE


class Service(Protocol):
    """Something that answers requests. The first service that claims a request answers it."""

    def claims(self, request: Request) -> bool:
        """Return whether this request is for this service."""
        ...

    def answer(self, request: Request) -> Response:
        """Return the answer; called on a thread of the request's connection."""
        ...


class EndpointServer(http.server.ThreadingHTTPServer):
    """Answers on 127.0.0.1, one thread a connection, with the first service that claims a request."""

    daemon_threads = True
    # On Windows, reusing addresses would let two programs listen on one port.
    allow_reuse_address = os.name == "posix"
    # The default of 5 makes the kernel drop the SYNs of clients that connect together: each waits a second.
    request_queue_size = 512

    def __init__(self, port: int = 0) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.services: Sequence[Service] = ()
        self.stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of the host's own name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    @property
    def url(self) -> str:
        """The server's address, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - the base class's
        """Log what went wrong on a connection, unless the client just went away."""
        logger.debug("A connection from %s ended early", client_address, exc_info=True)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Answer requests inside the block. At its end all connections are closed, hanging ones too."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.name = "demo-endpoint"
        thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            self.shutdown()
            self.server_close()
            with self._lock:
                connections = list(self._connections)
            for connection in connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            thread.join()

    @contextlib.contextmanager
    def tracked(self, connection: socket.socket) -> Iterator[None]:
        """Keep track of `connection` inside the block, so that the server closes it when it stops."""
        with self._lock:
            self._connections.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._connections.discard(connection)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one packet
    server: EndpointServer

    def handle(self) -> None:
        with self.server.tracked(self.connection):
            super().handle()

    def parse_request(self) -> bool:
        self.received = time.monotonic()
        return super().parse_request()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Log nothing: the request line can hold a presigned URL's token."""

    def _answer(self) -> None:
        request = self._read_request()
        if request is not None:
            self._send(self._dispatch(request), request)

    def _read_request(self) -> Request | None:
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            known = headers.get(name.lower())
            headers[name.lower()] = value if known is None else f"{known},{value}"
        # A page of another site can have its own name resolve to 127.0.0.1, but can't change this header.
        if headers.get("host") not in (self._authority(LOOPBACK), self._authority("localhost")):
            self.send_error(421)
            return None
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isdecimal():
            self.send_error(411)
            return None
        if int(length) > _BODY_LIMIT:
            self.send_error(413)
            return None
        body = self.rfile.read(int(length))
        parts = urlsplit(self.path)
        return Request(self.command, parts.path, parts.query, headers, body, self.received)

    def _authority(self, host: str) -> str:
        return f"{host}:{self.server.server_port}"

    def _dispatch(self, request: Request) -> Response:
        for service in self.server.services:
            if service.claims(request):
                try:
                    return service.answer(request)
                except Exception:
                    logger.exception("%s could not answer a request", type(service).__name__)
                    return Response(500, {"x-amzn-ErrorType": "InternalFailure"})
        return Response(404)

    def _send(self, response: Response, request: Request) -> None:
        if response.delivery is Delivery.HANGING:
            self.server.stopping.wait()
        if response.delivery is not Delivery.WHOLE or self._stopped_before(request, response):
            self.close_connection = True
            return
        self.send_response_only(response.status)
        usual = {"Server": self.version_string(), "Date": self.date_time_string()}
        for name, value in {**usual, **response.headers}.items():
            self.send_header(name, value)
        for cookie in response.cookies:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)
        self.wfile.flush()

    def _stopped_before(self, request: Request, response: Response) -> bool:
        """Wait until the answer is due; return whether the server stopped meanwhile."""
        left = request.received + response.after_seconds - time.monotonic()
        return left > 0 and self.server.stopping.wait(left)

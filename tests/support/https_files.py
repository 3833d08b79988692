"""An https server on loopback whose certificate only those trust who are told to: files, and what no file should be."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.support.certificates import SelfSigned, self_signed

ENDLESS = object()
"""A file that never ends."""


@dataclass(frozen=True)
class Redirect:
    """What leads to another address."""

    to: str


ENDLESS_ON_THE_WAY = object()
"""An answer that leads to another address, with a body that never ends."""

DRIPPING = object()
"""An answer whose head never ends, and comes in pieces that keep any reader's patience."""


CUT_SHORT = object()
"""A file of which less comes than was announced."""


@dataclass(frozen=True)
class HttpsFiles:
    """`asked` are the paths that were asked for, with the headers of each request."""

    url: str
    certificate: SelfSigned
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def context(self) -> ssl.SSLContext:
        """Return a context that trusts this server alone."""
        return ssl.create_default_context(cafile=str(self.certificate.certificate))


@contextmanager
def https_files(folder: Path, files: Mapping[str, bytes | Redirect | object]) -> Iterator[HttpsFiles]:
    """Serve `files` by their paths, until the end of the block."""
    certificate = self_signed(folder)
    asked: list[tuple[str, dict[str, str]]] = []
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, dict(self.headers)))
            content = files.get(self.path)
            if isinstance(content, Redirect):
                self.send_response(302)
                self.send_header("Location", content.to)
                self.end_headers()
            elif isinstance(content, bytes):
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            elif content is ENDLESS or content is ENDLESS_ON_THE_WAY:
                self.send_response(200 if content is ENDLESS else 302)
                if content is ENDLESS_ON_THE_WAY:
                    self.send_header("Location", "/team.toml")
                self.end_headers()
                with suppress(OSError):
                    while True:
                        self.wfile.write(b"# more\n" * 1000)
            elif content is CUT_SHORT:
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b"# the beginning\n")
            elif content is DRIPPING:
                with suppress(OSError):
                    while not ended.wait(0.1):
                        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            else:
                self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            pass  # a client that trusts nobody hangs up

    with Server(("127.0.0.1", 0), Handler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.certificate, certificate.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield HttpsFiles(f"https://127.0.0.1:{server.server_address[1]}", certificate, asked)
        finally:
            ended.set()
            server.shutdown()
            thread.join()

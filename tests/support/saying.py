"""A server on loopback that answers whatever it is told to, over connections that stay open."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Saying:
    """What the server says next, to each request: `status`, `headers` and `body`. `paths` are answered otherwise."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = b""
        self.paths: dict[str, tuple[int, dict[str, str], bytes]] = {}

    def says(self, body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        """Say this from now on; `x_y` is the header X-Y."""
        self.status, self.body = status, body
        self.headers = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}


@contextmanager
def saying() -> Iterator[Saying]:
    """Run the server for a test."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Otherwise each answer would wait for the acknowledgement of its head.
        disable_nagle_algorithm = True
        wbufsize = -1

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.partition("?")[0]
            status, headers, body = told.paths.get(path, (told.status, told.headers, told.body))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the base class's names

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        told = Saying(server.server_port)
        thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()

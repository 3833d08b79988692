"""A loopback page that stands for a notebook: who asked for it, and what they sent along."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGE = b"<!doctype html><title>A notebook</title><link rel=icon href='data:,'><h1>A notebook</h1>"


@dataclass(frozen=True)
class Visit:
    """One GET that arrived."""

    path: str
    referer: str | None


class TargetPage:
    """Answers every GET with a small page and keeps what was asked for."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.visits: list[Visit] = []

    def url(self, token: str) -> str:
        """Return the address of the page with `token` in its query, as a presigned URL has one."""
        return f"http://127.0.0.1:{self._port}/?authToken={token}"

    def visits_with(self, token: str) -> list[Visit]:
        """Return the visits that brought `token`."""
        return [visit for visit in self.visits if token in visit.path]


@contextmanager
def target_page() -> Iterator[TargetPage]:
    """Serve a page for as long as the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page.visits.append(Visit(self.path, self.headers["Referer"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        page = TargetPage(server.server_port)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield page
        finally:
            server.shutdown()
            thread.join()

"""What stands before a notebook instance's Jupyter, on loopback: a presigned URL sets a cookie, all else needs it."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import json
import secrets
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tray.model.notebooks import AuthorizedUrl

COOKIE = "NotebookGate"
STARTED = "2026-11-26T08:00:00.000000Z"
STATUS = {"started": STARTED, "last_activity": STARTED, "kernels": 0, "connections": 0}
JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = b"<html><meta http-equiv=refresh content=3><p>Starting\xe2\x80\xa6</p></html>"
API = ("/api/status", "/api/kernels", "/api/terminals")

Said = tuple[int, dict[str, str], bytes]


@dataclass
class Gate:
    """A running gate. `asked` has the path of each request, and `cookies` the cookies that came with it.

    `instead` may answer a path in the gate's own way: status, head and body. `leads_to` is where a presigned URL
    redirects.
    """

    port: int
    token: str
    cookie: str
    behind: int | None = None
    leads_to: str = "/"
    instead: Callable[[str], Said | None] = lambda _path: None
    asked: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)

    def url(self) -> AuthorizedUrl:
        """Return a presigned URL."""
        return AuthorizedUrl(f"http://127.0.0.1:{self.port}/?authToken={self.token}&view=lab")


@contextmanager
def jupyter_gate(behind: int | None = None) -> Iterator[Gate]:
    """Run one inside the block, before the Jupyter on the port `behind`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1
        back: http.client.HTTPConnection | None = None

        def do_GET(self) -> None:
            given = self.headers.get("Cookie", "")
            parts = urlsplit(self.path)
            gate.asked.append(parts.path)
            gate.cookies.append(given)
            own = gate.instead(parts.path)
            if own is not None:
                self.say(*own)
            elif parse_qs(parts.query).get("authToken") == [gate.token]:
                cookie = f"{COOKIE}={gate.cookie}; Path=/; HttpOnly; Max-Age=3600; SameSite=Lax"
                self.say(302, {"Location": gate.leads_to, "Set-Cookie": cookie}, b"")
            elif f"{COOKIE}={gate.cookie}" not in given.split("; "):
                self.say(403, {"Content-Type": "text/html"}, b"<p>Sign in</p>")
            else:
                self.pass_on()

        def pass_on(self) -> None:
            try:
                if gate.behind is None:
                    raise ConnectionRefusedError
                if self.back is None:
                    self.back = http.client.HTTPConnection("127.0.0.1", gate.behind, timeout=60)
                self.back.request("GET", self.path, headers={"Accept": self.headers.get("Accept", "")})
                answer = self.back.getresponse()
                body = answer.read()
            except OSError:
                self.back = None
                self.say(502, {"Content-Type": "text/html"}, b"<p>Bad gateway</p>")
                return
            kept = {name: value for name, value in answer.getheaders() if name in ("Content-Type", "Location", "Date")}
            self.say(answer.status, kept, body)

        def say(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            if "Date" not in headers:
                headers = {"Date": self.date_time_string(), **headers}
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def finish(self) -> None:
            if self.back is not None:
                self.back.close()
            with contextlib.suppress(OSError):
                super().finish()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with _listening(Handler) as port:
        gate = Gate(port, secrets.token_urlsafe(24), secrets.token_urlsafe(24), behind)
        yield gate


def idle(path: str) -> Said | None:
    """Answer as an idle Jupyter does, to what has the cookie's way behind it."""
    if path in API:
        return 200, JSON, json.dumps(STATUS if path == API[0] else []).encode()
    return (200, HTML, PAGE) if path == "/lab" else None


def instead(gate: Gate, path: str, *said: object) -> None:
    """Have the gate answer `path` with a status, a head and a body, and all else as an idle Jupyter."""
    gate.instead = lambda asked: said if asked == path else idle(asked)  # type: ignore[assignment, return-value]


@contextmanager
def raw_host(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Have `answer` speak to each connection once its request's head is read; give the port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                self.request.settimeout(60)
                head = b""
                while b"\r\n\r\n" not in head:
                    if not (more := self.request.recv(4096)):
                        return
                    head += more
                answer(self.request)

    with _listening(Handler) as port:
        yield port


@contextmanager
def _listening(handler: type[socketserver.BaseRequestHandler]) -> Iterator[int]:
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()

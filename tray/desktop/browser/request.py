"""One HTTP request to the one-shot redirect, and the bytes of its answer. Pure: no socket, no clock.

Written by hand because `http.server` is too generous for a page that is worth a password: it answers methods it
does not know with 501 and pages of text, and it looks neither at `Host` nor at an end to slow senders. What it
would cost to import besides is felt at the command line.
"""

from __future__ import annotations

import re
import secrets
from http import HTTPStatus

# Cookies belong to a host and not to a port (RFC 6265, section 8.5): what a local JupyterLab set for 127.0.0.1
# comes along with our request too, and can be tens of kilobytes.
MAXIMUM_HEAD_BYTES = 64 * 1024

_REQUEST_LINE = re.compile(r"GET ([!-~]+) HTTP/1\.[01]")
# RFC 9110, section 5: a token, a colon right behind it, and a value without control characters.
_HEADER = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*?)[ \t]*")


def is_complete(received: bytes | bytearray) -> bool:
    """Say whether `received` holds the whole head of a request, or as much as will ever be read of one."""
    return b"\r\n\r\n" in received or b"\n\n" in received or len(received) > MAXIMUM_HEAD_BYTES


def asks_for(received: bytes | bytearray, path: str, port: int) -> bool:
    """Say whether `received` is a well-formed GET of `path` from the address it was given out under.

    `Host` must name loopback and `port`: a page on another site whose name was pointed at 127.0.0.1 after it had
    loaded (DNS rebinding) is told apart from the browser's own visit by that header alone.
    """
    head, end, _body = bytes(received).partition(b"\r\n\r\n")
    if not end or len(head) > MAXIMUM_HEAD_BYTES:
        return False
    request_line, *header_lines = head.decode("latin-1").split("\r\n")
    request = _REQUEST_LINE.fullmatch(request_line)
    headers = [_HEADER.fullmatch(line) for line in header_lines]
    if request is None or not all(headers):
        return False
    hosts = [header[2].lower() for header in headers if header and header[1].lower() == "host"]
    here = (f"127.0.0.1:{port}", f"localhost:{port}")
    return len(hosts) == 1 and hosts[0] in here and secrets.compare_digest(request[1], path)


def answer(status: HTTPStatus, *, location: str | None = None) -> bytes:
    """Return the answer's bytes: a status and no body, to be kept by no cache and named to no other site."""
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    if location is not None:
        lines.append(f"Location: {location}")
    lines += [
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "Content-Length: 0",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii")

"""One HTTP request to a page on loopback. Pure: no socket, no clock.

Written by hand because `http.server` is too generous for a page that is worth a password: it answers unknown methods
with 501 and pages of text, doesn't check `Host`, and sets no time limit for slow senders. Importing it would also make
the command line noticeably slower.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# Cookies belong to a host and not to a port (RFC 6265, section 8.5): the browser also sends us the cookies that a local
# JupyterLab set for 127.0.0.1, which can be tens of kilobytes.
MAXIMUM_HEAD_BYTES = 64 * 1024

_A, _Z = b"AZ"
_REQUEST_LINE = re.compile(r"([A-Z]{1,16}) ([!-~]+) HTTP/1\.[01]")
# RFC 9110, section 5: a token, a colon right behind it, and a value without control characters.
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_LENGTH = re.compile(r"[0-9]{1,12}")

# What a browser says of a page that it fetches ahead of the user, and may never show:
# https://wicg.github.io/nav-speculation/prefetch.html (Sec-Purpose); the others are older, of Chromium and Safari
# (Purpose), of Firefox (X-Moz), and of Safari's previews (X-Purpose).
_AHEAD = frozenset({"sec-purpose", "purpose", "x-moz", "x-purpose"})
# What a browser says of a page that it shows: https://www.w3.org/TR/fetch-metadata/. Of an icon, an image or a script,
# each of these is something else.
_SHOWN = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request to this server. Its repr shows only the method, as the rest may be secret.

    `target` is as the request line has it; header names are in lower case.
    """

    method: str
    target: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The target without its query; nothing in it is decoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """What follows the target's question mark; nothing in it is decoded."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str:
        """Return the value of the header `name` (in lower case); "" if there is none, or more than one."""
        values = [value for known, value in self.headers if known == name]
        return values[0] if len(values) == 1 else ""


def is_complete(received: bytes | bytearray) -> bool:
    """Say whether `received` holds the whole head of a request, or what can never become one.

    That is as many bytes as a head may have, or another beginning than a method's: a browser that tries TLS first falls
    back to HTTP as soon as it is told.
    """
    if received and not _A <= received[0] <= _Z:
        return True
    return b"\r\n\r\n" in received or b"\n\n" in received or len(received) > MAXIMUM_HEAD_BYTES


def parse_head(received: bytes | bytearray, port: int) -> PageRequest | None:
    """Return the request, still without its body; None if it is malformed, or not meant for `port` here.

    `Host` must name loopback and `port`. Only that header gives away DNS rebinding: a page of another site, whose name
    was pointed at 127.0.0.1 after the page had loaded.
    """
    head, end, _body = bytes(received).partition(b"\r\n\r\n")
    if not end or len(head) > MAXIMUM_HEAD_BYTES:
        return None
    request_line, *header_lines = head.decode("latin-1").split("\r\n")
    request = _REQUEST_LINE.fullmatch(request_line)
    headers = tuple(header for line in header_lines if (header := _header(line)))
    if request is None or len(headers) < len(header_lines):
        return None
    parsed = PageRequest(request[1], request[2], headers)
    here = (f"127.0.0.1:{port}", f"localhost:{port}")
    return parsed if parsed.header("host").lower() in here else None


def _header(line: str) -> tuple[str, str] | None:
    """Return the name and the value of a header; None if it is malformed. Takes time in proportion to the length."""
    name, colon, value = line.partition(":")
    if not colon or not _HEADER_NAME.fullmatch(name) or _CONTROL.search(value):
        return None
    return name.lower(), value.strip(" \t")


def is_visit(request: PageRequest) -> bool:
    """Say whether the browser shows the user what it asks for.

    It doesn't if it prefetches or previews the page, looks for a part of it (`Range`, as downloaders and scanners do),
    or wants an image or a script. Who says nothing of this (older browsers, other programs) is taken for a visitor.
    """
    if any(name in _AHEAD or name == "range" for name, _ in request.headers):
        return False
    if request.header("sec-fetch-site") == "same-origin":
        return True  # a page of ours looks again
    return all(value.lower() == _SHOWN[name] for name, value in request.headers if name in _SHOWN)


def body_bytes(request: PageRequest) -> int | None:
    """Return the length of the body of `request`; None if the request doesn't say it as browsers do.

    Chunked bodies are not accepted: no browser sends a form in chunks.
    """
    names = [name for name, _ in request.headers]
    if "transfer-encoding" in names:
        return None
    if "content-length" not in names:
        return 0
    length = request.header("content-length")
    return int(length) if _LENGTH.fullmatch(length) else None


def body_start(received: bytes | bytearray) -> int:
    """Return where the body begins in a request whose head is complete."""
    return received.index(b"\r\n\r\n") + 4

"""The answers of a page on loopback: an answer that is ready, or one that another thread gives later."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

_HEADER_VALUE = re.compile(r"[!-~]+")


def fits_header(value: str) -> bool:
    """Say whether an HTTP header can carry `value` as an address: printable ASCII without spaces."""
    return _HEADER_VALUE.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """A complete HTTP answer, which no cache may keep.

    After an answer with `last`, the server ends, once that answer was sent or the browser hung up.
    """

    status: HTTPStatus
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    location: str | None = field(default=None, repr=False)
    referrer_policy: str = "no-referrer"
    last: bool = False

    def to_bytes(self) -> bytes:
        """Return the answer as the bytes to send."""
        lines = [f"HTTP/1.1 {self.status.value} {self.status.phrase}"]
        if self.location is not None:
            lines.append(f"Location: {self.location}")
        lines += [
            *(f"{name}: {value}" for name, value in self.headers),
            "Cache-Control: no-store",
            f"Referrer-Policy: {self.referrer_policy}",
            f"Content-Length: {len(self.body)}",
            "Connection: close",
        ]
        return "\r\n".join([*lines, "", ""]).encode("ascii") + self.body


class Pending:
    """An answer that another thread gives later. `otherwise` is sent if none comes within `within_seconds`."""

    def __init__(self, within_seconds: float, otherwise: PageAnswer) -> None:
        self.within_seconds = within_seconds
        self.otherwise = otherwise
        self._lock = threading.Lock()
        self._answer: PageAnswer | None = None
        self._heard: Callable[[PageAnswer], None] | None = None
        self.abandoned = False  # the browser has hung up; set by the server

    def complete(self, answer: PageAnswer) -> None:
        """Send `answer`. May be called from any thread; the first call counts."""
        with self._lock:
            if self._answer is not None:
                return
            self._answer = answer
            heard = self._heard
        if heard is not None:
            heard(answer)

    def when_complete(self, heard: Callable[[PageAnswer], None]) -> None:
        """Call `heard` with the answer: at once if there is one, else when it comes. For the server."""
        with self._lock:
            self._heard = heard
            answer = self._answer
        if answer is not None:
            heard(answer)

"""The cookies that the notebook hosts give for a presigned URL, as SageMaker's own gate does."""

from __future__ import annotations

import re
import secrets
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.demo.clock import Clock
    from tray.demo.links import Link

_TOKEN_BYTES = 32
_COOKIE = re.compile(r"notebook-tray-host-[^=;\s]+=([\w-]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class HostSession:
    """A browser's session in one notebook instance, until it expires."""

    link: Link
    number: int
    expires: datetime

    def link_at(self, now: datetime) -> Link:
        """Return the link with the seconds that are left of the session."""
        return replace(self.link, session_seconds=max(0, round((self.expires - now).total_seconds())))


class HostSessions:
    """The sessions that have not expired, safe to use from many threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, HostSession] = {}
        self._begun = 0

    def begin(self, link: Link, port: int) -> tuple[HostSession, str]:
        """Return a new session, and the Set-Cookie header that begins it in a browser.

        Cookies don't tell ports apart, so the cookie's name has the endpoint's port in it.
        """
        now = self._clock()
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with self._lock:
            self._begun += 1
            session = HostSession(link, self._begun, now + timedelta(seconds=link.session_seconds))
            self._sessions = {kept: known for kept, known in self._sessions.items() if now < known.expires}
            self._sessions[token] = session
        name = f"notebook-tray-host-{port}-{link.region}-{link.name}"
        return session, f"{name}={token}; Max-Age={link.session_seconds}; Path=/; HttpOnly; SameSite=Lax"

    def find(self, cookies: str, region: str = "", name: str = "") -> HostSession | None:
        """Return the latest session among a request's cookies: of one notebook instance, or of any; None if none."""
        now = self._clock()
        with self._lock:
            known = [self._sessions[token] for token in _COOKIE.findall(cookies) if token in self._sessions]
        good = [
            each
            for each in known
            if now < each.expires and (not name or (each.link.region, each.link.name) == (region, name))
        ]
        return max(good, key=lambda each: each.number, default=None)

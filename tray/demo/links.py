"""Presigned URLs: tokens that open a notebook instance once, within five minutes."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tray.demo.clock import Clock, utc_now

if TYPE_CHECKING:
    from tray.demo.world import NotebookInstance

# "The URL that you get from a call to CreatePresignedNotebookInstanceUrl is valid only for 5 minutes."
# (SageMaker API reference, CreatePresignedNotebookInstanceUrl)
LINK_SECONDS = 5 * 60

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Link:
    """What a presigned URL leads to: a notebook instance, and a session of `session_seconds` in it."""

    account_id: str
    region: str
    name: str
    session_seconds: int
    expires: datetime


class PresignedLinks:
    """The presigned URLs that were handed out and not yet used, safe to use from many threads."""

    def __init__(self, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._links: dict[str, Link] = {}

    def create(self, notebook: NotebookInstance, session_seconds: int) -> str:
        """Return a new token of 256 bits that opens `notebook` for a session of that many seconds."""
        now = self._clock()
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        link = Link(
            notebook.account_id,
            notebook.region,
            notebook.name,
            session_seconds,
            now + timedelta(seconds=LINK_SECONDS),
        )
        with self._lock:
            self._links = {kept: known for kept, known in self._links.items() if now < known.expires}
            self._links[token] = link
        return token

    def redeem(self, token: str, region: str, name: str) -> Link | None:
        """Use a token up and return its link; None if the token is unknown, used, too old or another notebook's."""
        now = self._clock()
        with self._lock:
            link = self._links.get(token)
            if link is None or (link.region, link.name) != (region, name):
                return None
            del self._links[token]
        return link if now < link.expires else None

"""Sign-in tokens of Identity Center, refreshed once for all AWS profiles that share one, and ahead of time.

botocore refreshes a token once for each botocore session: 50 profiles would use one refresh token 50 times at once,
and would ask 50 times whether it is still refused.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError

# The program lists, and checks what expires soon, every 15 minutes at the latest; botocore's own 15 minutes are added.
AHEAD_SECONDS = 31 * 60
# AWS keeps refusing a refused token until a sign-in writes another. It is tried again after this time all the same.
_REFUSED_SECONDS = 600.0
# A refreshing that failed without a network is tried again at the next refresh, and not by every waiting profile.
_UNREACHABLE_SECONDS = 20.0

_Token = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Refreshing:
    """The result of refreshing one token, with its time by the monotonic clock. Without a token, AWS refused."""

    access_token: str = field(repr=False)
    at: float
    new: _Token | None = field(default=None, repr=False)
    error: BotoCoreError | None = None

    def stands(self) -> bool:
        age = time.monotonic() - self.at
        if self.error is not None:
            return age < _UNREACHABLE_SECONDS
        # The new token also serves profiles that read the file just before it was written.
        return age < _REFUSED_SECONDS


class SharedTokens:
    """The state of the tokens of all sso-sessions. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._refreshing: dict[str, threading.Lock] = {}
        self._attempts: dict[str, _Refreshing] = {}
        self._refused: dict[str, float] = {}

    def refreshed(self, session_name: str, token: _Token, refresh: Callable[[_Token], _Token | None]) -> _Token | None:
        """Return the token that `refresh` gives for `token`, or just gave for another AWS profile.

        :raises botocore.exceptions.BotoCoreError: AWS can't be reached
        """
        with self._lock:
            refreshing = self._refreshing.setdefault(session_name, threading.Lock())
        # Threads that wait here all want this token; the client's time limits bound each try.
        with refreshing:
            attempt = self._attempts.get(session_name)
            if attempt is None or attempt.access_token != token["accessToken"] or not attempt.stands():
                attempt = self._attempts[session_name] = _attempt(token, refresh)
        if attempt.error is not None:
            raise attempt.error.with_traceback(None)
        return dict(attempt.new) if attempt.new is not None else None

    def refuse(self, access_token: str) -> None:
        """Note that AWS doesn't accept a token, though it has not expired."""
        now = time.monotonic()
        with self._lock:
            self._refused = {digest: at for digest, at in self._refused.items() if now - at < _REFUSED_SECONDS}
            self._refused[_digest(access_token)] = now

    def is_refused(self, access_token: str) -> bool:
        """Whether AWS refused a token in the last minutes."""
        with self._lock:
            at = self._refused.get(_digest(access_token))
        return at is not None and time.monotonic() - at < _REFUSED_SECONDS


def _attempt(token: _Token, refresh: Callable[[_Token], _Token | None]) -> _Refreshing:
    access_token, error, new = token["accessToken"], None, None
    try:
        new = refresh(token)
    except BotoCoreError as failure:
        error = failure
    return _Refreshing(access_token, time.monotonic(), new, error)


def _digest(access_token: str) -> str:
    return hashlib.sha256(access_token.encode()).hexdigest()

"""Paces the calls to services that hand out credentials or tell of accounts, separately for each host and service.

The portal of IAM Identity Center, STS and similar services refuse calls beyond a certain number per second. They are
asked for each profile, and botocore's further attempts at hundreds of refused calls are too fast again. The allowed
rate is not documented, so the program learns it: at the first refusals, it counts the calls that the service accepted
in the last second. Attempts then begin evenly spread at a slightly lower rate. The rate rises slowly until the next
refusal.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tray.aws.botocore_patches.limits import not_counted
from tray.aws.errors.codes import THROTTLING_CODES

# The most attempts at once until a service has refused one: with more, the first refusal would hit more of them.
MOST_AT_ONCE = 16
# After this pause, a service that counts calls per second has forgotten those that it refused.
_PAUSE_SECONDS = 1.0
_BELOW = 0.95
_SLOWER = 0.8
_FASTER = 1.02
_FASTER_AFTER_SECONDS = 5.0
_SLOWEST = 0.5


class RateLimit:
    """Decides when attempts to call one service may begin. Safe to use from many threads; `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._running = 0
        self._taken: deque[float] = deque(maxlen=4096)
        self._next = 0.0
        self._judged = 0.0
        self._counted_since: float | None = None
        self._rate: float | None = None

    @property
    def rate(self) -> float | None:
        """How many attempts may begin per second; None as long as no call was refused."""
        return self._rate

    def begin(self) -> float:
        """Wait until an attempt may begin, in the order of the callers; return the time at which it begins."""
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            try:
                while (left := self._left(ticket)) > 0:
                    self._changed.wait(None if left == float("inf") else left)
                now = self._clock()
                if self._rate is not None:
                    self._next = max(now, self._next) + 1 / self._rate
                self._running += 1
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()
        return now

    def end(self, began: float, *, refused: bool) -> None:
        """Note the end of an attempt, and whether the service refused it because of its pace."""
        with self._changed:
            now = self._clock()
            self._running = max(0, self._running - 1)
            if refused:
                self._slow_down(began, now)
            else:
                self._taken.append(now)
                if self._counted_since is not None and now < self._judged:
                    # It was under way at the first refusal, and the service has accepted it too.
                    self._rate = self._accepted(self._counted_since)
                else:
                    self._counted_since = None
                    self._speed_up(now)
            self._changed.notify_all()

    def _left(self, ticket: object) -> float:
        if self._waiting[0] is not ticket:
            return float("inf")
        if self._rate is None:
            return float("inf") if self._running >= MOST_AT_ONCE else 0.0
        return self._next - self._clock()

    def _slow_down(self, began: float, now: float) -> None:
        if self._rate is not None and began < self._judged:
            return  # the attempt began before the present pause, and tells nothing new
        if self._rate is None:
            self._counted_since = now - _PAUSE_SECONDS
            self._rate = self._accepted(self._counted_since)
        else:
            self._rate = max(_SLOWEST, _SLOWER * self._rate)
        self._next = self._judged = now + _PAUSE_SECONDS

    def _accepted(self, since: float) -> float:
        return max(_SLOWEST, _BELOW * sum(at > since for at in self._taken))

    def _speed_up(self, now: float) -> None:
        if self._rate is not None and now - self._judged > _FASTER_AFTER_SECONDS:
            self._rate *= _FASTER
            self._judged = now


class RateLimits:
    """The limits of all services that are asked for credentials, as handlers of botocore's events.

    botocore runs the handlers of a call in the call's own thread: `before-send` ahead of each attempt, and
    `needs-retry` after it (https://boto3.amazonaws.com/v1/documentation/api/latest/guide/events.html).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limits: dict[tuple[str, str], RateLimit] = {}
        self._attempt = threading.local()

    def register(self, hooks: Any) -> None:
        """Pace all clients that are made with these hooks from now on."""
        for service in ("sso", "sso-oidc", "sts", "account"):
            hooks.register_first(f"before-send.{service}", self.before_send)
            hooks.register_first(f"needs-retry.{service}", self.needs_retry)

    def before_send(self, event_name: str, request: Any, **_: Any) -> None:
        """Wait for this attempt's turn."""
        self._done(refused=False)  # for an earlier attempt whose end was not reported
        key = urlsplit(request.url).netloc, event_name.split(".")[1]
        with self._lock:
            limit = self._limits.setdefault(key, RateLimit())
        with not_counted():
            self._attempt.under_way = limit, limit.begin()

    def needs_retry(self, response: Any = None, **_: Any) -> None:
        """Note how an attempt ended; botocore's own handlers decide whether there is another."""
        code = response[1].get("Error", {}).get("Code") if response is not None else None
        self._done(refused=code in THROTTLING_CODES)

    def _done(self, *, refused: bool) -> None:
        limit, began = getattr(self._attempt, "under_way", (None, 0.0))
        if limit is not None:
            self._attempt.under_way = None, 0.0
            limit.end(began, refused=refused)

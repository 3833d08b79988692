"""What was asked of the endpoint, for tests and benchmarks to look at."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# A tray that runs for weeks on the demo must not fill the memory.
_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `caller` is the principal's ARN and empty where nobody signed; `error` is empty if none.

    `parameters` is the request's input without tokens: a `NextToken` is there, but not what it says.
    """

    at: datetime
    operation: str
    account_id: str
    region: str
    caller: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


class Recorder:
    """The latest calls, oldest first, safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque(maxlen=_LIMIT)

    def record(self, call: Call) -> None:
        """Add a call."""
        with self._lock:
            self._calls.append(call)

    def calls(self, operation: str | None = None) -> tuple[Call, ...]:
        """Return the calls so far: all, or those of one operation."""
        with self._lock:
            return tuple(call for call in self._calls if operation in (None, call.operation))

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()

"""What goes wrong on purpose, and how long answers take."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from enum import Enum


class Trouble(Enum):
    """How a call goes wrong."""

    ERROR = "error"  # an AWS error of the fault's code
    DROP = "drop"  # the connection is closed without an answer
    HANG = "hang"  # no answer comes
    GARBAGE = "garbage"  # status 200, and a body that is no JSON


@dataclass(frozen=True, slots=True)
class Fault:
    """A trouble for the calls that match: None matches all. `times` is how often, None for always.

    An error without a `message` gets the words that AWS uses for its code. Clients that retry use up one
    time with each attempt.
    """

    trouble: Trouble
    code: str = ""
    message: str = ""
    status: int = 400
    operation: str | None = None
    account_id: str | None = None
    region: str | None = None
    times: int | None = None

    def matches(self, operation: str, account_id: str, region: str) -> bool:
        """Return whether a call is meant."""
        return (
            self.operation in (None, operation)
            and self.account_id in (None, account_id)
            and self.region in (None, region)
        )


@dataclass(slots=True)
class _Bucket:
    """Tokens that calls take, which come back at a rate: at most as many as a second brings."""

    calls_a_second: float
    tokens: float
    at: float

    def takes(self, now: float) -> bool:
        self.tokens = min(self.calls_a_second, self.tokens + (now - self.at) * self.calls_a_second)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Faults:
    """The faults and latencies in force, safe to change while requests are answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[tuple[Fault, int | None]] = []
        self._latency_seconds: dict[str | None, float] = {}
        self._rates: dict[str, _Bucket] = {}

    def add(self, fault: Fault) -> None:
        """Put a fault in force, after those that already are: the first that matches a call strikes."""
        with self._lock:
            self._faults.append((fault, fault.times))

    def clear(self) -> None:
        """End all faults and latencies."""
        with self._lock:
            self._faults.clear()
            self._latency_seconds.clear()
            self._rates.clear()

    def set_rate(self, operation: str, calls_a_second: float) -> None:
        """Have an operation refuse what comes faster, once so many calls as come in a second were taken at once."""
        with self._lock:
            self._rates[operation] = _Bucket(calls_a_second, calls_a_second, time.monotonic())

    def set_latency(self, seconds: float, operation: str | None = None) -> None:
        """Have answers of an operation (None: of each without a latency of its own) take this long."""
        with self._lock:
            self._latency_seconds[operation] = seconds

    def latency_seconds(self, operation: str) -> float:
        """Return how long after its request an answer of `operation` leaves."""
        with self._lock:
            return self._latency_seconds.get(operation, self._latency_seconds.get(None, 0.0))

    def strike(self, operation: str, account_id: str, region: str) -> Fault | None:
        """Return the fault that a call meets, if any, and count it."""
        with self._lock:
            if operation in self._rates and not self._rates[operation].takes(time.monotonic()):
                return Fault(Trouble.ERROR, "TooManyRequestsException", "HTTP 429 Unknown Code", status=429)
            for index, (fault, left) in enumerate(self._faults):
                if fault.matches(operation, account_id, region) and left != 0:
                    if left is not None:
                        self._faults[index] = (fault, left - 1)
                    return fault
        return None

"""What goes wrong on purpose, and how long answers take."""

from __future__ import annotations

import threading
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


class Faults:
    """The faults and latencies in force, safe to change while requests are answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[tuple[Fault, int | None]] = []
        self._latency_seconds: dict[str | None, float] = {}

    def add(self, fault: Fault) -> None:
        """Put a fault in force, after those that already are: the first that matches a call strikes."""
        with self._lock:
            self._faults.append((fault, fault.times))

    def clear(self) -> None:
        """End all faults and latencies."""
        with self._lock:
            self._faults.clear()
            self._latency_seconds.clear()

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
            for index, (fault, left) in enumerate(self._faults):
                if fault.matches(operation, account_id, region) and left != 0:
                    if left is not None:
                        self._faults[index] = (fault, left - 1)
                    return fault
        return None

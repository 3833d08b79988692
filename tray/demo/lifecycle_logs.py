"""What lifecycle scripts printed, as CloudWatch Logs keeps it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_NotebookInstanceLifecycleHook.html
LOG_GROUP = "/aws/sagemaker/NotebookInstances"


def on_start_stream(name: str) -> str:
    """Return the log stream of the script that runs when a notebook instance starts."""
    return f"{name}/LifecycleConfigOnStart"


@dataclass(frozen=True, slots=True)
class LogEvent:
    """A line of a log; `timestamp` is in milliseconds since the epoch."""

    timestamp: int
    message: str


class UnknownLogError(Exception):
    """There is no such log group or log stream; the words are AWS's (localstack/localstack#9226)."""


class LifecycleLogs:
    """The log streams of all accounts and regions, safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams: dict[tuple[str, str], dict[str, tuple[LogEvent, ...]]] = {}

    def write(
        self, account_id: str, region: str, stream: str, lines: Sequence[str], begin: datetime, seconds: float
    ) -> None:
        """Add lines to a log stream, the first at `begin` and the last up to `seconds` later."""
        pause = timedelta(seconds=seconds / max(1, len(lines)))
        added = tuple(
            LogEvent(int((begin + pause * index).timestamp() * 1000), line) for index, line in enumerate(lines)
        )
        with self._lock:
            streams = self._streams.setdefault((account_id, region), {})
            streams[stream] = (*streams.get(stream, ()), *added)

    def read(self, account_id: str, region: str, group: str, stream: str, now: datetime) -> Iterable[LogEvent]:
        """Return the lines of a log stream that were printed until `now`, oldest first.

        :raises UnknownLogError: there is no such group or stream; an account's group begins with its first stream
        """
        until = now.timestamp() * 1000
        with self._lock:
            streams = self._streams.get((account_id, region), {})
            if group != LOG_GROUP or not streams:
                raise UnknownLogError("The specified log group does not exist.")
            if stream not in streams:
                raise UnknownLogError("The specified log stream does not exist.")
            return tuple(event for event in streams[stream] if event.timestamp <= until)

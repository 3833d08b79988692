"""Learns how long starts take, from the last ones of a notebook instance or of its instance type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tray.fleet.files.state_file import StateFile

if TYPE_CHECKING:
    from pathlib import Path

# The tray and the command line share this file.
FILE_NAME = "start-times.json"
# The last starts that count, and of how many notebook instances and types they are kept.
_MOST_TIMES = 5
_MOST_NAMES = 500
# A longer time is no start, but a computer that slept.
_LONGEST_SECONDS = 3600.0


class StartTimes:
    """Keeps ARNs, instance types and times. A file that fails counts as missing. Both methods block for the disk.

    :param path: None to store nothing
    """

    def __init__(self, path: Path | None) -> None:
        self._file = StateFile(path, "how long starts took")

    def expected_seconds(self, arn: str, instance_type: str) -> float | None:
        """Return how long a start is likely to take: as those of this notebook instance, else of its type."""
        stored = self._stored()
        times = stored.get(arn) or stored.get(instance_type) or ()
        return sorted(times)[len(times) // 2] if times else None

    def learn(self, arn: str, instance_type: str, seconds: float) -> None:
        """Note how long a start took."""
        if not 0 < seconds <= _LONGEST_SECONDS:
            return
        times = dict(self._stored())
        for name in (arn, instance_type):
            known = times.pop(name, ())  # put at the end, so that what was not used for longest is dropped first
            times[name] = (*known, round(seconds, 1))[-_MOST_TIMES:]
        self._file.keep({"took": dict(list(times.items())[-_MOST_NAMES:])})

    def _stored(self) -> Mapping[str, tuple[float, ...]]:
        match self._file.stored():
            case {"took": dict() as times}:
                return {name: _times(each) for name, each in list(times.items())[-_MOST_NAMES:]}
        return {}


def _times(stored: Any) -> tuple[float, ...]:
    """Return the times among what is stored. Compared first: an integer may be beyond all floats."""
    times = stored if isinstance(stored, list) else []
    return tuple(
        float(seconds)
        for seconds in times[-_MOST_TIMES:]
        if type(seconds) in (int, float) and 0 < seconds <= _LONGEST_SECONDS
    )

"""What the program keeps of starts from one run to the next: those under way, and how long earlier ones took.

The file has names, ARNs and times, no secrets. A file that fails counts as missing.
"""

from __future__ import annotations

import json
import logging
import os
import statistics
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tray.model.commands import OpenNotebook, StartNotebook
from tray.model.lengths import View
from tray.model.power import Start

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

# The last starts of one notebook instance or instance type that count, and how many are kept in all.
_MOST_TIMES = 5
_MOST_NAMES = 500
_MOST_UNDER_WAY = 100
_MOST_BYTES = 256 * 1024
# A longer time is no start, but a computer that slept.
_LONGEST_SECONDS = 3600.0


def start_notes_path() -> Path:
    """Return the path of the file, in the system's folder for the state of this user's programs."""
    from platformdirs import user_state_path

    return user_state_path("notebook-tray", appauthor=False) / "starts.json"


@dataclass(frozen=True, slots=True)
class Took:
    """How long starts took, in seconds, by ARN and by instance type; the newest come last."""

    times: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def expected_seconds(self, arn: str, instance_type: str) -> float | None:
        """Return how long a start is likely to take: as those of this notebook instance, else of its type."""
        times = self.times.get(arn) or self.times.get(instance_type) or ()
        return statistics.median(times) if times else None

    def and_also(self, arn: str, instance_type: str, seconds: float) -> Took:
        """Return the same with one start more."""
        if not 0 < seconds <= _LONGEST_SECONDS:
            return self
        times = dict(self.times)
        for name in (arn, instance_type):
            known = times.pop(name, ())  # put at the end, so that what was not used for longest is dropped first
            times[name] = (*known, round(seconds, 1))[-_MOST_TIMES:]
        return Took(dict(list(times.items())[-_MOST_NAMES:]))


class StartNotes:
    """Keeps the notes in a file; safe to use from many threads. Every method may block for the disk.

    :param path: None to store nothing
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()

    def load(self) -> tuple[tuple[Start, ...], Took]:
        """Return the starts that were under way, and how long earlier ones took."""
        if self._path is None:
            return (), Took()
        try:
            with self._path.open("rb") as file:
                known = json.loads(file.read(_MOST_BYTES))
            return _starts(known), _took(known)
        except FileNotFoundError:
            pass
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            log.info("the notes on starts can't be read: %s", type(error).__name__)
        return (), Took()

    def keep(self, starts: Sequence[Start], took: Took) -> None:
        """Store both, whole or not at all."""
        if self._path is None:
            return
        text = json.dumps(
            {
                "under_way": [_noted(start) for start in starts[:_MOST_UNDER_WAY]],
                "took": {name: list(times) for name, times in took.times.items()},
            }
        )
        new = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with self._lock:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as to:
                    to.write(text)
                new.replace(self._path)
            except OSError as error:
                log.info("the notes on starts can't be kept: %s", type(error).__name__)
                with suppress(OSError):
                    new.unlink()


def _noted(start: Start) -> dict[str, Any]:
    opens = start.command.opens
    return {
        "profile": start.command.profile,
        "arn": start.command.arn,
        "since": start.since,
        **({"view": opens.view.value, "session_seconds": opens.session_seconds} if opens else {}),
    }


def _starts(known: Any) -> tuple[Start, ...]:
    starts = []
    for each in known["under_way"][:_MOST_UNDER_WAY]:
        profile, arn, since = str(each["profile"]), str(each["arn"]), float(each["since"])
        opens = None
        if "view" in each:
            opens = OpenNotebook(profile, arn, View(each["view"]), int(each["session_seconds"]))
        # Nothing is known of what happened since: any status is a result.
        starts.append(Start(StartNotebook(profile, arn, opens), since, pending=True))
    return tuple(starts)


def _took(known: Any) -> Took:
    times = {
        str(name): tuple(float(seconds) for seconds in seconds_list[-_MOST_TIMES:])
        for name, seconds_list in list(known["took"].items())[-_MOST_NAMES:]
    }
    return Took({name: each for name, each in times.items() if all(0 < at <= _LONGEST_SECONDS for at in each)})

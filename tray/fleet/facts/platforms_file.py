"""Keeps on which platform each notebook instance is, for the tray and for commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tray.fleet.files.shared_state import SharedState
from tray.fleet.schedule import elapsed_seconds

if TYPE_CHECKING:
    from pathlib import Path

    from tray.model.notebooks import Notebook

FILE_NAME = "platforms.json"
# What AWS denies is not asked again for a day.
DENIED_SECONDS = 24 * 3600.0
_MOST, _MOST_DENIED = 1000, 200
_LONGEST_NAME = 64
_LATEST = 1e11  # the year 5138


@dataclass(frozen=True, slots=True)
class NotedPlatforms:
    """What is kept: by ARN, the platform and when the notebook instance had last changed, and when AWS denied it.

    Times are seconds since the epoch.
    """

    platforms: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    denied: Mapping[str, float] = field(default_factory=dict)


class PlatformsFile:
    """Stores ARNs, platforms and times, which are no secrets. A file that fails counts as missing.

    What can't be written is kept in memory: otherwise it would be asked for again and again.

    :param path: None to keep it in memory alone
    """

    def __init__(self, path: Path | None) -> None:
        self._state = SharedState(path, "which platforms there are", read=_read, stored=_stored)

    def load(self) -> NotedPlatforms:
        """Return what is known. Reads a file."""
        return self._state.load()

    def learn(self, notebook: Notebook, platform: str) -> NotedPlatforms:
        """Add what AWS has told of a notebook instance, and return the result. Reads and writes a file."""

        def learnt(known: NotedPlatforms) -> NotedPlatforms:
            platforms = {arn: each for arn, each in known.platforms.items() if arn != notebook.arn}
            denied = {arn: at for arn, at in known.denied.items() if arn != notebook.arn}
            return NotedPlatforms({**platforms, notebook.arn: (platform, changed_at(notebook))}, denied)

        return self._state.change(lambda known: _bounded(learnt(known)))

    def deny(self, notebook: Notebook, now: float) -> NotedPlatforms:
        """Add that AWS has denied it, and return the result. Reads and writes a file."""

        def denied(known: NotedPlatforms) -> NotedPlatforms:
            fresh = {arn: at for arn, at in known.denied.items() if elapsed_seconds(at, now) < DENIED_SECONDS}
            return NotedPlatforms(known.platforms, {**fresh, notebook.arn: now})

        return self._state.change(lambda known: _bounded(denied(known)))


def _read(stored: Any) -> NotedPlatforms:
    match stored:
        case {"platforms": dict(platforms), "denied": dict(denied)}:
            return NotedPlatforms(_platforms(platforms), {arn: at for arn, at in denied.items() if _is_time(at)})
    return NotedPlatforms()


def _stored(known: NotedPlatforms) -> object:
    return {"platforms": known.platforms, "denied": known.denied}


def _bounded(known: NotedPlatforms) -> NotedPlatforms:
    # Together they are shorter than what a state file may hold.
    return NotedPlatforms(dict([*known.platforms.items()][-_MOST:]), dict([*known.denied.items()][-_MOST_DENIED:]))


def changed_at(notebook: Notebook) -> float:
    """Return when a notebook instance last changed, in seconds since the epoch; 0 if that isn't known."""
    return notebook.modified.timestamp() if notebook.modified is not None else 0.0


def _platforms(noted: Mapping[str, object]) -> dict[str, tuple[str, float]]:
    """Return the noted platforms that make sense; the others hide none of them."""
    found: dict[str, tuple[str, float]] = {}
    for arn, each in noted.items():
        match each:
            case [str(name), int() | float() as changed] if _is_time(changed):
                if len(name) <= _LONGEST_NAME and name.isprintable():
                    found[arn] = (name, float(changed))
    return found


def _is_time(value: object) -> bool:
    # Compared before anything is computed: NaN, infinity and numbers beyond all floats are valid JSON to Python.
    return isinstance(value, int | float) and 0 <= value <= _LATEST

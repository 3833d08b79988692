"""How long the sample notebook instances ran on the last days: a file as the tray keeps one, for the page to show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tray.demo.clock import Clock, utc_now

if TYPE_CHECKING:
    from tray.demo.world import NotebookInstance

FILE_NAME = "running-hours.json"
_DAYS = 14
# Hours a day, from thirteen days ago until today: office hours, one that was left running, one used now and then.
_HOURS: Mapping[str, Sequence[float]] = {
    "churn-model": (8.5, 0, 0, 7, 9.5, 8, 8, 7.5, 0, 0, 9, 8.5, 6, 3.2),
    "claims-text-mining": (24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 11, 0, 16, 8),
    "demand-forecast": (0, 0, 0, 5, 0, 0, 6.5, 0, 0, 0, 4, 0, 0, 7.8),
    "customer-segments": (0, 0, 0, 3, 2.5, 0, 0, 4, 0, 0, 1.5, 0, 0, 0),
    "weekly-report": (2, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0),
    "survey-cleaning": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 5, 3, 4),
}
# Of these, the hours in which nothing worked: what a look before a stop would have found.
_IDLE: Mapping[str, Sequence[float]] = {
    "claims-text-mining": (14, 24, 24, 13, 15, 14, 14, 24, 24, 14, 3, 0, 6, 8),
    "churn-model": (1.5, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 2, 0, 0),
}
# The computer was off for a while, and what has changed meanwhile isn't known of any.
_UNSEEN_DAYS = (1, 2)


def write_sample_days(folder: Path, notebooks: Sequence[NotebookInstance], clock: Clock = utc_now) -> None:
    """Write the file into `folder`, which is made."""
    now = clock().astimezone()
    until, day = int(now.timestamp() // 360), now.date().toordinal()
    seen = [0 if day in _UNSEEN_DAYS else _lasted(day, now) for day in range(_DAYS)]
    places: dict[str, dict[str, Any]] = {}
    for each in notebooks:
        place = places.setdefault(
            each.arn[: -len(each.name)],
            {
                "until": until,
                "day": day,
                "watched": bytes(seen).hex(),
                "ran": {},
                "missed": {},
                "spent": {
                    "since": until - _DAYS * 240,
                    "day": day,
                    "ran": {},
                    "idle": {},
                    "watched": seen,
                    "missed": [],
                    "idle_until": {},
                },
            },
        )
        row, idle = (_tenths(of.get(each.name, ()), seen) for of in (_HOURS, _IDLE))
        place["ran"][each.name] = bytes(row).hex()
        spent = place["spent"]
        spent["idle_until"][each.name] = until
        for sums, more in ((spent["ran"], row), (spent["idle"], idle)):
            before = sums.get(each.instance_type, [0] * _DAYS)
            sums[each.instance_type] = [a + b for a, b in zip(before, more, strict=True)]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / FILE_NAME).write_text(json.dumps({"places": places}), "utf-8")


def _tenths(hours: Sequence[float], most: Sequence[int]) -> list[int]:
    """Return hours a day in tenths: no more than of the day has been."""
    return [min(round(each * 10), of_day) for each, of_day in zip(hours or (0,) * _DAYS, most, strict=True)]


def _lasted(day: int, now: datetime) -> int:
    """Return for how many tenths of hours a day has lasted."""
    return 240 if day < _DAYS - 1 else (now.hour * 60 + now.minute) // 6

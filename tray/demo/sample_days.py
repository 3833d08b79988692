"""How long the sample notebook instances ran on the last days: a file as the tray keeps one, for the page to show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

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
# The computer was off for a while, and what has changed meanwhile isn't known of any.
_UNSEEN_DAYS = (1, 2)


def write_sample_days(folder: Path, notebooks: Sequence[NotebookInstance], clock: Clock = utc_now) -> None:
    """Write the file into `folder`, which is made."""
    now = clock().astimezone()
    seen = [0 if day in _UNSEEN_DAYS else _lasted(day, now) for day in range(_DAYS)]
    ran: dict[str, dict[str, str]] = {}
    for each in notebooks:
        hours = _HOURS.get(each.name, (0,) * _DAYS)
        row = bytes(min(round(of_day * 10), most) for of_day, most in zip(hours, seen, strict=True))
        ran.setdefault(each.arn[: -len(each.name)], {})[each.name] = row.hex()
    counted = {
        "until": int(now.timestamp() // 360),
        "day": now.date().toordinal(),
        "watched": bytes(seen).hex(),
        "missed": {},
    }
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    places = {place: {**counted, "ran": rows} for place, rows in ran.items()}
    (folder / FILE_NAME).write_text(json.dumps({"places": places}), "utf-8")


def _lasted(day: int, now: datetime) -> int:
    """Return for how many tenths of hours a day has lasted."""
    return 240 if day < _DAYS - 1 else (now.hour * 60 + now.minute) // 6

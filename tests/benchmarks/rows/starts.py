"""Twenty starts that are followed for an hour, by what the first minutes of it cost."""

from __future__ import annotations

import json
import time
from pathlib import Path

from tests.benchmarks import proc
from tests.benchmarks.bench import Bench, tray
from tests.benchmarks.figures import Row, Samples, Unit
from tests.benchmarks.stage import Stage, stage
from tests.benchmarks.world import Size, account_of, notebook_name
from tray.fleet.schedule import (
    LATER_SECONDS,
    REFRESH_EVERY_SECONDS,
    STUCK_SECONDS,
    TRANSITION_SECONDS,
    UNUSUAL_SECONDS,
)

COUNT = 20
_SECONDS, _SECONDS_QUICKLY = 120.0, 30.0
_HOUR = 3600.0


def rows(bench: Bench) -> list[Row]:
    """Measure the CPU of the first minutes, in which the starts are asked after most often, and reckon the hour's."""
    seconds = _SECONDS_QUICKLY if bench.quick else _SECONDS
    shares = tuple(_share(bench.folder / f"starts-{at}", seconds) for at in range(max(1, bench.repeat // 2)))
    return [
        Row(
            "follow-20",
            f"{COUNT} starts followed for an hour: of a core",
            Unit.PERCENT,
            Samples(tuple(of_an_hour(share) for share in shares)),
            0.001,
            note=f"reckoned from {seconds:.0f} s of following every {TRANSITION_SECONDS} s",
        )
    ]


def of_an_hour(share: float) -> float:
    """Return the share of an hour, of the share while the starts are asked after most often.

    The starts that never end are asked after less often later (`tray/fleet/schedule.py`).
    """
    polls = UNUSUAL_SECONDS / TRANSITION_SECONDS + (STUCK_SECONDS - UNUSUAL_SECONDS) / LATER_SECONDS
    polls += (_HOUR - STUCK_SECONDS) / REFRESH_EVERY_SECONDS
    return share * TRANSITION_SECONDS * polls / _HOUR


def _share(folder: Path, seconds: float) -> float:
    with stage(folder, Size(1, 1, 2 * COUNT)) as own:
        _begin(own)
        with tray(own) as ours:
            time.sleep(5.0)
            begun, used = time.monotonic(), proc.cpu_seconds(ours.pid)
            time.sleep(seconds)
            return (proc.cpu_seconds(ours.pid) - used) / (time.monotonic() - begun)


def _begin(own: Stage) -> None:
    """Have notebook instances start for ever, and the tray know that the user has started them."""
    region, account = own.size.region_names[0], account_of(0)
    names = [notebook_name(0, 0, number) for number in range(COUNT)]
    for name in names:
        own.endpoint.control("status", account_id=account, region=region, name=name, status="Pending")
    state = Path(own.environment["HOME"]) / ".local" / "state" / "notebook-tray"
    state.mkdir(parents=True, exist_ok=True)
    under_way = [
        {
            "profile": "team-000",
            "arn": f"arn:aws:sagemaker:{region}:{account}:notebook-instance/{name}",
            "since": time.time(),
            "view": "lab",
            "session_seconds": 3600,
        }
        for name in names
    ]
    (state / "starts.json").write_text(json.dumps({"under_way": under_way}), "utf-8")

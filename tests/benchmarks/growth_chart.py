"""`python -m tests.benchmarks.growth_chart FILE`: measures memory and time against the number of profiles, as JSON.

Ours and the textbook's; the textbook program ends where it would take over 10 minutes, or more memory than is to spare
here, which is in the file too.
`python -m tests.benchmarks.draw` makes a picture of it.
"""

from __future__ import annotations

import argparse
import json
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks import proc
from tests.benchmarks.bench import START_SECONDS, settled_line, tray
from tests.benchmarks.machine import about, headline
from tests.benchmarks.stage import Stage, stage
from tests.benchmarks.textbook import Bounds, StoppedError, textbook
from tests.benchmarks.world import Size

PROFILES = (1, 5, 20, 50, 200, 500)
_REGIONS = 1
_NOTEBOOKS = 2
_REPEAT = 3
_TEXTBOOK_SECONDS = 600.0
_TEXTBOOK_BYTES = 16 << 30


def main() -> int:
    """Measure, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth_chart", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--profiles", type=int, nargs="+", default=PROFILES)
    parser.add_argument("--repeat", type=int, default=_REPEAT)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    described = about()
    print(headline(described), flush=True)
    points: list[dict[str, Any]] = []
    stopped = ""
    with tempfile.TemporaryDirectory(prefix="notebook-tray-bench-") as folder:
        for profiles in options.profiles:
            with stage(Path(folder) / f"{profiles}", Size(profiles, _REGIONS, _NOTEBOOKS)) as place:
                point: dict[str, Any] = {"profiles": profiles, "ours": _ours(place, options.repeat)}
                if not stopped:
                    try:
                        point["textbook"] = _textbook(place)
                    except StoppedError as error:
                        stopped = f"{profiles} profiles: {error}"
            print(point, flush=True)
            points.append(point)
    options.file.parent.mkdir(parents=True, exist_ok=True)
    written = {**described, "regions": _REGIONS, "points": points, "textbook_stopped": stopped}
    options.file.write_text(json.dumps(written, indent=2) + "\n", "utf-8")
    return 0


def _ours(place: Stage, repeat: int) -> dict[str, float]:
    seconds, held = [], []
    for _ in range(repeat + 1):
        with tray(place) as running:
            at = running.host.wait_until_settled(settled_line(place.size), START_SECONDS)
            seconds.append(at - running.started)
            time.sleep(1)
            held.append(proc.memory(running.pid).resident)
    # The first start of all leaves behind what later ones find.
    return {"seconds": statistics.median(seconds[1:]), "resident_bytes": statistics.median(held[1:])}


def _textbook(place: Stage) -> dict[str, float]:
    # Two thirds of what is free: it must not push anything else out of memory.
    bounds = Bounds(min(_TEXTBOOK_BYTES, proc.available_bytes() * 2 // 3), _TEXTBOOK_SECONDS)
    with textbook(place, bounds) as running:
        return {"seconds": running.first, "resident_bytes": running.memory().resident}


if __name__ == "__main__":
    sys.exit(main())

"""How much memory each further profile takes."""

from __future__ import annotations

import time

from tests.benchmarks import proc
from tests.benchmarks.bench import START_SECONDS, Bench, absent, settled_line, tray
from tests.benchmarks.figures import Anchor, Row, Samples, Unit, slope
from tests.benchmarks.stage import stage
from tests.benchmarks.textbook import StoppedError, textbook
from tests.benchmarks.world import Size

# All of these keep every worker busy, so that only what belongs to a profile grows.
_OURS = (50, 200)
_OURS_QUICKLY = (50, 100)
_TEXTBOOK = (5, 20)
_REGIONS = 4
_NOTEBOOKS = 2


def rows(bench: Bench) -> list[Row]:
    """Measure RSS with few and with many profiles."""
    sizes = _OURS_QUICKLY if bench.quick else _OURS
    held = {profiles: _ours(bench, profiles) for profiles in sizes}
    name = "textbook pool"
    try:
        anchor = Anchor(name, _slopes({profiles: _textbook(bench, profiles) for profiles in _TEXTBOOK}))
    except StoppedError as error:
        anchor = absent(name, str(error))
    return [
        Row(
            "per-profile",
            f"memory per further profile of {_REGIONS} regions, {sizes[0]} to {sizes[1]} profiles",
            Unit.KIBIBYTES,
            _slopes(held),
            150.0 * 1024,
            "",
            (anchor,),
        )
    ]


def _slopes(held: dict[int, list[float]]) -> Samples:
    """Return by how much what is held grows with each profile, once for each time that it was measured."""
    return Samples(tuple(slope(tuple(held), pair) for pair in zip(*held.values(), strict=True)))


def _ours(bench: Bench, profiles: int) -> list[float]:
    held = []
    with stage(bench.folder / f"growth-{profiles}", Size(profiles, _REGIONS, _NOTEBOOKS)) as place:
        for _ in range(bench.repeat):
            with tray(place) as running:
                running.host.wait_until_settled(settled_line(place.size), START_SECONDS)
                time.sleep(1)
                held.append(float(proc.memory(running.pid).resident))
    return held


def _textbook(bench: Bench, profiles: int) -> list[float]:
    held = []
    with stage(bench.folder / f"textbook-{profiles}", Size(profiles, _REGIONS, _NOTEBOOKS)) as place:
        for _ in range(bench.repeat):
            with textbook(place) as running:
                held.append(float(running.memory().resident))
    return held

"""From the start of the process to the icon."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack

from tests.benchmarks.bench import Bench, absent, tray
from tests.benchmarks.figures import Anchor, Row, Unit, at_most_times
from tests.benchmarks.stage import Stage
from tests.benchmarks.world import FLEET
from tests.support.xvfb import xvfb

_BARE = (sys.executable, "-m", "tests.benchmarks.peers.bare_tray")
_PYSTRAY = (sys.executable, "-m", "tests.benchmarks.peers.pystray_tray")


def rows(bench: Bench) -> list[Row]:
    """Measure until the item's registration arrives at the watcher."""
    stage = bench.stage(FLEET)

    def ours() -> float:
        with tray(stage) as running:
            return running.registered - running.started

    def bare() -> float:
        with tray(stage, _BARE) as running:
            return running.registered - running.started

    why = why_no_pystray()
    with ExitStack() as stack:
        others = {} if why else {"pystray": _pystray(stage, stack.enter_context(xvfb()))}
        taken = bench.in_turn(ours=ours, bare=bare, **others)
    anchor = Anchor("bare tray", taken["bare"])
    name = "pystray appindicator"
    return [
        Row(
            "icon",
            f"process start to icon registered, {FLEET.profiles} profiles in the keyring",
            Unit.MILLISECONDS,
            taken["ours"],
            at_most_times(1.5, anchor),
            "1.5 × bare tray",
            (anchor, absent(name, why) if why else Anchor(name, taken["pystray"])),
        )
    ]


def _pystray(stage: Stage, display: str) -> Callable[[], float]:
    environment = {**stage.environment, "DISPLAY": display, "NO_AT_BRIDGE": "1"}

    def measure() -> float:
        with tray(stage, _PYSTRAY, environment) as running:
            return running.registered - running.started

    return measure


def why_no_pystray() -> str:
    """Return why pystray's appindicator backend cannot run here, or nothing if it can."""
    if importlib.util.find_spec("gi") is None:
        return "no PyGObject here"
    import gi  # type: ignore[import-not-found] # from the system, where it is there

    for name in ("AyatanaAppIndicator3", "AppIndicator3"):
        try:
            gi.require_version(name, "0.1")
        except ValueError:
            continue
        return "" if shutil.which("Xvfb") else "no Xvfb here"
    return "no AppIndicator typelib here"

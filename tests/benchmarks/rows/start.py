"""From the start of the process to the icon."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.bench import Bench, absent, tray
from tests.benchmarks.figures import Anchor, Row, Unit, at_most_times
from tests.benchmarks.stage import Stage
from tests.benchmarks.world import FLEET
from tests.support.xvfb import xvfb

_BARE = (sys.executable, "-m", "tests.benchmarks.peers.bare_tray")
_PYSTRAY = Path(__file__).parents[1] / "peers" / "pystray_tray.py"
# Says what is missing by its exit status, which is the place in _MISSING.
_LOOK = """
try:
    import gi
except ImportError:
    raise SystemExit(1)
for name in ("AyatanaAppIndicator3", "AppIndicator3"):
    try:
        gi.require_version(name, "0.1")
        break
    except ValueError:
        pass
else:
    raise SystemExit(2)
try:
    import PIL
except ImportError:
    raise SystemExit(3)
"""
_MISSING = ("", "no PyGObject here", "no AppIndicator typelib here", "no Pillow beside PyGObject")


def rows(bench: Bench) -> list[Row]:
    """Measure until the item's registration arrives at the watcher."""
    stage = bench.stage(FLEET)

    def ours() -> float:
        with tray(stage) as running:
            return running.registered - running.started

    def bare() -> float:
        with tray(stage, _BARE) as running:
            return running.registered - running.started

    python, why = python_with_appindicator()
    with ExitStack() as stack:
        others = {} if why else {"pystray": _pystray(stage, python, stack.enter_context(xvfb()))}
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


def _pystray(stage: Stage, python: str, display: str) -> Callable[[], float]:
    environment = {**stage.environment, "DISPLAY": display, "NO_AT_BRIDGE": "1"}
    command = (python, _PYSTRAY, sysconfig.get_path("purelib"))

    def measure() -> float:
        with tray(stage, command, environment) as running:
            return running.registered - running.started

    return measure


def python_with_appindicator() -> tuple[str, str]:
    """Return an interpreter in which pystray's appindicator backend can run, and why there is none if there isn't.

    PyGObject is seldom in a virtual environment: where it is, or else the system's interpreter.
    """
    if not shutil.which("Xvfb"):
        return "", "no Xvfb here"
    why = _MISSING[1]
    for python in (sys.executable, "/usr/bin/python3"):
        if not Path(python).exists():
            continue
        looked = subprocess.run([python, "-c", _LOOK], capture_output=True, timeout=60, check=False)
        if looked.returncode == 0:
            return python, ""
        why = _MISSING[looked.returncode] if looked.returncode < len(_MISSING) and python != sys.executable else why
    return "", why

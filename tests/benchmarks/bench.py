"""What every group of rows stands on: how often to measure, where, and how a program is started and ended."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.benchmarks import proc
from tests.benchmarks.figures import Anchor, Samples
from tests.benchmarks.stage import Stage, stage
from tests.benchmarks.world import Size
from tests.support.processes import end_process

if TYPE_CHECKING:
    from tests.benchmarks.host import Host, TimedWatcher


def _command() -> tuple[str, ...]:
    """Return the command as it is installed beside the interpreter that runs this; on Windows it need not be."""
    if sys.platform != "win32":
        return (str(Path(sys.executable).with_name("notebook-tray")),)
    scripts = Path(sysconfig.get_path("scripts")) / "notebook-tray.exe"
    return (str(scripts),) if scripts.exists() else (sys.executable, "-m", "tray")


COMMAND = _command()

# Longer than any start takes by far, the textbook's among the largest worlds aside.
START_SECONDS = 120.0


@dataclass
class Bench:
    """`repeat` is how often each thing is measured; `quick` shortens what runs by the clock."""

    folder: Path
    repeat: int
    quick: bool
    _stack: ExitStack = field(default_factory=ExitStack)
    _stages: dict[Size, Stage] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stack.close()

    def stage(self, size: Size) -> Stage:
        """Return the stage of a size: set up at first use, and there until the bench ends."""
        if size not in self._stages:
            self._stages[size] = self._stack.enter_context(stage(self.folder / f"{len(self._stages)}", size))
        return self._stages[size]

    def in_turn(self, **measures: Callable[[], float]) -> dict[str, Samples]:
        """Measure things in turn, so that what else the machine does meets all of them; the first round is dropped."""
        rounds = [{name: measure() for name, measure in measures.items()} for _ in range(self.repeat + 1)]
        return {name: Samples(tuple(one[name] for one in rounds[1:])) for name in measures}


@dataclass(frozen=True)
class Tray:
    """A running tray: when it was started and when it registered, on the monotonic clock, and its host."""

    process: subprocess.Popen[bytes]
    started: float
    registered: float
    host: Host

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid

    def cpu_seconds(self) -> float:
        """Return the CPU time it has used so far."""
        return proc.cpu_seconds(self.pid)


@contextmanager
def tray(
    stage: Stage,
    command: Sequence[str | Path] = COMMAND,
    environment: Mapping[str, str] | None = None,
    watcher: TimedWatcher | None = None,
) -> Iterator[Tray]:
    """Run a tray, ours or another, where it finds a watcher; end it. `watcher` is one that is there already."""
    from tests.benchmarks.host import TimedWatcher, host_of  # D-Bus, which Windows has not

    with ExitStack() as stack:
        watcher = watcher or stack.enter_context(TimedWatcher(stage.bus_address))
        out = stack.enter_context((stage.folder / "tray.log").open("ab"))
        started = time.monotonic()
        process = subprocess.Popen(
            list(command), env=dict(environment or stage.environment), stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
        stack.callback(end_process, process)
        registered, host = stack.enter_context(host_of(watcher, stage.bus_address))
        yield Tray(process, started, registered, host)


def settled_line(size: Size, change: int = 0) -> re.Pattern[str]:
    """Return the menu's first line once all is listed; `change` is how many more are running than at the start."""
    return re.compile(f"^{size.running + change} of {size.total} running")


def run_seconds(command: Sequence[str | Path], environment: Mapping[str, str]) -> float:
    """Return how long a command takes as a whole.

    :raises subprocess.CalledProcessError: it failed
    """
    began = time.monotonic()
    ran = subprocess.run(list(command), env=dict(environment), capture_output=True, timeout=START_SECONDS, check=False)
    seconds = time.monotonic() - began
    if ran.returncode:
        raise RuntimeError(f"{command[0]} ended with {ran.returncode}: {ran.stderr.decode('utf-8', 'replace')[-500:]}")
    return seconds


def absent(name: str, why: str) -> Anchor:
    """Return an anchor that is not there."""
    return Anchor(name, absent=why)

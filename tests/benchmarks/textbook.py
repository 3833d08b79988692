"""Running the textbook program, within bounds: it takes gigabytes where there are many profiles."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.benchmarks import proc
from tests.benchmarks.asking import peer, read_line
from tests.benchmarks.stage import Stage
from tests.benchmarks.world import profile_name

WORKERS = 64  # as many as ours has


@dataclass(frozen=True)
class Bounds:
    """Where the textbook program is stopped: how many bytes it may hold, and how many seconds a list may take."""

    most_bytes: int = 4 << 30
    most_seconds: float = 60.0


class StoppedError(Exception):
    """The textbook program was stopped; says at which bound."""


@dataclass
class Textbook:
    """A running textbook program, and how long its first list of everything took from its start, in seconds."""

    process: subprocess.Popen[str]
    started: float
    bounds: Bounds
    first: float = 0.0

    def read(self) -> dict[str, Any]:
        """Return its next line.

        :raises StoppedError: it takes too long or too much memory
        """

        def check() -> None:
            if proc.memory(self.process.pid).resident > self.bounds.most_bytes:
                raise StoppedError(f"stopped at {self.bounds.most_bytes >> 30} GiB")

        try:
            seconds = self.bounds.most_seconds
            line: dict[str, Any] = json.loads(read_line(self.process, seconds=seconds, meanwhile=check))
        except TimeoutError:
            raise StoppedError(f"stopped at {self.bounds.most_seconds:.0f} s") from None
        return line

    def refresh(self) -> dict[str, Any]:
        """Have it list everything again; return `wall` and `cpu` in seconds."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.read()

    def memory(self) -> proc.Memory:
        """Return what it holds now."""
        return proc.memory(self.process.pid)


@contextmanager
def textbook(stage: Stage, bounds: Bounds = Bounds()) -> Iterator[Textbook]:
    """Run it on all profiles and regions of a stage, and wait for its first list.

    :raises StoppedError: it takes too long or too much memory
    """
    names = [profile_name(at) for at in range(stage.size.profiles)]
    started = time.monotonic()
    arguments = (str(WORKERS), *names, "--", *stage.size.region_names)
    with peer("textbook", *arguments, environment=stage.environment) as process:
        running = Textbook(process, started, bounds)
        listed = running.read()
        assert listed["notebooks"] == stage.size.total, listed
        running.first = listed["at"] - started
        yield running

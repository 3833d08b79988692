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

MOST_BYTES = 4 << 30
MOST_SECONDS = 60.0
WORKERS = 64  # as many as ours has


class StoppedError(Exception):
    """The textbook program was stopped; says at which bound."""


@dataclass
class Textbook:
    """A running textbook program, and how long its first list of everything took from its start, in seconds."""

    process: subprocess.Popen[str]
    started: float
    first: float = 0.0

    def read(self) -> dict[str, Any]:
        """Return its next line.

        :raises StoppedError: it takes too long or too much memory
        """

        def check() -> None:
            if proc.memory(self.process.pid).resident > MOST_BYTES:
                raise StoppedError(f"stopped at {MOST_BYTES >> 30} GiB")

        try:
            line: dict[str, Any] = json.loads(read_line(self.process, seconds=MOST_SECONDS, meanwhile=check))
        except TimeoutError:
            raise StoppedError(f"stopped at {MOST_SECONDS:.0f} s") from None
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
def textbook(stage: Stage) -> Iterator[Textbook]:
    """Run it on all profiles and regions of a stage, and wait for its first list.

    :raises StoppedError: it takes too long or too much memory
    """
    names = [profile_name(at) for at in range(stage.size.profiles)]
    started = time.monotonic()
    arguments = (str(WORKERS), *names, "--", *stage.size.region_names)
    with peer("textbook", *arguments, environment=stage.environment) as process:
        running = Textbook(process, started)
        listed = running.read()
        assert listed["notebooks"] == stage.size.total, listed
        running.first = listed["at"] - started
        yield running

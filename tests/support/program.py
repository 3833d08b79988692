"""The program itself, started as a person's desktop starts it, in an environment of the test's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

COMMAND = (sys.executable, "-m", "tray")


class Program:
    """A running `notebook-tray`."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    def said(self) -> str:
        """Return what it has printed so far."""
        return self._log.read_text(encoding="utf-8")

    def wait_for_end(self) -> int:
        """Return its exit status."""
        return self.process.wait(60)


@contextmanager
def program(environment: Mapping[str, str], log: Path, *args: str) -> Iterator[Program]:
    """Run `notebook-tray ARGS`, and end it if it is still there."""
    with log.open("wb") as out:
        process = subprocess.Popen([*COMMAND, *args], env=dict(environment), stdout=out, stderr=out)
    try:
        yield Program(process, log)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def run(environment: Mapping[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    """Run `notebook-tray ARGS` to its end."""
    return subprocess.run(
        [*COMMAND, *args], env=dict(environment), capture_output=True, text=True, timeout=120, check=False
    )

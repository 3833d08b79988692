"""A process that claims to be the one running copy, on command.

`python -m tests.support.claimant` reads a command a line from its standard input and answers each with a line:

    claim T       claim at the instant T of time.monotonic(), a clock that all processes share: `held` or `taken`
    start SECONDS claim, or have the running copy show itself: `held`, `shown`, or `error TITLE`
    hand-over SECONDS    the same, where the running copy moves to this session, without a word
    serve         let others ask; what they ask for is in `asked`
    asked         the requests so far, separated by blanks
    release       let go
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tray.desktop.single_instance import Claim, claim
from tray.desktop.single_instance.client import claim_or_hand_over, claim_or_show
from tray.model.problems import TrayError

_ROOT = Path(__file__).resolve().parents[2]


class _Commands:
    def __init__(self) -> None:
        self._claim: Claim | None = None
        self._asked: list[str] = []

    def do(self, command: str, *arguments: str) -> str:
        match command:
            case "claim":
                instant = float(arguments[0])
                while time.monotonic() < instant:
                    pass
                self._claim = claim()
                return "held" if self._claim else "taken"
            case "start" | "hand-over":
                start = claim_or_show if command == "start" else claim_or_hand_over
                try:
                    self._claim = start(float(arguments[0]))
                except TrayError as error:
                    return f"error {error.problem.title}"
                return "held" if self._claim else "shown"
            case "serve" if self._claim:
                self._claim.serve(lambda request: self._asked.append(request.value))
                return "serving"
            case "asked":
                return " ".join(self._asked)
            case "release":
                if self._claim:
                    self._claim.release()
                    self._claim = None
                return "released"
        raise ValueError(command)


def main() -> None:
    commands = _Commands()
    print("ready", flush=True)
    for line in sys.stdin:
        print(commands.do(*line.split()), flush=True)


class Claimant:
    """The test's end of such a process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def say(self, command: str) -> None:
        """Give it a command and don't wait."""
        _pipe(self.process.stdin).write(f"{command}\n")
        _pipe(self.process.stdin).flush()

    def hear(self) -> str:
        """Wait for the answer to the oldest command that has none yet."""
        answer = _pipe(self.process.stdout).readline()
        assert answer, "it has ended"
        return answer.strip()

    def do(self, command: str) -> str:
        """Give it a command, and return the answer."""
        self.say(command)
        return self.hear()

    def kill(self) -> None:
        """End it as a crash would: it gets to do nothing more."""
        self.process.kill()
        self.process.wait(30)


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


@contextmanager
def claimant() -> Iterator[Claimant]:
    """Run one, with this process's environment."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.claimant"],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        running = Claimant(process)
        assert running.hear() == "ready"
        yield running
    finally:
        process.kill()
        process.wait(30)
        _pipe(process.stdin).close()
        _pipe(process.stdout).close()


if __name__ == "__main__":
    main()

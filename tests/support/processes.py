"""Processes of a test: started with a log each, and ended by their pids, last one first."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.support.waiting import wait_until

_GRACE_SECONDS = 5.0


class Programs:
    """A stack of running programs that share an environment; each writes to a log of its own in `logs`."""

    def __init__(self, env: Mapping[str, str], logs: Path, working_folder: Path) -> None:
        self._env = env
        self._logs = logs
        self._working_folder = working_folder
        self._running: list[subprocess.Popen[bytes]] = []
        logs.mkdir(parents=True, exist_ok=True)

    def start(
        self,
        args: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        stdin: bytes | None = None,
        pass_fds: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start a program with `env` on top of the common environment, and give it `stdin` as a whole."""
        with self.log_of(args).open("ab") as log:
            process = subprocess.Popen(
                args,
                env={**self._env, **(env or {})},
                cwd=self._working_folder,
                stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=pass_fds,
            )
        self._running.append(process)
        if process.stdin is not None:
            # Popen leaves the pipe open until communicate(), and a daemon would wait for its end.
            with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
                pipe.write(stdin or b"")
        return process

    def log_of(self, args: Sequence[str | Path]) -> Path:
        """Return where a program started with `args` writes what it prints."""
        return self._logs / f"{Path(args[0]).name}.log"

    def end(self) -> None:
        """End all of them, last one first, and wait for each."""
        while self._running:
            end_process(self._running.pop())


def end_process(process: subprocess.Popen[bytes]) -> None:
    """Ask a child to end, insist after 5 s, and reap it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def pids() -> Iterator[int]:
    """Give the pid of every process there is."""
    return (int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal())


def pids_with(*marks: str) -> set[int]:
    """Return the processes that have one of `marks` in their environment or arguments, this one aside.

    This finds grandchildren that no longer have a parent of ours, as a browser has that xdg-open started.
    """
    wanted = [os.fsencode(mark) for mark in marks]
    found = set()
    for pid in pids():
        for name in ("environ", "cmdline"):
            with contextlib.suppress(OSError):
                content = Path(f"/proc/{pid}/{name}").read_bytes()
                if any(mark in content for mark in wanted):
                    found.add(pid)
    return found - {os.getpid()}


def end_all_with(*marks: str, keep: frozenset[int] = frozenset()) -> None:
    """End every process that has one of `marks` in its environment or arguments, except those in `keep`.

    :raises TimeoutError: one of them outlived SIGKILL
    """

    if sys.platform == "win32":
        raise NotImplementedError("This reads /proc")

    def left() -> set[int]:
        return pids_with(*marks) - keep

    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        with contextlib.suppress(TimeoutError):
            wait_until(lambda: not left(), "processes to end", seconds=_GRACE_SECONDS)
            return
    raise TimeoutError(f"Still running: {sorted(left())}")

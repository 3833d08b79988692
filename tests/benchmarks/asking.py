"""Running a peer, and talking to it: a line for a line, with a bound."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

ANSWER_SECONDS = 120.0
_END_SECONDS = 10.0
_LOOK_EVERY_SECONDS = 0.1


@contextmanager
def peer(name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run a module of `tests.benchmarks.peers`; end it. `environment` is all it gets, by default our own."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.benchmarks.peers.{name}", *arguments],
        env=None if environment is None else dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()


def ask(process: subprocess.Popen[str]) -> str:
    """Send a peer an empty line, and return the line that it answers.

    :raises ChildProcessError: it ended instead
    :raises TimeoutError: it did not answer
    """
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()
    return read_line(process)


def read_line(
    process: subprocess.Popen[str], *, seconds: float = ANSWER_SECONDS, meanwhile: Callable[[], None] = lambda: None
) -> str:
    """Return a peer's next line; `meanwhile` is called ten times a second and may raise.

    :raises ChildProcessError: it ended instead
    :raises TimeoutError: none came within `seconds`
    """
    assert process.stdout
    # A thread, because Windows can't wait for a pipe with a bound. One that waits in vain ends with the peer.
    lines = queue.SimpleQueue[str]()
    read = process.stdout.readline
    threading.Thread(target=lambda: lines.put(read()), daemon=True).start()
    deadline = time.monotonic() + seconds
    while True:
        try:
            line = lines.get(timeout=_LOOK_EVERY_SECONDS)
        except queue.Empty:
            if time.monotonic() > deadline:
                raise TimeoutError(f"no answer within {seconds:.0f} s") from None
            meanwhile()
            continue
        if not line:
            raise ChildProcessError(f"{process.args!r} ended with {process.wait(10)}")
        return line

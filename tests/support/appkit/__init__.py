"""A stand-in for the few classes of AppKit and PyObjC that the program uses, for systems that have neither.

It draws nothing. It holds callers to what AppKit does: main-thread objects refuse other threads, an open menu refuses
to change, delegates and targets are not held, stop_ waits for an event, and the loop runs no Python between its calls.
What is refused is raised where it happens, and noted besides in `run_loop.current.violations`, since the program
guards its own callbacks. What it does not know of AppKit, no test that stands on it shows.

`path/` is what goes on sys.path: modules by Apple's names. `mac.py` is the person in front of the screen.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.appkit import run_loop

PATH = Path(__file__).with_name("path")


def install() -> None:
    """Make AppKit importable in this process, for good."""
    assert sys.platform != "darwin", "there is a real one"
    if str(PATH) not in sys.path:
        sys.path.append(str(PATH))


@contextmanager
def stand_in() -> Iterator[run_loop.RunLoop]:
    """Give a Mac that was just switched on; at the end, nothing may have been refused."""
    install()
    loop = run_loop.reset()
    try:
        yield loop
    finally:
        run_loop.reset()
    assert not loop.violations, "\n".join(loop.violations)

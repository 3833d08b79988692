"""The progress of a command that takes longer than a second: a bar on a terminal, and nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from tray.cli.streams import is_terminal

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

# A bar that vanishes before the user has read it would only flicker.
SILENT_SECONDS = 1.0


@contextmanager
def progress_bar(label: str, clock: Callable[[], float] = time.monotonic) -> Iterator[Callable[[int, int], None]]:
    """Give a function that takes how many steps are done, and of how many; it draws a bar on a terminal only."""
    began = clock()
    bar: ProgressBar[int] | None = None
    drawn = 0
    with ExitStack() as stack:

        def progress(done: int, of: int) -> None:
            nonlocal bar, drawn
            if bar is None and is_terminal(sys.stderr) and clock() - began > SILENT_SECONDS:
                bar = stack.enter_context(click.progressbar(length=of, label=label, file=sys.stderr))
            if bar is not None:
                bar.update(done - drawn)
                drawn = done

        yield progress

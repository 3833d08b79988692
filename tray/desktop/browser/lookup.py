"""`webbrowser`'s own look for browsers, with a limit on the one program that it runs for that.

The first look runs `xdg-settings get default-web-browser` and waits for it without a limit. On some desktops that
program asks others in turn, any of which may hang. It then holds `webbrowser`'s tables for as long as it runs. Of a
program that can't be run, or prints what is no text, the look raises, and never again fills its tables.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from tray.desktop.browser.environment import browser_environment

if sys.platform == "win32":
    raise ImportError("Windows has no xdg-settings")

# It takes some tenths of a second. xdg-open finds the same browser without it.
LIMIT_SECONDS = 2.0
# Of its answer: the name of a file.
_MOST_BYTES = 4096


@contextmanager
def limited() -> Iterator[None]:
    """Have `webbrowser` run programs within a limit inside this block; one that fails counts as one that is missing.

    Only one thread may be inside.
    """
    known: dict[str, Any] = vars(webbrowser)
    before = known.get("subprocess")
    if before is None:  # a later Python that looks in another way
        yield
        return
    known["subprocess"] = _Limited
    try:
        yield
    finally:
        known["subprocess"] = before


class _Limited:
    """What `webbrowser` uses of the module subprocess while it looks."""

    DEVNULL = subprocess.DEVNULL
    CalledProcessError = subprocess.CalledProcessError

    @staticmethod
    def check_output(command: list[str], **_: Any) -> bytes:
        """Return the first line that a program prints.

        :raises FileNotFoundError: it can't be run, prints no text, or takes too long
        """
        try:
            line = _first_line(command)
            line.decode()
        except (OSError, ValueError):
            raise FileNotFoundError(command[0]) from None
        return line


def _first_line(command: list[str]) -> bytes:
    process = subprocess.Popen(  # noqa: S603 # nosec B603 # webbrowser's command, without a shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=browser_environment(),
    )
    try:
        with process.stdout or nullcontext() as answer:
            return _read_line(answer.fileno()) if answer else b""
    finally:
        with suppress(OSError):  # also what it has started in turn
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _read_line(descriptor: int) -> bytes:
    give_up, found = time.monotonic() + LIMIT_SECONDS, b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while b"\n" not in found and len(found) < _MOST_BYTES:
            if not selector.select(max(0.0, give_up - time.monotonic())):
                raise TimeoutError
            more = os.read(descriptor, _MOST_BYTES)
            if not more:
                break
            found += more
    return found.partition(b"\n")[0]

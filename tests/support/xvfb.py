"""An X server of a test's own, without a screen."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.processes import end_process

# One that has ended is given to nobody else while a test still looks for it, and none that Xvfb chooses is so high.
_NUMBERS = itertools.count(1000 + os.getpid() % 500 * 100)


@contextmanager
def xvfb(size: str = "640x480") -> Iterator[str]:
    """Run Xvfb, with a screen of `size` pixels, on a display that no other test has; give its name, such as `:1007`.

    It can be reached by a Unix socket alone.
    """
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip(reason="Xvfb is not installed")
    reader, writer = os.pipe()
    with os.fdopen(reader) as pipe:
        process = subprocess.Popen(
            [
                program,
                f":{next(_NUMBERS)}",
                "-displayfd",
                str(writer),
                "-screen",
                "0",
                f"{size}x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=[writer],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        try:
            number = pipe.readline().strip()  # ends with the server, if it does not come up
            assert number, f"Xvfb ended with status {process.wait()}"
            yield f":{number}"
        finally:
            end_process(process)

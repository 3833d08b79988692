"""An X server of a test's own, without a screen."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.processes import end_process


@contextmanager
def xvfb(size: str = "640x480") -> Iterator[str]:
    """Run Xvfb, with a screen of `size` pixels, on a display that is free; give its name, such as `:7`.

    It can be reached by a Unix socket alone.
    """
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip(reason="Xvfb is not installed")
    reader, writer = os.pipe()
    with os.fdopen(reader) as pipe:
        process = subprocess.Popen(
            [program, "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"],
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

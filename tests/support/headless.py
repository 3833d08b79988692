"""A headless Chromium for pages on loopback: nothing of a desktop, and nothing left of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.browser import FLAGS, chromium
from tests.support.devtools import Browser
from tests.support.waiting import wait_until


@contextmanager
def headless_browser(folder: Path) -> Iterator[Browser]:
    """Run a Chromium without a window, with its profile in `folder`, until the block ends."""
    program = chromium()
    if program is None:
        pytest.skip(reason="chromium is not installed")
    profile = folder / "headless-profile"
    root = ["--no-sandbox"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with (folder / "headless.log").open("wb") as log:
        process = subprocess.Popen(
            [program, *FLAGS, "--headless=new", *root, f"--user-data-dir={profile}", "about:blank"],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
    try:
        port_file = profile / "DevToolsActivePort"
        text = wait_until(lambda: port_file.exists() and port_file.read_text(), "the browser's debugging port")
        yield Browser(int(str(text).split()[0]))
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

"""Chromium without a window as the browser that BROWSER names: what it is started with is written down."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.browser import FLAGS, DefaultBrowser, chromium

_NEW_TAB = (
    "import sys, urllib.request as r; "
    'r.build_opener(r.ProxyHandler({})).open(r.Request(f"http://127.0.0.1:{sys.argv[1]}/json/new?{sys.argv[2]}", '
    'method="PUT"))'
)


@contextmanager
def headless_chromium(folder: Path) -> Iterator[tuple[str, DefaultBrowser]]:
    """Yield the value for BROWSER, and the browser, which is started by whoever opens a page; end it.

    A second page is a tab of the same browser.
    """
    program = chromium()
    if program is None:
        pytest.skip(reason="chromium is not installed")
    folder.mkdir()
    found = DefaultBrowser(folder / "profile", folder / "starts.log")
    pids, script = folder / "pids", folder / "browser"
    flags = shlex.join([*FLAGS, "--headless=new", "--no-sandbox", f"--user-data-dir={found.profile}"])
    # A headless Chromium takes no page from another start of it: DevTools opens the tab.
    script.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" >>{found.starts}\n'
        f"port=$(head -n 1 {found.profile}/DevToolsActivePort 2>/dev/null) && "
        f'exec {sys.executable} -c \'{_NEW_TAB}\' "$port" "$1"\n'
        f'echo $$ >>{pids}\nexec {program} {flags} "$1" 2>>{folder / "chromium.log"}\n'
    )
    script.chmod(0o700)
    yield f"{script} %s", found
    for pid in pids.read_text().split() if pids.exists() else ():
        with contextlib.suppress(ProcessLookupError):  # the group is named after its first process
            os.killpg(int(pid), signal.SIGKILL)

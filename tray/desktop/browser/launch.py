"""Starts a browser, and learns how its command ended."""

from __future__ import annotations

import logging
import subprocess
from typing import TYPE_CHECKING

from tray.desktop.browser.browsers import Browser, SystemCall
from tray.desktop.browser.environment import browser_environment
from tray.runtime.core_dumps import allow_for

if TYPE_CHECKING:
    from tray.model.activation import Activation

# On Windows, an entry of BROWSER may be a console program or a batch file, whose window would flash up. A browser
# reports its own crashes, which this program does not (`windows_process`).
_FLAGS = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_DEFAULT_ERROR_MODE", 0)

_log = logging.getLogger(__name__)


def run_browser(browser: Browser, address: str, activation: Activation | None = None) -> tuple[str, int | None] | None:
    """Open `address` in `browser`; return None once that is done, else the program that failed and its status, if any.

    Blocks for as long as the command runs, which with some browsers is until their window is closed. So call it on a
    thread that nobody waits for. That thread also collects the ended process, so that no zombie stays. The browser runs
    in a separate session and outlives this process and its terminal. A browser that starts uses up `activation`.
    """
    if isinstance(browser, SystemCall):
        return None if browser.controller.open(address) else ("", None)
    try:
        process = subprocess.Popen(  # noqa: S603 # nosec B603 # the user's browser, without a shell
            browser.for_address(address),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=_FLAGS,
            env=browser_environment(token=activation.token if activation is not None else ""),
        )
    except (OSError, ValueError) as error:  # ValueError: a NUL in BROWSER
        _log.info("%s could not be started: %s", browser.name, error)
        return browser.name, None
    allow_for(process.pid)
    if activation is not None:
        activation.used()
    status = process.wait()
    if status == 0:
        return None
    _log.info("%s ended with status %d", browser.name, status)
    return browser.name, status

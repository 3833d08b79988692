"""Notifications on macOS where the program is in no signed application bundle, through osascript.

UserNotifications can't be used: it ends a process that is not in a signed application bundle with an Objective-C
exception (ronaldoussoren/pyobjc#270, #482), and a Python from pip or pipx is in no bundle. Its predecessor
NSUserNotification is deprecated and gives no notification centre without a bundle. A notification that osascript has
shown can't be taken back.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
from functools import partial

from tray.runtime.workers import Workers

_log = logging.getLogger(__name__)

_OSASCRIPT = "/usr/bin/osascript"

# JavaScript for Automation: its Standard Additions are AppleScript's, `display notification` among them.
# https://developer.apple.com/library/archive/releasenotes/InterapplicationCommunication/RN-JavaScriptForAutomation/
_SCRIPT = """\
const text = {text};
const app = Application.currentApplication();
app.includeStandardAdditions = true;
app.displayNotification(text.message, {{withTitle: text.title}});
"""

# The variables by which a program finds its user and its folders. A notification needs no AWS key.
_ENVIRONMENT = ("HOME", "LANG", "LOGNAME", "TMPDIR", "USER", "__CF_USER_TEXT_ENCODING")

_ANSWER_WITHIN_SECONDS = 30.0


class Notifications:
    """Shows notifications, one after the other. If the Mac shows none, that is logged and is no error."""

    def __init__(self) -> None:
        self._workers = Workers("notifications", 1)

    def show(self, title: str, message: str) -> None:
        """Show a notification. May be called from any thread, and does not wait."""
        self._workers.start(partial(_show, title, message))


def script(title: str, message: str) -> str:
    """Return the JavaScript program that shows a notification. It is ASCII, and the texts never become code in it."""
    # JSON is JavaScript and escapes everything outside ASCII. osascript would guess the encoding of other text.
    return _SCRIPT.format(text=json.dumps({"title": title, "message": message}))


def _show(title: str, message: str) -> None:
    try:
        ended = subprocess.run(  # noqa: S603 # nosec B603 # macOS' own program
            # The script comes from standard input, since other users can read a process's arguments.
            [_OSASCRIPT, "-l", "JavaScript", "-"],
            input=script(title, message).encode("ascii"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            timeout=_ANSWER_WITHIN_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _log.info("macOS shows no notification: %s", type(error).__name__)
        return
    if ended.returncode != 0:
        _log.info("macOS shows no notification: osascript ended with status %d", ended.returncode)

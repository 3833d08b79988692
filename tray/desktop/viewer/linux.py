"""A text file in the user's program for it, on Linux: the desktop's choice, by xdg-open."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

from tray.runtime.core_dumps import allow_for
from tray.runtime.environment import SECRETS, for_children

# xdg-open ends once the program is started, or runs for as long as it where the desktop has nothing of its own to
# start it with. What has not failed by then is at work.
_FAILS_WITHIN_SECONDS = 3.0


def show(path: Path) -> bool:
    """Return whether something shows the file."""
    environment = {name: value for name, value in for_children(os.environ).items() if name not in SECRETS}
    try:
        process = subprocess.Popen(  # noqa: S603 # nosec B603, B607 # a file of ours, without a shell
            ["xdg-open", str(path)],  # noqa: S607 - from the user's PATH
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environment,
        )
    except OSError:
        return False
    allow_for(process.pid)
    try:
        return process.wait(_FAILS_WITHIN_SECONDS) == 0
    except subprocess.TimeoutExpired:
        # Waited for, so that no zombie stays.
        threading.Thread(target=process.wait, name="viewer", daemon=True).start()
        return True

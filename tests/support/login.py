"""What a desktop does with an autostart entry at a login.

In a process of its own, `python -m tests.support.login ENTRY LOG`: it can be run where the test itself is not.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tests.support.desktop_files import gio_launch, glib_command


def log_in(entry: Path, log: Path) -> tuple[str, ...] | None:
    """Start what an entry says, as GLib reads it; return that, or None where there is nothing to start.

    What is started prints to the session's `log`.
    """
    command = glib_command(entry)
    if command is not None:
        with log.open("ab") as session_log:
            gio_launch(entry, session_log)
    return command


if __name__ == "__main__":
    entry, log = (Path(argument).absolute() for argument in sys.argv[1:])
    os.chdir(Path.home())  # where sessions are
    print(json.dumps(log_in(entry, log)))

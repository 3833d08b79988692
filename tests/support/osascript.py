"""A program in place of macOS's osascript: it notes what it is given, and shows nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_PROGRAM = """#!/bin/sh
run=$(mktemp -d {folder}/run.XXXXXX)
printf '%s\\n' "$@" >"$run/arguments"
env >"$run/environment"
cat >"$run/script"
touch "$run/done"
exit {status}
"""


class Osascript:
    """What was run so far, in order."""

    def __init__(self, folder: Path, status: int = 0) -> None:
        self._folder = folder
        self.path = folder / "osascript"
        self.path.write_text(_PROGRAM.format(folder=folder, status=status))
        self.path.chmod(0o755)

    def runs(self) -> list[Path]:
        """Return a folder for each: arguments, environment and script."""
        return sorted((done.parent for done in self._folder.glob("run.*/done")), key=lambda run: run.stat().st_mtime_ns)

    def notifications(self) -> list[tuple[str, str]]:
        """Return the titles and texts that would have been shown."""
        return [(shown["title"], shown["message"]) for shown in map(_text, self.runs())]


def _text(run: Path) -> Any:
    found = re.match(r"const text = (.*);\n", (run / "script").read_text("ascii"))
    assert found
    return json.loads(found[1])

"""A stand-in for macOS' launchctl: what it is told to disable, it keeps, and says so in launchctl's words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# As macOS 13 and later print it; before, the words were true and false.
_PROGRAM = """#!{python}
import json, pathlib, sys
kept = pathlib.Path({kept!r})
overrides = json.loads(kept.read_text()) if kept.exists() else {{}}
words = {words!r}
verb, target = sys.argv[1:]
domain, _, label = target.rpartition("/") if verb != "print-disabled" else (target, "", "")
if domain != {domain!r}:
    sys.exit(f"Could not find domain for {{domain}}")
if verb == "print-disabled":
    print("\\n\\tdisabled services = {{")
    for name, disabled in {{"com.apple.Siri.agent": False, "notebook-tray-of-another": True, **overrides}}.items():
        print(f'\\t\\t"{{name}}" => {{words[disabled]}}')
    print("\\t}}\\n\\tlogin item associations = {{\\n\\t}}")
elif verb in ("enable", "disable"):
    kept.write_text(json.dumps({{**overrides, label: verb == "disable"}}))
else:
    sys.exit(f'Unrecognized subcommand: {{verb}}')
"""


class Launchctl:
    """A program called launchctl in `folder`, which is to be first on PATH."""

    def __init__(self, folder: Path, words: tuple[str, str] = ("enabled", "disabled")) -> None:
        self._kept = folder / "overrides.json"
        self._program = folder / "launchctl"
        self._domain = f"gui/{os.getuid()}"
        folder.mkdir()
        text = _PROGRAM.format(python=sys.executable, kept=str(self._kept), words=words, domain=self._domain)
        self._program.write_text(text, encoding="utf-8")
        self._program.chmod(0o755)

    def say(self, verb: str, label: str) -> None:
        """Enable or disable a service, as the person does."""
        subprocess.run([self._program, verb, f"{self._domain}/{label}"], check=True, timeout=60)

    def is_disabled(self, label: str) -> bool:
        """Whether launchd would leave the service out."""
        said = subprocess.run(
            [self._program, "print-disabled", self._domain], capture_output=True, text=True, check=True, timeout=60
        )
        return f'"{label}" => disabled' in said.stdout or f'"{label}" => true' in said.stdout

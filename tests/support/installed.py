"""The program as an installer puts it into a folder for programs: a launcher, as pip writes it."""

from __future__ import annotations

import sys
from pathlib import Path

_LAUNCHER = """#!{python}
import sys
sys.path.insert(0, {root!r})
from tray.__main__ import main
if __name__ == "__main__":
    sys.exit(main())
"""

_ROOT = Path(__file__).parents[2]


def installed(folder: Path) -> Path:
    """Write a launcher for the code under test into `folder`, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "notebook-tray"
    program.write_text(_LAUNCHER.format(python=sys.executable, root=str(_ROOT)), encoding="utf-8")
    program.chmod(0o755)
    return program

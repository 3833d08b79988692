from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import os
before = dict(os.environ)
from tray.desktop.icon import Menu, MenuItem
from tray.desktop.icon.pystray_core import Icon
assert dict(os.environ) == before, "a child would inherit it"
import sys
print(Icon.__module__, sorted(name for name in sys.modules if name in ("gi", "Xlib", "dbus_fast", "PIL")))
"""


@pytest.mark.only_on("linux", reason="elsewhere pystray has one backend, and it is the one that is wanted")
@pytest.mark.parametrize("chosen", [None, "xorg", "no such backend"])
def test_importing_it_loads_no_backend_and_leaves_the_environment_alone(chosen: str | None) -> None:
    root = Path(__file__).parents[2]
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    environment |= {"PYTHONPATH": str(root)} | ({"PYSTRAY_BACKEND": chosen} if chosen else {})
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], env=environment, cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "pystray._base []\n"), done.stderr

"""What a browser that we start gets as its environment: the person's own, not the program's."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from tray.environment import SECRETS


def browser_environment(ours: Mapping[str, str] | None = None, *, frozen: bool | None = None) -> dict[str, str]:
    """Return the environment for a browser: `ours` (by default the process's) without AWS keys.

    In a frozen program the library path is the person's again: PyInstaller points LD_LIBRARY_PATH at the program's
    own libraries, with which a browser may not start, and keeps the original in LD_LIBRARY_PATH_ORIG
    (PyInstaller's manual, "Runtime information", "LD_LIBRARY_PATH / LIBPATH considerations").
    """
    environment = dict(os.environ if ours is None else ours)
    for name in SECRETS:
        environment.pop(name, None)
    if frozen if frozen is not None else getattr(sys, "frozen", False):
        original = environment.pop("LD_LIBRARY_PATH_ORIG", None)
        environment.pop("LD_LIBRARY_PATH", None)
        if original is not None:
            environment["LD_LIBRARY_PATH"] = original
    return environment

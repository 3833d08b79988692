"""Prepares a process of this program on Windows, before all else: it hands on no keys, and no window flashes up."""

from __future__ import annotations

import os
import platform
import sys

from tray.runtime.environment import SECRETS

if sys.platform != "win32":
    raise ImportError("what a process is on Windows")


def settle() -> None:
    """Prepare this process to start others. Call this before the process starts any program.

    A program that `os.startfile` opens always gets the native environment. `os.environ` is a copy of it that Python
    makes at the start (os.py, `_createenviron`): a variable that is unset only natively stays there for botocore.

    `platform`, which botocore and keyring ask for the system's release, runs `ver` in a shell (cmd.exe, with a window;
    https://github.com/python/cpython/blob/3.13/Lib/platform.py, `_syscmd_ver`). Without `ver`, `platform` falls back on
    `sys.getwindowsversion`, which starts nothing.
    """
    for name in SECRETS:
        if name in os.environ:
            os.unsetenv(name)
    vars(platform)["_syscmd_ver"] = _as_given


def _as_given(system: str = "", release: str = "", version: str = "", *_: object) -> tuple[str, str, str]:
    """Answer as `platform._syscmd_ver` does if there is no `ver`."""
    return system, release, version

"""Prepares a process of this program on Windows, before all else.

It hands on no keys, no window flashes up, and Windows keeps no copy of its memory when it crashes.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys

from tray.runtime.environment import SECRETS

if sys.platform != "win32":
    raise ImportError("what a process is on Windows")

# A crash ends the process and is not reported: SEM_NOGPFAULTERRORBOX of errhandlingapi.h.
_NO_REPORT = 0x0002


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
    # Without a report there is no dump of the memory, neither in Windows' queue of reports nor in a folder
    # (https://learn.microsoft.com/windows/win32/api/errhandlingapi/nf-errhandlingapi-seterrormode).
    # WerAddExcludedApplication would do it for all programs of that name, as long as it is not taken back: where this
    # one is installed by pip, that is every program in Python. What subprocess starts doesn't inherit it, by
    # CREATE_DEFAULT_ERROR_MODE.
    kernel32 = ctypes.WinDLL("kernel32")
    kernel32.SetErrorMode(kernel32.GetErrorMode() | _NO_REPORT)
    vars(platform)["_syscmd_ver"] = _as_given


def _as_given(system: str = "", release: str = "", version: str = "", *_: object) -> tuple[str, str, str]:
    """Answer as `platform._syscmd_ver` does if there is no `ver`."""
    return system, release, version

"""Notes everything that a Python process on Windows starts, if this folder is on its PYTHONPATH.

One line of JSON for each, into the file that NOTEBOOK_TRAY_STARTS names: the process that did it, by which call, what,
and with which flags, where there are some (https://learn.microsoft.com/windows/win32/procthread/process-creation-flags).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    raise ImportError("for Windows alone")

import _winapi

_FILE = Path(os.environ["NOTEBOOK_TRAY_STARTS"])
_EVENTS = ("os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.system")
# By which a process could be started past Python, with ctypes.
_FUNCTIONS = ("CreateProcess", "ShellExecute", "WinExec", "_wsystem", "system")
_create = _winapi.CreateProcess


def _note(call: str, what: object, flags: int | None = None) -> None:
    line = json.dumps({"process": os.getpid(), "call": call, "what": str(what), "flags": flags})
    with _FILE.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def _create_and_note(*given: Any) -> Any:
    _note("CreateProcess", given[1], given[5])
    return _create(*given)


def _heard(event: str, given: tuple[Any, ...]) -> None:
    if event in _EVENTS:
        _note(event, given[0])
    elif event == "ctypes.dlsym" and str(given[1]).startswith(_FUNCTIONS):
        _note(event, given[1])


_winapi.CreateProcess = _create_and_note
sys.addaudithook(_heard)

"""What GLib, and with it GNOME, Xfce and their relatives, makes of a desktop entry file."""

from __future__ import annotations

import ctypes
import ctypes.util
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import IO

import pytest


@cache
def _gio() -> ctypes.CDLL:
    name = ctypes.util.find_library("gio-2.0")
    if name is None:
        pytest.skip(reason="GLib is not installed")
    library = ctypes.CDLL(name)
    library.g_desktop_app_info_new_from_filename.restype = ctypes.c_void_p
    library.g_desktop_app_info_new_from_filename.argtypes = [ctypes.c_char_p]
    library.g_desktop_app_info_get_is_hidden.argtypes = [ctypes.c_void_p]
    library.g_desktop_app_info_get_show_in.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    library.g_app_info_get_commandline.restype = ctypes.c_char_p
    library.g_app_info_get_commandline.argtypes = [ctypes.c_void_p]
    library.g_shell_parse_argv.argtypes = [
        ctypes.c_char_p,
        ctypes.POINTER(ctypes.c_int),
        ctypes.POINTER(ctypes.POINTER(ctypes.c_char_p)),
        ctypes.c_void_p,
    ]
    library.g_strfreev.argtypes = [ctypes.POINTER(ctypes.c_char_p)]
    library.g_object_unref.argtypes = [ctypes.c_void_p]
    return library


def glib_command(file: Path) -> tuple[str, ...] | None:
    """Return what GLib would start; None without a file, its TryExec's program, or where it is hidden or not for here.

    For the desktop in XDG_CURRENT_DESKTOP as it was at the first use: GLib reads it once in a process.
    """
    gio = _gio()
    info = gio.g_desktop_app_info_new_from_filename(str(file).encode())
    if not info:
        return None
    try:
        if gio.g_desktop_app_info_get_is_hidden(info) or not gio.g_desktop_app_info_get_show_in(info, None):
            return None
        count = ctypes.c_int()
        words = ctypes.POINTER(ctypes.c_char_p)()
        line = gio.g_app_info_get_commandline(info)
        assert gio.g_shell_parse_argv(line, ctypes.byref(count), ctypes.byref(words), None), line
        # GLib expands field codes as it starts the program; the only one that may stand here is that for "%".
        command = tuple((words[at] or b"").decode().replace("%%", "%") for at in range(count.value))
        gio.g_strfreev(words)
        return command
    finally:
        gio.g_object_unref(info)


def gio_launch(file: Path, log: IO[bytes] | None = None) -> None:
    """Start what a desktop entry file says, as GLib does it. It prints to `log`, by default where we do."""
    if shutil.which("gio") is None:
        pytest.skip(reason="gio is not installed")
    subprocess.run(["gio", "launch", file], check=True, timeout=60, stdout=log, stderr=log)


def validate(file: Path) -> str:
    """Return what desktop-file-validate finds wrong in a desktop entry file."""
    if shutil.which("desktop-file-validate") is None:
        pytest.skip(reason="desktop-file-validate is not installed")
    ran = subprocess.run(["desktop-file-validate", file], capture_output=True, text=True, timeout=60, check=False)
    return ran.stdout + ran.stderr

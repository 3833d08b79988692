"""Windows' registry, as a test may use it: a branch of its own in the place of the person's."""

from __future__ import annotations

import ctypes
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform == "win32":
    import winreg

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"

EXPANDED = 2  # REG_EXPAND_SZ


@contextmanager
def private_registry(*, machine: bool = False) -> Iterator[None]:
    """Have HKEY_CURRENT_USER stand for an empty key for this process, which is removed at the end.

    `machine` has HKEY_LOCAL_MACHINE do so; with both, it comes first.
    https://learn.microsoft.com/windows/win32/api/winreg/nf-winreg-regoverridepredefkey
    """
    assert sys.platform == "win32"
    root = winreg.HKEY_LOCAL_MACHINE if machine else winreg.HKEY_CURRENT_USER
    path = rf"Software\NotebookTrayTests-{uuid.uuid4()}"
    override = ctypes.windll.advapi32.RegOverridePredefKey
    override.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
        assert override(root, key.handle) == 0
    try:
        yield
    finally:
        assert override(root, None) == 0
        delete_tree(path)


def value(path: str, name: str) -> object:
    """Return a value under HKEY_CURRENT_USER, None if there is none."""
    assert sys.platform == "win32"
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
            return winreg.QueryValueEx(key, name)[0]
    except FileNotFoundError:
        return None


def put(path: str, name: str, data: str | bytes | int, kind: int | None = None, *, machine: bool = False) -> None:
    """Write a value under HKEY_CURRENT_USER, or HKEY_LOCAL_MACHINE, of the kind of `data` itself or of another."""
    assert sys.platform == "win32"
    if kind is None:
        kind = {str: winreg.REG_SZ, bytes: winreg.REG_BINARY, int: winreg.REG_DWORD}[type(data)]
    with winreg.CreateKey(winreg.HKEY_LOCAL_MACHINE if machine else winreg.HKEY_CURRENT_USER, path) as key:
        winreg.SetValueEx(key, name, 0, kind, data)


def arguments(line: str) -> tuple[str, ...]:
    """Return what a program that is started with a command line is given, its own name first."""
    assert sys.platform == "win32"
    split = ctypes.windll.shell32.CommandLineToArgvW
    split.argtypes, split.restype = [ctypes.c_wchar_p, ctypes.c_void_p], ctypes.POINTER(ctypes.c_wchar_p)
    count = ctypes.c_int()
    words = split(line, ctypes.byref(count))
    return tuple(words[: count.value])


def names(path: str) -> set[str]:
    """Return the names of the values under a key, which may be missing."""
    assert sys.platform == "win32"
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
            return {winreg.EnumValue(key, at)[0] for at in range(winreg.QueryInfoKey(key)[1])}
    except FileNotFoundError:
        return set()


def delete_tree(path: str) -> None:
    """Remove a key of HKEY_CURRENT_USER with all that is under it."""
    assert sys.platform == "win32"
    with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
        below = [winreg.EnumKey(key, at) for at in range(winreg.QueryInfoKey(key)[0])]
    for name in below:
        delete_tree(rf"{path}\{name}")
    winreg.DeleteKey(winreg.HKEY_CURRENT_USER, path)

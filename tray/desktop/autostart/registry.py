r"""Started at login by Windows: a value under HKCU's Run key, or under HKLM's for everyone on the computer.

The second is an administrator's, whose installer has written it (packaging/windows): the user can't remove it.

https://learn.microsoft.com/windows/win32/setupapi/run-and-runonce-registry-keys. When Task Manager or Settings switches
an entry off, the entry keeps its value there and gets a second value of the same name under
Explorer\StartupApproved\Run. That key is documented nowhere. What is known of the second value: it has twelve bytes,
the first is odd where the entry is switched off, and the last eight then say since when. Without a second value, the
entry is on.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys

from tray.desktop.autostart.base import Autostart, AutostartState, AutostartStatus, refused
from tray.model.problems import ExitStatus, Kind, TrayError

if sys.platform != "win32":
    raise ImportError("the registry is Windows' own")

import winreg

from tray.desktop.package_identity import is_packaged

_NAME = "Notebook Tray"
_RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
_APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
# The group policy "Do not process the legacy run list", for the user or the computer.
_POLICIES = r"Software\Microsoft\Windows\CurrentVersion\Policies\Explorer"
# Whose Run key is not processed then.
_POLICY = {winreg.HKEY_CURRENT_USER: "DisableCurrentUserRun", winreg.HKEY_LOCAL_MACHINE: "DisableLocalMachineRun"}

# The longest command line in the Run key, by its documentation. Windows does not run a longer one and does not say so.
_MOST_CHARACTERS = 260

_PLACE = rf"HKEY_CURRENT_USER\{_RUN}\{_NAME}"
_PLACE_FOR_EVERYONE = rf"HKEY_LOCAL_MACHINE\{_RUN}\{_NAME}"


class RegistryAutostart(Autostart):
    """A value under a Run key, and what Task Manager says of it."""

    def on(self) -> None:
        """See `Autostart.on`."""
        if is_packaged():
            raise TrayError("autostart-private-registry", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP, place=_PLACE)
        line = subprocess.list2cmdline(self._command())
        if len(line) > _MOST_CHARACTERS:
            raise TrayError(
                "autostart-too-long",
                kind=Kind.DESKTOP,
                status=ExitStatus.NO_DESKTOP,
                most=_MOST_CHARACTERS,
                length=len(line),
                line=line,
            )
        try:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
                winreg.SetValueEx(key, _NAME, 0, winreg.REG_SZ, line)
            # The user has just asked for it, so this undoes that Task Manager switched the entry off.
            _delete(_APPROVED)
        except OSError as error:
            raise refused("written", _PLACE, error) from error

    def off(self) -> None:
        """See `Autostart.off`."""
        try:
            _delete(_RUN)
            _delete(_APPROVED)
            for_everyone = _line(winreg.HKEY_LOCAL_MACHINE)
        except OSError as error:
            raise refused("written", _PLACE, error) from error
        if for_everyone is not None:
            raise TrayError(
                "autostart-for-everyone",
                kind=Kind.DESKTOP,
                status=ExitStatus.NO_DESKTOP,
                place=_PLACE_FOR_EVERYONE,
            )

    def status(self) -> AutostartStatus:
        """See `Autostart.status`."""
        place = _PLACE
        try:
            root = winreg.HKEY_CURRENT_USER
            line = None if is_packaged() else _line(root)
            if line is None:
                root, place = winreg.HKEY_LOCAL_MACHINE, _PLACE_FOR_EVERYONE
                line = _line(root)
            if line is None:
                return AutostartStatus(AutostartState.OFF, _PLACE)
            command = _split(line)
            disabled_by = _disabled_by(root)
        except OSError as error:
            raise refused("read", place, error) from error
        for_everyone = root == winreg.HKEY_LOCAL_MACHINE
        return AutostartStatus(
            self._state(command, bool(disabled_by)), place, command, disabled_by, for_everyone=for_everyone
        )


def _line(root: int) -> str | None:
    """Return the command line that Windows runs; None if there is no entry or an empty one."""
    value, kind = _read(root, _RUN, _NAME)
    if not isinstance(value, str) or not value.strip():
        return None
    return winreg.ExpandEnvironmentStrings(value) if kind == winreg.REG_EXPAND_SZ else value


def _disabled_by(root: int) -> tuple[str, ...]:
    approved, _ = _read(root, _APPROVED, _NAME)
    if isinstance(approved, bytes) and approved and approved[0] % 2:
        return ("task-manager",)
    for policies in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
        policy, _ = _read(policies, _POLICIES, _POLICY[root])
        if policy == 1:
            return ("policy",)
    return ()


def _read(root: int, path: str, name: str) -> tuple[object, int]:
    try:
        with winreg.OpenKey(root, path) as key:
            return winreg.QueryValueEx(key, name)
    except FileNotFoundError:
        return None, winreg.REG_NONE


def _delete(path: str) -> None:
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path, 0, winreg.KEY_SET_VALUE) as key:
            winreg.DeleteValue(key, _NAME)
    except FileNotFoundError:
        pass


def _split(line: str) -> tuple[str, ...]:
    """Return the arguments in a command line, as the started program sees them."""
    split = ctypes.windll.shell32.CommandLineToArgvW
    split.argtypes = [ctypes.c_wchar_p, ctypes.POINTER(ctypes.c_int)]
    split.restype = ctypes.POINTER(ctypes.c_wchar_p)
    free = ctypes.windll.kernel32.LocalFree
    free.argtypes = [ctypes.c_void_p]
    count = ctypes.c_int()
    arguments = split(line, ctypes.byref(count))
    if not arguments:
        raise ctypes.WinError()
    try:
        return tuple(str(arguments[at]) for at in range(count.value))
    finally:
        free(arguments)

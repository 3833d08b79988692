r"""The AppUserModelID by which Windows knows whose toasts are shown: a key under HKCU\Software\Classes\AppUserModelId.

For a program without a package, Windows takes the name and the picture from this key:
https://learn.microsoft.com/windows/apps/design/shell/tiles-and-notifications/send-local-toast-other-apps. Under
HKEY_CURRENT_USER it needs no administrator, and no shortcut in the Start menu: the Windows Community Toolkit
(ToastNotificationManagerCompat.cs) and desktop-notifier register this way too. There is no COM activator
(CustomActivator): a toast is taken back when the program ends, so nothing is to be started by a click.

The process itself gets no AppUserModelID (SetCurrentProcessExplicitAppUserModelID): toasts don't need it, and the
balloons of the notification area would then be told of under another name.
"""

from __future__ import annotations

import sys
from contextlib import suppress

if sys.platform != "win32":
    raise ImportError("the registry is Windows' own")

import winreg

from tray.desktop.icon.artwork import Artwork

# At most 128 characters, without blanks (https://learn.microsoft.com/windows/win32/shell/appids), and without a
# backslash: Settings couldn't turn its notifications on again (CommunityToolkit/WindowsCommunityToolkit#3870).
APP_ID = "NotebookTray.NotebookTray"

_NAME = "Notebook Tray"
_KEY = rf"Software\Classes\AppUserModelId\{APP_ID}"


def register() -> None:
    """Write the key, or bring it up to date.

    :raises OSError: the registry refuses
    :raises TrayError: (desktop) the picture is missing
    """
    wanted = {"DisplayName": _NAME, "IconUri": str(Artwork.toast("application"))}
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _KEY) as key:
        for name, value in wanted.items():
            winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)


def place() -> str:
    """Return the key's whole path; empty if there is no key."""
    try:
        winreg.OpenKey(winreg.HKEY_CURRENT_USER, _KEY).Close()
    except OSError:
        return ""
    return rf"HKEY_CURRENT_USER\{_KEY}"


def unregister() -> None:
    """Remove the key; it is no error if there is none.

    :raises OSError: the registry refuses
    """
    with suppress(FileNotFoundError):
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, _KEY)

"""The head of the report: the versions of the program, of Python and of what they run on."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from tray import __version__
from tray.texts import doctor as texts


def versions() -> dict[str, str]:
    """Return the versions by name."""
    found = {
        "notebook-tray": __version__,
        "Python": platform.python_version(),
        texts.system(): _system(),
        texts.desktop(): _desktop(),
    }
    for package in ("boto3", "botocore", "keyring"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # frozen without its metadata
            found[package] = texts.unknown()
    return found


def _system() -> str:
    # Not platform.platform(), which starts programs.
    if sys.platform == "win32":
        windows = sys.getwindowsversion()
        return f"Windows {windows.major}.{windows.minor}.{windows.build}"
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {os.uname().release}"
    except (OSError, KeyError):
        return f"Linux {os.uname().release}"


def _desktop() -> str:
    if sys.platform in ("win32", "darwin"):
        return texts.own_desktop()
    name = os.environ.get("XDG_CURRENT_DESKTOP") or texts.unknown()
    kind = os.environ.get("XDG_SESSION_TYPE") or (
        "wayland" if os.environ.get("WAYLAND_DISPLAY") else "x11" if os.environ.get("DISPLAY") else texts.no_screen()
    )
    return f"{name} ({kind})"

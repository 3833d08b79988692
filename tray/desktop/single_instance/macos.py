"""Where the running copy is found on macOS: in this program's folder in the user's library, one copy for each user."""

from __future__ import annotations

from pathlib import Path

from tray.desktop.single_instance.posix import address, hung_up_after, listen, lock, make_private, unlock

__all__ = ["address", "desktop", "folder", "hung_up_after", "listen", "lock", "make_private", "unlock"]


def folder() -> Path:
    """Return the folder for the lock file.

    It is not the user's temporary folder, since macOS deletes files there that are unused for 3 days.
    """
    return Path.home() / "Library" / "Application Support" / "notebook-tray" / "run"


def desktop() -> str:
    """Return a name for the desktop. It is fixed, since macOS gives a user one desktop at a time."""
    return "tray"

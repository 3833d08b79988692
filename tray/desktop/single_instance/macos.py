"""Where the running copy is found on macOS: in the user's folder of this program, one for the user."""

from __future__ import annotations

from pathlib import Path

from tray.desktop.single_instance.posix import address, hung_up_after, listen, lock, make_private, unlock

__all__ = ["address", "desktop", "folder", "hung_up_after", "listen", "lock", "make_private", "unlock"]


def folder() -> Path:
    """Return the folder for it. Not in the user's temporary folder, which macOS clears of files unused for 3 days."""
    return Path.home() / "Library" / "Application Support" / "notebook-tray" / "run"


def desktop() -> str:
    """Return a name for the desktop: macOS gives a user one at a time."""
    return "tray"

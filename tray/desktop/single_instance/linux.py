"""Where the running copy is found on Linux: in the runtime folder, under a name made from the D-Bus session bus."""

from __future__ import annotations

import os
import sys
import zlib
from pathlib import Path

from tray.desktop.single_instance.posix import (
    address,
    hung_up_after,
    listen,
    lock,
    make_private,
    temporary_folder,
    unlock,
)

if sys.platform == "win32":
    raise ImportError("only Linux has runtime folders")

__all__ = ["address", "desktop", "folder", "hung_up_after", "listen", "lock", "make_private", "unlock"]


def folder() -> Path:
    """Return the folder for the lock file: in the runtime folder, or in /tmp where no login session has made one.

    The runtime folder must belong to this user (https://specifications.freedesktop.org/basedir-spec/latest/): under
    sudo the variable may name another user's.
    """
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    try:
        if runtime.is_absolute() and runtime.stat().st_uid == os.geteuid():
            return runtime / "notebook-tray"
    except OSError:
        pass
    return temporary_folder()


def desktop() -> str:
    """Return a name for the desktop that this process belongs to: one name for each session bus.

    The icon, its notifications and the panel are all on that bus. The name leaves the guid out, since some addresses of
    a bus have a guid and others of the same bus don't.
    """
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS") or f"unix:path={os.environ.get('XDG_RUNTIME_DIR')}/bus"
    transport, _, properties = address.partition(":")
    without_guid = [transport, *(each for each in properties.split(",") if not each.startswith("guid="))]
    return f"tray-{zlib.crc32(os.fsencode(','.join(without_guid))):08x}"

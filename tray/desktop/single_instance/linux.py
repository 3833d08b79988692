"""Where the running copy is found on Linux: in the runtime folder, under a name made from the D-Bus session bus."""

from __future__ import annotations

import os
import re
import stat
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

# Of a character in an address, as D-Bus writes it.
_CODE = re.compile(rb"%([0-9a-fA-F]{2})")

__all__ = ["address", "desktop", "folder", "hung_up_after", "listen", "lock", "make_private", "unlock"]


def folder() -> Path:
    """Return the folder for the lock file: in the runtime folder, or in /tmp where no login session has made one.

    The runtime folder must belong to this user (https://specifications.freedesktop.org/basedir-spec/latest/): under
    sudo the variable may name another user's. Where the variable is missing, as after `su`, the bus of systemd's is in
    that folder, and leads to the running copy.
    """
    named = os.environ.get("XDG_RUNTIME_DIR")
    runtime = Path(named or os.path.dirname(_socket(_address())))  # noqa: PTH120 - of a str
    try:
        found = runtime.stat()
    except OSError:
        return temporary_folder()
    is_private = bool(named) or not stat.S_IMODE(found.st_mode) & 0o077
    if runtime.is_absolute() and found.st_uid == os.geteuid() and is_private:
        return runtime / "notebook-tray"
    return temporary_folder()


def desktop() -> str:
    """Return a name for the desktop that this process belongs to: one name for each session bus.

    The icon, its notifications and the panel are all on that bus. However the address is written (with the bus's guid,
    with characters as their codes, with a path of several slashes or through a link), the name is the same.
    """
    address = _address()
    if socket := _socket(address):
        plain = f"unix:path={socket}"
    else:
        transport, _, properties = address.partition(":")
        without_guid = [transport, *(each for each in properties.split(",") if not each.startswith("guid="))]
        plain = ",".join(without_guid)
    return f"tray-{zlib.crc32(os.fsencode(plain)):08x}"


def _address() -> str:
    return os.environ.get("DBUS_SESSION_BUS_ADDRESS") or f"unix:path={os.environ.get('XDG_RUNTIME_DIR')}/bus"


def _socket(address: str) -> str:
    """Return the path of a bus's socket, as the system has it; empty for a bus without one.

    https://dbus.freedesktop.org/doc/dbus-specification.html#addresses: of several, the first that can be reached is
    used, which is the first of them on every desktop that is known.
    """
    _transport, _, properties = address.partition(";")[0].partition(":")
    values = dict(each.partition("=")[::2] for each in properties.split(","))
    path = _CODE.sub(lambda code: bytes.fromhex(code[1].decode()), os.fsencode(values.get("path", "")))
    return os.path.realpath(os.fsdecode(path)) if path.startswith(b"/") and b"\0" not in path else ""

"""Whose program is at the other end of a loopback connection, read from /proc/net.

Format: `Documentation/networking/proc_net_tcp.rst` of the Linux kernel. TCP has no SO_PEERCRED.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Mapping
from pathlib import Path

from tray.web.peer_owner import Owner

if sys.platform != "linux":
    raise ImportError("only Linux lists sockets in /proc/net")

_ESTABLISHED = "01"  # any other state may belong to a socket that no process holds, which is listed as root's
_LOCAL, _REMOTE, _STATE, _UID = 1, 2, 3, 7  # columns

Address = tuple[str, int]


def owner_of_peer(connection: socket.socket) -> Owner:
    """Return who has the other end of `connection` open.

    The owner is not known of a connection that is listed nowhere: it was closed meanwhile, or comes from another
    network namespace. It is not known either where /proc/net can't be read. On WSL, a browser of Windows comes through
    a relay, which is root's or listed nowhere: there the random path alone protects a page.
    """
    if is_wsl():
        return Owner(is_this_user=True)
    try:
        uid = peer_uid(connection.getpeername(), connection.getsockname())
    except (PermissionError, ValueError):
        uid = None
    return Owner(uid == os.geteuid(), uid)


def is_wsl(environ: Mapping[str, str] | None = None, version: Path = Path("/proc/version")) -> bool:
    """Say whether this is the Windows Subsystem for Linux.

    Its kernels have "microsoft" in their version; a service of systemd doesn't get WSL_INTEROP from it.
    """
    if (os.environ if environ is None else environ).get("WSL_INTEROP"):
        return True
    try:
        return "microsoft" in version.read_text("utf-8", "replace").lower()
    except OSError:
        return False


def peer_uid(peer: Address, here: Address, proc_net: Path = Path("/proc/net")) -> int | None:
    """Return the id of the user who owns the IPv4 socket from `peer` to `here`; None if the socket is not listed."""
    for table, encode in (("tcp", _ipv4), ("tcp6", _ipv4_mapped)):
        try:
            lines = (proc_net / table).read_text(encoding="ascii", errors="replace").splitlines()[1:]
        except FileNotFoundError:  # tcp6: a kernel without IPv6
            continue
        wanted = [encode(peer), encode(here), _ESTABLISHED]
        for columns in map(str.split, lines):
            # A line that is cut off says nothing, and hides no other.
            if columns[_LOCAL : _STATE + 1] == wanted and len(columns) > _UID and columns[_UID].isdecimal():
                return int(columns[_UID])
    return None


def _ipv4(address: Address) -> str:
    return _hexadecimal(socket.inet_aton(address[0]), address[1])


def _ipv4_mapped(address: Address) -> str:
    """Return `address` as /proc/net/tcp6 lists it: a browser with an IPv6 socket has the end ::ffff:127.0.0.1."""
    return _hexadecimal(bytes(10) + b"\xff\xff" + socket.inet_aton(address[0]), address[1])


def _hexadecimal(packed: bytes, port: int) -> str:
    # The kernel prints each 32-bit word of the address as a number of the machine's own byte order.
    words = struct.unpack(f"={len(packed) // 4}I", packed)
    return "".join(f"{word:08X}" for word in words) + f":{port:04X}"

"""The namespaces of a lane: its own loopback, and its own view of the files of the machine.

`unshare` makes them, for root or, where the kernel lets users do so, with a user namespace.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
from functools import cache
from pathlib import Path

# netdevice(7)
_GET_FLAGS, _SET_FLAGS, _SET_ADDRESS = 0x8913, 0x8914, 0x8916
_UP = 1
_MARK = "NOTEBOOK_TRAY_LANE"


@cache
def unshare_command() -> tuple[str, ...]:
    """Return what starts a program in namespaces of its own; nothing where that can't be had.

    All that it starts ends with it, as it is the first process of its namespace.
    """
    if shutil.which("unshare") is None:
        return ()
    for user in ((), ("--map-root-user",)):
        command = ("unshare", *user, "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return (*command, "env", f"{_MARK}=1")
    return ()


def is_own() -> bool:
    """Whether this process was started by `unshare_command`."""
    return os.environ.get(_MARK) == "1"


def set_loopback(*, up: bool) -> None:
    """Switch the loopback of this namespace on, or off: what is sent then goes nowhere, and nothing comes back."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = struct.pack("16sh22x", b"lo", 0)
        flags = struct.unpack("16sh22x", fcntl.ioctl(any_socket, _GET_FLAGS, asked))[1]
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh22x", b"lo", flags | _UP if up else flags & ~_UP))


def set_address(address: str) -> None:
    """Give the loopback another address: with 0.0.0.0 it has none, and there is no way to anywhere."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        wanted = struct.pack("16sHH4s8x", b"lo", socket.AF_INET, 0, socket.inet_aton(address))
        fcntl.ioctl(any_socket, _SET_ADDRESS, wanted)


def bind(own: Path, place: Path) -> None:
    """Show a file of the lane's in the place of one of the machine's, in this namespace alone."""
    subprocess.run(["mount", "--bind", own, place], check=True)

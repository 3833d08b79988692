"""Whether the other end of a loopback connection belongs to this user, as far as the system can say.

Linux tells (`peer_linux`). On Windows and macOS the 128 random bits of the path protect alone. Windows shows a
process's arguments to no other user who is not an administrator, and the default browser is not started with
arguments there. macOS shows them to everyone, but `macos` hands the address to the default browser without starting a
program; only what BROWSER names may have it in its arguments, for another user of that Mac to read and to ask for
first.
"""

from __future__ import annotations

import sys

if sys.platform == "linux":
    from tray.web.peer_linux import is_own_peer
else:
    import socket

    def is_own_peer(connection: socket.socket) -> bool:  # noqa: ARG001
        """Say yes: this system does not tell."""
        return True


__all__ = ["is_own_peer"]

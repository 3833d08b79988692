"""Whether the other end of a loopback connection belongs to this user, as far as the system can say.

Linux tells (`peer_linux`), except on WSL. On Windows and macOS, only the 128 random bits of the path protect a page.
Windows shows a process's arguments only to the same user and to administrators, and the default browser is not started
with arguments there. macOS shows arguments to every user, but `macos` hands the address to the default browser without
starting a program. Only a browser that BROWSER names may have the address in its arguments; then another user of that
Mac could read the address, and ask for the page before the browser does.
"""

from __future__ import annotations

import sys

from tray.web.peer_owner import Owner

if sys.platform == "linux":
    from tray.web.peer_linux import is_wsl, owner_of_peer
else:
    import socket

    def owner_of_peer(connection: socket.socket) -> Owner:  # noqa: ARG001
        """Return this user: this system does not tell."""
        return Owner(is_this_user=True)

    def is_wsl() -> bool:
        """Say no: only Linux runs in WSL."""
        return False


__all__ = ["Owner", "is_wsl", "owner_of_peer"]

"""The socket that a page on 127.0.0.1 is served at."""

from __future__ import annotations

import socket
import sys


def listen_on_loopback(backlog: int) -> socket.socket:
    """Return a socket that doesn't block and listens on a free port of 127.0.0.1.

    :param backlog: how many connections may wait to be taken
    :raises OSError: this machine's loopback can't be listened on
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # Without it, another program may bind the same port and take our connections.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(backlog)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener

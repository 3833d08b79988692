"""The end of an X server or of a Wayland compositor: the end of a connection that nothing is ever said on.

Programs with windows end with their display, since the library that they draw with ends them. This one has no window,
and what it lives on, the session bus, may outlive the display (`loginctl enable-linger`, or an ssh login).

Such a connection costs the display a slot of a client and no time, and neither side wakes up for it. An X server takes
it for a client that has yet to say who it is. It doesn't stay up for such clients, as it would for those that have said
so. After a minute it hangs up on them when the next client comes (EstablishNewConnections in xserver/os/connection.c),
and then another connection can be made. A Wayland compositor lets a client be silent for as long as it likes.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from tray.desktop.display.base import DisplayWatch

if sys.platform == "win32":
    raise ImportError("Windows has neither")

# A display manager that starts its server again, or KWin after a crash, is back within seconds. The next login hands
# its session over as it begins.
GRACE_SECONDS = 30.0
# How often a display is looked for in that time. Not at once: a server that ends hangs up before it listens no longer.
_TRIES = 3

# A display of this computer, as libxcb reads it. One of another computer is an ssh client's, say, which would not end
# before its connections do.
_LOCAL_X11 = re.compile(r"(?:unix)?:(\d{1,5})(?:\.\d+)?")

_log = logging.getLogger(__name__)

_Address = str | bytes


class LinuxDisplayWatch(DisplayWatch):
    """Watches the display that the environment names, on a thread that sleeps for as long as the display lasts.

    A display that was never reached is not watched: to have none is not to have lost it. `grace_seconds` is how long a
    display may be gone before it has ended.
    """

    def __init__(self, grace_seconds: float = GRACE_SECONDS) -> None:
        self._grace_seconds = grace_seconds
        self._changed = threading.Condition()
        self._moves = 0
        self._stopped = False
        self._held: socket.socket | None = None
        self._on_end: Callable[[], None] = lambda: None

    def start(self, on_end: Callable[[], None]) -> None:
        """See `DisplayWatch.start`. It may be called once."""
        self._on_end = on_end
        threading.Thread(target=self._run, name="display", daemon=True).start()

    def moved(self) -> None:
        """See `DisplayWatch.moved`."""
        with self._changed:
            self._moves += 1
            self._let_go()

    def stop(self) -> None:
        """See `DisplayWatch.stop`."""
        with self._changed:
            self._stopped = True
            self._let_go()

    def _let_go(self) -> None:
        self._changed.notify_all()
        if self._held is not None:
            _shut_down(self._held)  # which ends the wait for it

    # From here on, everything runs on the watch's own thread.

    def _run(self) -> None:
        try:
            while not self._stopped:
                if not self._watch(self._moves):
                    return
        except Exception:  # noqa: BLE001 - the program goes on without
            _log.exception("Watching the display failed")

    def _watch(self, moves: int) -> bool:
        """Watch the display of the present environment; return whether there may be another one to watch."""
        addresses = _addresses(os.environ)
        connection = _connect(addresses)
        if connection is None:
            _log.debug("No display is watched")
            self._wait(moves, None)
            return True
        _log.info("The display is watched")
        while connection is not None:
            self._hold(connection, moves)
            connection = self._reach_again(addresses, moves)
        return self._is_over(moves) or not self._end(moves)

    def _hold(self, connection: socket.socket, moves: int) -> None:
        """Return when the display, or somebody here, ends the connection."""
        with connection:
            with self._changed:
                if self._is_over(moves):
                    return
                self._held = connection
            try:
                while connection.recv(4096):
                    pass
            except OSError:
                pass
            finally:
                with self._changed:
                    self._held = None

    def _reach_again(self, addresses: tuple[_Address, ...], moves: int) -> socket.socket | None:
        for _ in range(_TRIES):
            self._wait(moves, self._grace_seconds / _TRIES)
            if self._is_over(moves):
                break
            if (connection := _connect(addresses)) is not None:
                return connection
        return None

    def _is_over(self, moves: int) -> bool:
        """Whether another display is to be watched than the one since `moves`, or none."""
        return self._stopped or self._moves != moves

    def _wait(self, moves: int, seconds: float | None) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_over(moves), seconds)

    def _end(self, moves: int) -> bool:
        """Say that the display has ended, unless another one was handed over up to this moment."""
        with self._changed:
            if self._is_over(moves):
                return False
            _log.info("The display has ended, and no other desktop session was handed over")
            self._on_end()
            return True


def _addresses(environment: Mapping[str, str]) -> tuple[_Address, ...]:
    """Return where the display listens: the first that can be connected to; nothing for one that is not watched."""
    wayland = environment.get("WAYLAND_DISPLAY", "")
    if not wayland and environment.get("XDG_SESSION_TYPE") == "wayland":
        wayland = "wayland-0"  # as wl_display_connect(3) does
    if wayland:
        # Not XWayland, which a connection would start.
        runtime = environment.get("XDG_RUNTIME_DIR", "")
        return (str(Path(runtime, wayland)),) if runtime or Path(wayland).is_absolute() else ()
    if found := _LOCAL_X11.fullmatch(environment.get("DISPLAY", "")):
        path = f"/tmp/.X11-unix/X{found[1]}"  # noqa: S108 # nosec B108 # X11's own place
        return b"\0" + path.encode(), path
    return ()


def _connect(addresses: tuple[_Address, ...]) -> socket.socket | None:
    """Return a connection to the first of `addresses` that somebody listens at."""
    for address in addresses:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(address)  # waits for a display that hangs: it has not ended
        except OSError:
            connection.close()
        else:
            return connection
    return None


def _shut_down(connection: socket.socket) -> None:
    with suppress(OSError):  # the display has hung up already
        connection.shutdown(socket.SHUT_RDWR)

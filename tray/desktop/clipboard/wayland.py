"""The clipboard of a Wayland compositor, through its data-control protocol.

With the core protocol, only the program whose window has the focus may copy. Data control is for programs without a
window: ext-data-control-v1 (wayland-protocols, staging), or its predecessor wlr-data-control-unstable-v1
(wlr-protocols), which is the same on the wire except for the names. KWin, Sway, Hyprland, Niri, COSMIC and others have
one of the two; GNOME has neither.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tray.desktop.clipboard.wayland_wire import Message, WaylandConnection, read_string, read_uint, string, uint

if sys.platform == "win32":
    raise ImportError("Wayland needs Unix sockets that carry file descriptors")

_MANAGERS = ("ext_data_control_manager_v1", "zwlr_data_control_manager_v1")
_VERSION = 1  # of each interface: the first version has all that is needed

# The objects: the client numbers them, in order and without gaps (wayland.xml; the display is always 1).
_DISPLAY, _REGISTRY, _GLOBALS_LISTED, _SEAT, _MANAGER, _DEVICE, _SOURCE, _TAKEN = range(1, 9)

# Requests and events are numbered in the order in which the protocols list them.
_DISPLAY_SYNC, _DISPLAY_GET_REGISTRY = 0, 1
_REGISTRY_BIND = 0
_MANAGER_CREATE_SOURCE, _MANAGER_GET_DEVICE = 0, 1
_DEVICE_SET_SELECTION = 0
_SOURCE_OFFER = 0
_OFFER_DESTROY = 1
_DISPLAY_ERROR = (_DISPLAY, 0)
_REGISTRY_GLOBAL = (_REGISTRY, 0)
_DEVICE_DATA_OFFER, _DEVICE_FINISHED = (_DEVICE, 0), (_DEVICE, 2)
_SOURCE_SEND, _SOURCE_CANCELLED = (_SOURCE, 0), (_SOURCE, 1)


class WaylandSelection:
    """Owns the clipboard of the compositor that `environment` names, offering `contents` by MIME type.

    :raises OSError: there is no such compositor, it has no data control, or it refused
    """

    def __init__(self, contents: Mapping[str, bytes], environment: Mapping[str, str]) -> None:
        self._contents = dict(contents)
        self._is_ours = True
        self._connection = WaylandConnection(_socket_path(environment))
        try:
            seat, manager, interface = self._find_globals()
            send = self._connection.send
            send(_REGISTRY, _REGISTRY_BIND, uint(seat), string("wl_seat"), uint(_VERSION), uint(_SEAT))
            send(_REGISTRY, _REGISTRY_BIND, uint(manager), string(interface), uint(_VERSION), uint(_MANAGER))
            send(_MANAGER, _MANAGER_GET_DEVICE, uint(_DEVICE), uint(_SEAT))
            send(_MANAGER, _MANAGER_CREATE_SOURCE, uint(_SOURCE))
            for name in self._contents:
                send(_SOURCE, _SOURCE_OFFER, string(name))
            send(_DEVICE, _DEVICE_SET_SELECTION, uint(_SOURCE))
            for message in self._round_trip(_TAKEN):
                self._handle(message)
        except BaseException:
            self.close()
            raise

    def fileno(self) -> int:
        """Return the connection's descriptor."""
        return self._connection.fileno()

    def answer(self) -> bool:
        """Answer all requests that are waiting; return whether the clipboard is still ours."""
        try:
            for message in self._connection.received():
                self._handle(message)
        except OSError:
            return False
        return self._is_ours

    def close(self) -> None:
        """Leave the compositor, which frees the clipboard if it is still ours."""
        self._contents = {}
        self._connection.close()

    def _find_globals(self) -> tuple[int, int, str]:
        """Return the compositor's numbers of the seat and of data control, and the name of data control's interface."""
        self._connection.send(_DISPLAY, _DISPLAY_GET_REGISTRY, uint(_REGISTRY))
        numbers: dict[str, int] = {}
        for message in self._round_trip(_GLOBALS_LISTED):
            if message.event == _REGISTRY_GLOBAL:
                number, rest = read_uint(message.payload)
                interface, _ = read_string(rest)
                numbers.setdefault(interface, number)
        for manager in _MANAGERS:
            if manager in numbers and "wl_seat" in numbers:
                return numbers["wl_seat"], numbers[manager], manager
        raise ConnectionError("the compositor has no data control")

    def _round_trip(self, callback: int) -> Iterator[Message]:
        """Give every message until the compositor has answered all that was sent before."""
        self._connection.send(_DISPLAY, _DISPLAY_SYNC, uint(callback))
        is_done = False
        while not is_done:
            for message in self._connection.wait():
                if message.event == _DISPLAY_ERROR:
                    raise ConnectionError("the compositor refused")
                if message.event == (callback, 0):
                    is_done = True
                else:
                    yield message

    def _handle(self, message: Message) -> None:
        if message.event == _SOURCE_SEND:
            name, _ = read_string(message.payload)
            self._write(name, self._connection.next_descriptor())
        elif message.event == _DEVICE_DATA_OFFER:
            # What other programs copy is not wanted here, and the compositor would keep each offer for us.
            offer, _ = read_uint(message.payload)
            self._connection.send(offer, _OFFER_DESTROY)
        elif message.event in (_SOURCE_CANCELLED, _DEVICE_FINISHED, _DISPLAY_ERROR):
            self._is_ours = False

    def _write(self, name: str, descriptor: int) -> None:
        try:
            # A reader that does not read must not hold us up. The whole text fits into a pipe.
            os.set_blocking(descriptor, False)
            with contextlib.suppress(OSError):
                os.write(descriptor, self._contents.get(name, b""))
        finally:
            os.close(descriptor)


def _socket_path(environment: Mapping[str, str]) -> Path:
    """Return the path of the compositor's socket, as wl_display_connect(3) finds it."""
    name = environment.get("WAYLAND_DISPLAY") or "wayland-0"
    folder = environment.get("XDG_RUNTIME_DIR", "")
    if not folder and not Path(name).is_absolute():
        raise ConnectionError("XDG_RUNTIME_DIR is not set")
    return Path(folder, name)

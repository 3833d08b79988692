"""Wayland's wire format: messages of 32-bit words over a Unix socket, with file descriptors beside them.

https://wayland.freedesktop.org/docs/html/ch04.html#sect-Protocol-Wire-Format
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "win32":
    raise ImportError("Wayland needs Unix sockets that carry file descriptors")

_HEADER_BYTES = 8
_ANSWER_WITHIN_SECONDS = 10.0
_MOST_DESCRIPTORS = 28  # libwayland sends no more at once


@dataclass(frozen=True, slots=True)
class Message:
    """An event: the object and the number of the event, and its arguments as bytes."""

    event: tuple[int, int]
    payload: bytes


class WaylandConnection:
    """A connection to the compositor that listens at `path`.

    :raises OSError: no compositor listens there
    """

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._unread = bytearray()
        self._descriptors: deque[int] = deque()
        try:
            self._socket.settimeout(_ANSWER_WITHIN_SECONDS)
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close the socket and every descriptor that was received and not taken."""
        self._socket.close()
        while self._descriptors:
            os.close(self._descriptors.popleft())

    def send(self, target: int, opcode: int, *arguments: bytes) -> None:
        """Send a request to the object `target`."""
        payload = b"".join(arguments)
        size = _HEADER_BYTES + len(payload)
        self._socket.sendall(struct.pack("=II", target, size << 16 | opcode) + payload)

    def wait(self) -> list[Message]:
        """Return the next messages, one at least.

        :raises OSError: the compositor hung up, or said nothing for 10 seconds
        """
        while True:
            self._read()
            if messages := list(self._split()):
                return messages

    def received(self) -> list[Message]:
        """Return the messages that have come, without waiting for any.

        :raises OSError: the compositor hung up
        """
        self._socket.setblocking(False)
        try:
            self._read()
        except BlockingIOError:
            pass
        finally:
            self._socket.settimeout(_ANSWER_WITHIN_SECONDS)
        return list(self._split())

    def next_descriptor(self) -> int:
        """Return the next file descriptor that came with a message; the caller has to close it.

        :raises OSError: no descriptor came
        """
        if not self._descriptors:
            raise ConnectionError("a file descriptor is missing")
        return self._descriptors.popleft()

    def _read(self) -> None:
        data, descriptors, _, _ = socket.recv_fds(self._socket, 65536, _MOST_DESCRIPTORS)
        self._descriptors.extend(descriptors)
        if not data:
            raise ConnectionError("the compositor hung up")
        self._unread += data

    def _split(self) -> Iterator[Message]:
        while len(self._unread) >= _HEADER_BYTES:
            sender, word = struct.unpack_from("=II", self._unread)
            size = word >> 16
            if size < _HEADER_BYTES:
                raise ConnectionError("a message is shorter than its header")
            if len(self._unread) < size:
                return
            payload = bytes(self._unread[_HEADER_BYTES:size])
            del self._unread[:size]
            yield Message((sender, word & 0xFFFF), payload)


def uint(value: int) -> bytes:
    """Return an argument of the types uint, object and new_id."""
    return struct.pack("=I", value)


def string(text: str) -> bytes:
    """Return an argument of the type string: its length, its bytes, a NUL, and zeros up to the next word."""
    encoded = text.encode() + b"\0"
    return uint(len(encoded)) + encoded + bytes(-len(encoded) % 4)


def read_uint(payload: bytes) -> tuple[int, bytes]:
    """Return the first argument, which is a uint, and the rest."""
    (value,) = struct.unpack_from("=I", payload)
    return int(value), payload[4:]


def read_string(payload: bytes) -> tuple[str, bytes]:
    """Return the first argument, which is a string, and the rest."""
    length, rest = read_uint(payload)
    return rest[: max(0, length - 1)].decode(errors="replace"), rest[length + -length % 4 :]

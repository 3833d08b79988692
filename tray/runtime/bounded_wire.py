"""A socket for http.client: each read and write gets only the time that is left, and no answer is too long.

http.client's own timeout begins anew with each byte, and nothing in it limits an answer.
"""

from __future__ import annotations

import io
import math
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable


class TooLongError(Exception):
    """More bytes than any answer has."""


class BoundedWire:
    """What http.client needs of a socket.

    :param deadline: on the monotonic clock, in seconds: after it, reads and writes raise TimeoutError
    :param most_bytes: what may be read in all; more raises TooLongError
    :param kept: whether the connection stays open after the answer: then its owner closes it, and nothing here does
    :param wait_seconds: how long a single read or write may wait
    """

    def __init__(
        self,
        connection: socket.socket,
        deadline: float,
        most_bytes: int,
        *,
        kept: bool,
        wait_seconds: float = math.inf,
    ) -> None:
        self._connection = connection
        self._deadline = deadline
        self._most_bytes = most_bytes
        self._closes = not kept
        self._wait_seconds = wait_seconds
        self._has_reader = False

    def makefile(self, *_: object) -> io.BufferedReader:
        """Return what the answer is read from."""
        self._has_reader = True
        return io.BufferedReader(_Reader(self._connection, self._await, self._most_bytes, closes=self._closes))

    def sendall(self, data: Any) -> None:
        """Write all of it."""
        self._await()
        self._connection.sendall(data)

    def close(self) -> None:
        """Close the connection, unless it is kept, or an answer is read from it: http.client closes before that."""
        if self._closes and not self._has_reader:
            self._connection.close()

    def _await(self) -> None:
        self._connection.settimeout(min(seconds_until(self._deadline), self._wait_seconds))


class _Reader(io.RawIOBase):
    def __init__(
        self, connection: socket.socket, prepare: Callable[[], None], most_bytes: int, *, closes: bool
    ) -> None:
        super().__init__()
        self._connection = connection
        self._prepare = prepare
        self._left_bytes = most_bytes
        self._closes = closes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._prepare()
        count = self._connection.recv_into(buffer)
        self._left_bytes -= count
        if self._left_bytes < 0:
            raise TooLongError
        return count

    def close(self) -> None:
        super().close()
        if self._closes:
            self._connection.close()


def seconds_until(deadline: float) -> float:
    """Return the seconds that are left until a time of the monotonic clock.

    :raises TimeoutError: none are left
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left

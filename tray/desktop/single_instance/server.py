"""The running copy's server, which takes requests from the user's other processes."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Client, Connection
from typing import TYPE_CHECKING

from tray.desktop.single_instance import messages as m
from tray.desktop.single_instance import system

if TYPE_CHECKING:
    from tray.desktop.single_instance.session import Session

log = logging.getLogger(__name__)

# A conversation takes milliseconds. The server hangs up on a process that takes longer than this.
CONVERSATION_SECONDS = 5.0
# The most conversations at once. A further one waits until one of these is over, which is soon.
MOST_CONVERSATIONS = 8
_BACKLOG = 64
_CLOSE_SECONDS = 1.0


class Server:
    """Listens at `address` from now until `close`, and calls `do` with each request.

    Before that, `follow` is called with the desktop session of the process that asks to be shown, or to be followed.

    :raises OSError: nothing can listen there
    """

    def __init__(
        self,
        address: str,
        do: Callable[[m.InstanceRequest], m.Names | None],
        follow: Callable[[Session], object] = lambda _: None,
    ) -> None:
        self.address = address
        self._do = do
        self._follow = follow
        self._closed = False
        self._free = threading.Semaphore(MOST_CONVERSATIONS)
        self._listener = system.listen(address, _BACKLOG)
        self._thread = threading.Thread(target=self._accept, name="instance", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._closed = True
        # Closing the listener would not wake the thread that waits for a connection, so we connect to wake it. A thread
        # does that: a process that has taken the socket's place must not hold up Quit.
        threading.Thread(target=self._wake, name="instance-wake", daemon=True).start()
        self._thread.join(_CLOSE_SECONDS)
        with contextlib.suppress(OSError):  # another process has removed the socket
            self._listener.close()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            Client(self.address).close()

    def _accept(self) -> None:
        while True:
            self._free.acquire()
            try:
                connection = self._listener.accept()
            except OSError:
                self._free.release()
                if self._closed:
                    return
                log.exception("no connection could be taken")
                threading.Event().wait(1)  # too many files may be open, and some may be closed by then
                continue
            if self._closed:
                connection.close()
                return
            try:
                threading.Thread(target=self._converse, args=[connection], name="instance-peer", daemon=True).start()
            except RuntimeError:  # the system has no thread left; the process that asks tries again
                log.exception("nobody is there to listen")
                connection.close()
                self._free.release()

    def _converse(self, connection: Connection) -> None:
        try:
            with connection, system.hung_up_after(connection, CONVERSATION_SECONDS):
                self._answer(connection)
        except m.MessageError as error:
            log.warning("refused a request: %s", error)
        except (OSError, EOFError) as error:
            log.info("a request was not made to its end: %s", type(error).__name__)
        finally:
            self._free.release()

    def _answer(self, connection: Connection) -> None:
        message = connection.recv_bytes(m.MOST_BYTES)
        try:
            request = m.read_ask(message)
            if request in (m.InstanceRequest.SHOW, m.InstanceRequest.SESSION):
                self._follow(m.read_session(message))
        except m.VersionError:
            request = None  # a process of another release asks: it is told that this release doesn't know the request
        try:
            answer = self._answered(request)
        except m.EndingError:
            log.info("%s comes too late: this copy ends", request)
            return
        connection.send_bytes(m.answer(answer))

    def _answered(self, request: m.InstanceRequest | None) -> m.InstanceAnswer:
        if request is None:
            return m.InstanceAnswer(m.InstanceOutcome.UNKNOWN, os.getpid())
        try:
            names = self._do(request)
        except m.EndingError:
            raise
        except Exception:
            log.exception("%s failed", request.value)
            return m.InstanceAnswer(m.InstanceOutcome.FAILED, os.getpid())
        return m.InstanceAnswer(m.InstanceOutcome.DONE, os.getpid(), names or {})

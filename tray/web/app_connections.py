"""The connections to the app server: whose they are, how many there may be, and how long each may take to ask."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from tray.web.peer import owner_of_peer

if TYPE_CHECKING:
    from tray.web.answer import PageAnswer

_log = logging.getLogger(__name__)

# A browser has six to a host, streams of events included; all others are of programs that keep them for nothing.
MOST_CONNECTIONS = 128
# From the first byte of a request to the end of its head.
_ASK_WITHIN_SECONDS = 10.0
# Also before the first byte: Chromium opens spare connections.
_IDLE_SECONDS = 30.0


class Connections:
    """All connections of one server. Used on the server's thread alone."""

    def __init__(self, for_strangers: PageAnswer) -> None:
        self._refusal = for_strangers.to_bytes()
        self._open: dict[GuardedProtocol, None] = {}
        self._has_refused = False

    def make_protocol(self, *given: Any, **named: Any) -> GuardedProtocol:
        """Return the protocol of a new connection: what uvicorn calls with its own arguments."""
        return GuardedProtocol(self, *given, **named)

    def add(self, connection: GuardedProtocol) -> None:
        """Count a connection; of too many, the oldest that waits for no answer is closed."""
        self._open[connection] = None
        if len(self._open) > MOST_CONNECTIONS:
            everyone = list(self._open)
            oldest = next((each for each in everyone if not each.answering), everyone[0])
            self.drop(oldest)  # here, as its end is told later: many may come at once
            oldest.abort()

    def drop(self, connection: GuardedProtocol) -> None:
        """Count a connection no longer."""
        self._open.pop(connection, None)

    def refusal(self) -> bytes:
        """Return what another user's program gets; the first is logged."""
        if not self._has_refused:
            self._has_refused = True
            _log.warning("The pages refused a program that could not be shown to be this user's")
        return self._refusal


class GuardedProtocol(H11Protocol):
    """Reads nothing of what another user's program says, and waits for no slow sender.

    uvicorn itself limits neither the time before the first request nor the time that a request's head takes.
    """

    def __init__(self, connections: Connections, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._connections = connections
        self._is_ours = False
        self._patience: asyncio.TimerHandle | None = None
        self._is_asking = False

    @property
    def answering(self) -> bool:
        """Whether a request was read whole, and its answer isn't."""
        return self.cycle is not None and not self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._connections.add(self)
        self._wait(_IDLE_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        self._connections.drop(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what this user's program sends."""
        if not self._is_ours:
            if not owner_of_peer(self.transport.get_extra_info("socket")).is_this_user:
                self.transport.write(self._connections.refusal())
                self.transport.close()
                return
            self._is_ours = True
        if not self._is_asking:
            self._is_asking = True
            self._wait(_ASK_WITHIN_SECONDS)
        super().data_received(data)
        if self.answering:
            self._stop_waiting()
            self._is_asking = False

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        if not self.transport.is_closing() and not self.answering:
            self._is_asking = False
            self._wait(_IDLE_SECONDS)

    def abort(self) -> None:
        """Hang up."""
        self.transport.abort()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._patience = self.loop.call_later(seconds, self.abort)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

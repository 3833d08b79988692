"""The server of the pages that stay open: an ASGI application on 127.0.0.1, with uvicorn, on a thread of its own.

Imported when a page is opened for the first time, and never before: uvicorn takes a tenth of a second to import.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import uvicorn

from tray.web.app_connections import MOST_CONNECTIONS, Connections
from tray.web.app_gate import FIRST as FIRST
from tray.web.app_gate import App, Gate
from tray.web.listening import listen_on_loopback
from tray.web.request import MAXIMUM_HEAD_BYTES

if TYPE_CHECKING:
    from tray.web.answer import PageAnswer

_log = logging.getLogger(__name__)

# How long the server stays after the last page was closed: a closed tab is opened again, and a laptop sleeps.
UNUSED_SECONDS = 15 * 60.0
_KEEP_ALIVE_SECONDS = 30
_END_WITHIN_SECONDS = 1


class EndedError(Exception):
    """The server has ended: another one has to be made."""


class AppServer:
    """Serves `app` to this user's browser; listens as soon as it is made.

    It ends by itself once no page was open for `unused_seconds`, and then calls `on_end`, on its own thread. Only
    requests that the gate lets through reach `app` (`app_gate.py`).

    :param for_strangers: what another user's program gets, whatever it asks for (on Linux, which tells)
    :param refusal: makes the page of a refusal of its title and text
    :raises OSError: this machine's loopback can't be listened on
    """

    def __init__(
        self,
        app: App,
        *,
        for_strangers: PageAnswer,
        refusal: Callable[[HTTPStatus, tuple[str, str]], PageAnswer],
        unused_seconds: float = UNUSED_SECONDS,
        on_end: Callable[[], object] = lambda: None,
    ) -> None:
        self._listener = listen_on_loopback(MOST_CONNECTIONS)
        self.port: int = self._listener.getsockname()[1]
        self._gate = Gate(app, self.port, refusal)
        self._connections = Connections(for_strangers)
        self._unused_seconds = unused_seconds
        self._on_end = on_end
        self._lock = threading.Lock()
        self._is_over = False
        self._loop = asyncio.new_event_loop()
        self._closing = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="pages", daemon=True)
        self._thread.start()

    def entrance(self, path: str, first: Mapping[str, Any] | None = None) -> str:
        """Return an address that leads a browser to `path` once, within two minutes: a secret.

        :param first: what the page shows first: the page finds it in its first request (`app_gate.FIRST`)
        :raises EndedError: nobody listens any more
        """
        with self._lock:
            if self._is_over:
                raise EndedError
            return self._gate.entrance(path, first)

    def call(self, what: Callable[[], object]) -> None:
        """Have `what` called on the server's thread soon. May be called from any thread; does nothing after the end."""
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(what)

    def close(self) -> None:
        """End the server, and wait for that. May be called from any thread but the server's, and repeatedly."""
        self.call(self._closing.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(_Server(self._config(), self._wait).serve([self._listener]))
        except Exception:  # noqa: BLE001 - it is in the log
            _log.exception("the server of the pages stopped")
        finally:
            with self._lock:
                self._is_over = True
            self._listener.close()
            self._on_end()

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            self._gate,
            http=self._connections.make_protocol,  # type: ignore[arg-type] # a class, says uvicorn, and calls it
            backlog=MOST_CONNECTIONS,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="warning",
            access_log=False,  # addresses may hold a token
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_END_WITHIN_SECONDS,
            h11_max_incomplete_event_size=MAXIMUM_HEAD_BYTES,
        )

    async def _wait(self) -> None:
        """Wait until the server is closed, or nobody has used it for long."""
        while not self._closing.is_set():
            left = self._unused_seconds - self._gate.unused_seconds()
            if left <= 0:
                with self._lock:
                    # Looked at once more: a browser may just have been sent here.
                    if self._gate.unused_seconds() >= self._unused_seconds:
                        self._is_over = True
                        return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), max(0.05, left))


class _Server(uvicorn.Server):
    """uvicorn's server, which waits for its end and doesn't look ten times a second."""

    def __init__(self, config: uvicorn.Config, wait: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._wait = wait

    async def main_loop(self) -> None:
        """Return when the server is to end."""
        await self._wait()

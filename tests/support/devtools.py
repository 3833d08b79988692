"""A browser's pages over the Chrome DevTools protocol (https://chromedevtools.github.io/devtools-protocol/)."""

from __future__ import annotations

import base64
import itertools
import json
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import websocket

from tests.support.waiting import PATIENCE_SECONDS, wait_until

# Loopback is never reached through the machine's proxy.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Target:
    """A page that the browser has open. Its URL is kept out of the repr: it may be a presigned one."""

    kind: str
    title: str
    socket_url: str


class Browser:
    """A running browser, reached at its debugging port on 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self.port = port

    def pages(self) -> list[Target]:
        """Return the open tabs."""
        with _DIRECT.open(f"http://127.0.0.1:{self.port}/json/list", timeout=10) as answer:
            found = json.load(answer)
        targets = [Target(t["type"], t["title"], t.get("webSocketDebuggerUrl", "")) for t in found]
        return [target for target in targets if target.kind == "page"]

    @contextmanager
    def page_where(self, expression: str, *, seconds: float = PATIENCE_SECONDS) -> Iterator[Page]:
        """Wait for a tab in which the JavaScript `expression` is true, and attach to it.

        :raises TimeoutError: no tab came to that; the message has the titles of those that were there
        """

        def matching() -> Target | None:
            for target in self.pages():
                with attached(target) as page:
                    if page.is_true(expression):
                        return target
            return None

        target = wait_until(
            matching,
            lambda: f"a page where {expression}; open are {[page.title for page in self.pages()]}",
            seconds=seconds,
            interval_seconds=0.2,
        )
        with attached(target) as page:
            yield page


class Page:
    """A tab that this test is attached to."""

    def __init__(self, connection: websocket.WebSocket) -> None:
        self._connection = connection
        self._ids = itertools.count(1)

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call a DevTools method and return its result.

        :raises RuntimeError: the browser refused it
        """
        number = next(self._ids)
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._connection.recv())
            if message.get("id") == number:
                break
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']['message']}")
        return cast("dict[str, Any]", message["result"])

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; a promise is awaited.

        :raises RuntimeError: it threw
        """
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']['text']}")
        return result["result"].get("value")

    def is_true(self, expression: str) -> bool:
        """Tell whether a JavaScript expression is true now; a page that is just being left says no."""
        try:
            return bool(self.evaluate(expression))
        except RuntimeError:
            return False

    def wait_until(self, expression: str, *, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until a JavaScript expression is true.

        :raises TimeoutError: it stayed false
        """
        wait_until(lambda: self.is_true(expression), f"the page to say {expression}", seconds=seconds)

    def wait_until_painted(self) -> None:
        """Wait until what the page holds now is what it shows."""
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def screenshot(self, path: Path) -> None:
        """Write what the page shows to a PNG file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))


@contextmanager
def attached(target: Target) -> Iterator[Page]:
    """Attach to a tab."""
    # Without an Origin header: Chromium refuses every origin that --remote-allow-origins does not name.
    connection = websocket.create_connection(
        target.socket_url, timeout=PATIENCE_SECONDS, suppress_origin=True, http_no_proxy=["127.0.0.1"]
    )
    with closing(connection):
        yield Page(connection)

"""The addresses of the page of all notebook instances, as an ASGI application behind the gate of `web.app_gate`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, MutableMapping
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, Router

from tray.app_pages.notebooks import choices, rows
from tray.app_pages.notebooks.live import Live
from tray.menu.notebooks import notebook_actions
from tray.texts import all_notebooks as texts
from tray.texts import pages as page_texts

if TYPE_CHECKING:
    from starlette.requests import Request

    from tray.fleet.snapshot import Snapshot
    from tray.model.commands import Command

_log = logging.getLogger(__name__)

PATH = "/notebooks"
_STATIC = Path(__file__).with_name("static")
# Each file by its name: no address names a path.
_FILES = {
    "main.js": "text/javascript",
    "data.js": "text/javascript",
    "events.js": "text/javascript",
    "list.js": "text/javascript",
    "notices.js": "text/javascript",
    "dialog.js": "text/javascript",
    "look.css": "text/css",
    "icon.svg": "image/svg+xml",
}


class NotebookPages:
    """Answers for the page; `do` carries out what the user chooses on it, and returns at once.

    :param snapshot: returns what is known now; called often, and from the server's thread
    """

    def __init__(self, snapshot: Callable[[], Snapshot], do: Callable[[Command], object]) -> None:
        self._snapshot = snapshot
        self._do = do
        self._live = Live(snapshot)
        self._app = Router(
            routes=[
                Route(PATH, self._page),
                Route(f"{PATH}/events", self._events),
                Route(f"{PATH}/actions", self._actions, methods=["POST"]),
                Route(f"{PATH}/do", self._chosen, methods=["POST"]),
                Route(f"{PATH}/{{name}}", self._file),
            ]
        )

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    def changed(self) -> None:
        """Tell open pages that the snapshot has changed; on the server's thread."""
        self._live.changed()

    async def _page(self, _request: Request) -> Response:
        return Response(_html(), media_type="text/html")

    async def _events(self, _request: Request) -> Response:
        return StreamingResponse(self._live.stream(), media_type="text/event-stream")

    async def _actions(self, request: Request) -> Response:
        """Return the menu's list of a notebook instance."""
        try:
            profile, arn = choices.notebook_of(await request.body())
        except choices.ChoiceError:
            return _changed()
        return JSONResponse(rows.actions(notebook_actions(self._snapshot(), time.time(), profile, arn)))

    async def _chosen(self, request: Request) -> Response:
        try:
            command = choices.read(await request.body(), self._snapshot(), time.time())
        except choices.ChoiceError as error:
            _log.info("a choice on the page was refused: %s", error)
            return _changed()
        self._do(command)
        return JSONResponse({}, HTTPStatus.ACCEPTED)

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _FILES:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        return Response((_STATIC / name).read_bytes(), media_type=_FILES[name])


def _changed() -> Response:
    return JSONResponse({"message": texts.changed()}, HTTPStatus.CONFLICT)


def _html() -> str:
    html = (_STATIC / "page.html").read_text("utf-8")
    title = page_texts.page_title(texts.title())
    places = {"language": page_texts.html_language(), "title": title, "heading": texts.title()}
    for place, text in places.items():
        html = html.replace(f"{{{place}}}", escape(text))
    # Data, and no script: with `<` escaped, nothing in it ends the element.
    words = rows.as_json({"words": texts.words()._asdict(), "statuses": texts.statuses()}).replace("<", "\\u003c")
    return html.replace("{words}", words)

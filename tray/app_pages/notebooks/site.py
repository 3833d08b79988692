"""The addresses of the page of all notebook instances."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tray.app_pages.notebooks import choices, hours
from tray.app_pages.notebooks.news import NotebookNews
from tray.app_pages.shared import lines
from tray.app_pages.shared.asked import ChoiceError
from tray.app_pages.shared.files import file_route, page
from tray.app_pages.shared.streams import Open, Streams
from tray.menu.notebooks import notebook_actions
from tray.menu.words import stretch
from tray.texts import all_notebooks as texts
from tray.web.app_server import FIRST

if TYPE_CHECKING:
    from starlette.requests import Request

    from tray.app_pages.notebooks.hours import Facts
    from tray.fleet.snapshot import Snapshot
    from tray.model.commands import Command, ShowNotebooks

_log = logging.getLogger(__name__)

_STATIC = Path(__file__).with_name("static")
_FILES = ("main.js", "data.js", "list.js", "notices.js", "dialog.js", "hours.js", "look.css")


class NotebookPages:
    """Answers for the page; `do` carries out what the user chooses on it, and returns at once.

    :param snapshot: returns what is known now; called often, and from the server's thread
    :param facts: tells what the snapshot doesn't
    :param streams: all streams of the server
    """

    path = "/notebooks"

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        do: Callable[[Command], object],
        facts: Facts,
        streams: Open,
    ) -> None:
        self._snapshot = snapshot
        self._facts = facts
        self._do = do
        self._streams = Streams(lambda: NotebookNews(snapshot), streams)

    def routes(self) -> list[Route]:
        """Return the addresses of the page, all of them under `path`."""
        return [
            Route(self.path, self._page),
            Route(f"{self.path}/events", self._events),
            Route(f"{self.path}/actions", self._actions, methods=["POST"]),
            Route(f"{self.path}/hours", self._hours, methods=["POST"]),
            Route(f"{self.path}/do", self._chosen, methods=["POST"]),
            file_route(self.path, _STATIC, _FILES),
        ]

    def changed(self) -> None:
        """Tell open pages that the snapshot has changed; on the server's thread."""
        self._streams.changed()

    async def _page(self, request: Request) -> Response:
        given = {"words": texts.words()._asdict(), "statuses": texts.statuses(), "first": request.scope.get(FIRST, {})}
        return page(self.path, _STATIC, _FILES, texts.title(), given)

    async def _events(self, _request: Request) -> Response:
        return StreamingResponse(self._streams.stream(), media_type="text/event-stream")

    async def _actions(self, request: Request) -> Response:
        """Return the menu's list of a notebook instance."""
        try:
            profile, arn = choices.notebook_of(await request.body())
        except ChoiceError:
            return _changed()
        return JSONResponse(lines.shown(notebook_actions(self._snapshot(), time.time(), profile, arn)))

    async def _hours(self, request: Request) -> Response:
        """Return the running hours of some notebook instances."""
        try:
            arns = hours.asked(await request.body())
        except ChoiceError:
            return _changed()
        self._facts.in_sight(arns)
        return JSONResponse(hours.told(arns, self._facts.days, datetime.now().astimezone().date()))

    async def _chosen(self, request: Request) -> Response:
        try:
            command = choices.read(await request.body(), self._snapshot(), time.time())
        except ChoiceError as error:
            _log.info("a choice on the page was refused: %s", error)
            return _changed()
        self._do(command)
        return JSONResponse({}, HTTPStatus.ACCEPTED)


def _changed() -> Response:
    return JSONResponse({"message": texts.changed()}, HTTPStatus.CONFLICT)


def first_shown(command: ShowNotebooks) -> Mapping[str, Any]:
    """Return what the page shows first, as values that JSON has: nothing, where it shows all."""
    if not command.profiles:
        return {}
    return {"profiles": list(command.profiles), "label": stretch(command.profiles[0], command.profiles[-1])}

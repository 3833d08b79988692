"""The addresses of the page of the settings."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tray.app_pages.settings import choices, values
from tray.app_pages.settings.news import SettingsNews
from tray.app_pages.shared.asked import ChoiceError
from tray.app_pages.shared.files import file_route, page
from tray.app_pages.shared.streams import Open, Streams
from tray.model import commands as c
from tray.model.lengths import OFFERED_SESSION_SECONDS, View
from tray.model.problems import TrayError
from tray.model.settings import PROGRAM_SETTINGS, Value
from tray.texts import settings as texts
from tray.web.app_server import FIRST

if TYPE_CHECKING:
    from starlette.requests import Request

    from tray.fleet.snapshot import Listing, Profile, Snapshot

_log = logging.getLogger(__name__)

_STATIC = Path(__file__).with_name("static")
_FILES = ("main.js", "fields.js", "profile.js", "regions.js", "dialogs.js", "look.css")
# The refusal that the user may overrule.
_CONFIRMED = "region-not-known"

Checked = c.RenameProfile | c.SignWithAwsProfile | c.SignWithAccessKey | c.SetRegions | c.SetOwnerTag


class Checks(Protocol):
    """What the page has checked by the services; both may read botocore's data, and block for that."""

    def check(self, command: Checked, listing: Listing, *, any_region: bool) -> None:
        """Raise TrayError for what can't be set."""
        ...

    def regions_for(self, profile: Profile, listing: Listing) -> Mapping[str, str]:
        """Return the regions that a profile may list in, with their places."""
        ...


class SettingsPages:
    """Answers for the page; `do` carries out what the user chooses on it, and returns at once.

    :param snapshot: returns what is known now; called often, and from the server's thread
    :param streams: all streams of the server
    """

    path = "/settings"

    def __init__(
        self, snapshot: Callable[[], Snapshot], do: Callable[[c.Command], object], checks: Checks, streams: Open
    ) -> None:
        self._snapshot = snapshot
        self._do = do
        self._checks = checks
        self._taken = 0
        self._streams = Streams(lambda: SettingsNews(snapshot, lambda: self._taken), streams)

    def routes(self) -> list[Route]:
        """Return the addresses of the page, all of them under `path`."""
        return [
            Route(self.path, self._page),
            Route(f"{self.path}/events", self._events),
            Route(f"{self.path}/set", self._set, methods=["POST"]),
            Route(f"{self.path}/do", self._button, methods=["POST"]),
            Route(f"{self.path}/regions", self._regions, methods=["POST"]),
            Route(f"{self.path}/lost", self._lost, methods=["POST"]),
            file_route(self.path, _STATIC, _FILES),
        ]

    def changed(self) -> None:
        """Tell open pages that the snapshot has changed; on the server's thread."""
        self._streams.changed()

    async def _page(self, request: Request) -> Response:
        return page(self.path, _STATIC, _FILES, texts.title(), {**given(), "first": request.scope.get(FIRST, {})})

    async def _events(self, _request: Request) -> Response:
        return StreamingResponse(self._streams.stream(), media_type="text/event-stream")

    async def _set(self, request: Request) -> Response:
        body, snapshot = await request.body(), self._snapshot()
        try:
            command = choices.read(body, snapshot)
            if isinstance(command, Checked):
                confirmed = choices.confirms_regions(body)
                await asyncio.to_thread(self._checks.check, command, snapshot.listing, any_region=confirmed)
        except ChoiceError as error:
            return _changed(error)
        except TrayError as error:
            confirm = error.problem.code == _CONFIRMED
            refusal = {**values.in_words(error.problem), "confirm": confirm}
            return JSONResponse(refusal, HTTPStatus.UNPROCESSABLE_ENTITY)
        self._do(command)
        # What is set as it was before changes nothing else that a page could be told of.
        self._taken += 1
        self._streams.changed()
        return JSONResponse({"taken": self._taken, "spelled": values.spelled(command)}, HTTPStatus.ACCEPTED)

    async def _button(self, request: Request) -> Response:
        try:
            command = choices.button(await request.body(), self._snapshot())
        except ChoiceError as error:
            return _changed(error)
        self._do(command)
        return JSONResponse({}, HTTPStatus.ACCEPTED)

    async def _regions(self, request: Request) -> Response:
        """Return the regions that a profile may list in."""
        snapshot = self._snapshot()
        try:
            profile = choices.profile_of(await request.body(), snapshot)
        except ChoiceError as error:
            return _changed(error)
        if profile is None:
            return JSONResponse({"regions": []})
        found = await asyncio.to_thread(self._checks.regions_for, profile, snapshot.listing)
        return JSONResponse({"regions": [list(each) for each in found.items()]})

    async def _lost(self, request: Request) -> Response:
        """Return what is lost with a profile."""
        body = await request.body()
        try:
            profile = choices.profile_of(body, self._snapshot())
        except ChoiceError as error:
            return _changed(error)
        if profile is None:
            return JSONResponse({"lost": [texts.lost_unread(choices.name_of(body))]})
        lost = texts.lost(profile.name, len(profile.regions), key=bool(profile.access_key_id))
        return JSONResponse({"lost": lost})


def given() -> Mapping[str, Any]:
    """Return what the page's modules are given with the page."""
    return {
        "words": texts.words()._asdict(),
        "lengths": [[seconds, texts.length_words(seconds)] for seconds in OFFERED_SESSION_SECONDS],
        "views": [[view.value, view.label] for view in View],
        "program": [[each.name, texts.setting(each.name), each.value is Value.SWITCH] for each in PROGRAM_SETTINGS],
    }


def _changed(error: ChoiceError) -> Response:
    _log.info("a choice on the page was refused: %s", error)
    return JSONResponse({"message": texts.unnamed()}, HTTPStatus.CONFLICT)

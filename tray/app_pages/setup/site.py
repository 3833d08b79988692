"""The addresses of the page that adds profiles."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator
from functools import wraps
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tray.app_pages.setup import asked, shown
from tray.app_pages.setup.centers import Centers
from tray.app_pages.shared import lines
from tray.app_pages.shared.asked import ChoiceError, text_of, values_of
from tray.app_pages.shared.files import as_json, file_route, page
from tray.app_pages.shared.streams import Open, Streams
from tray.model.commands import AddProfiles, AddWithKey
from tray.model.problems import Problem, TrayError
from tray.texts import identity_center as center_texts
from tray.texts import set_up as texts

if TYPE_CHECKING:
    from starlette.requests import Request

    from tray.fleet.snapshot import Snapshot
    from tray.model.commands import Command
    from tray.model.new_profiles import NewProfile, SetUpFile, SetUpForms

_log = logging.getLogger(__name__)

_STATIC = Path(__file__).with_name("static")
_FILES = ("main.js", "found.js", "results.js", "key.js", "center.js", "accounts.js", "file.js", "look.css")
# So many names of what was added are known, the latest first, and of so many files what they would add.
_MOST_ADDED = 5000
_MOST_PLANS = 4
# A file of 64 KiB, as text in JSON.
_LONGEST_FILE = 64 * 1024
_IDLE_SECONDS = 30.0

_Values = dict[str, Any]
_Answer = Callable[["SetUpPages", _Values], Awaitable[Response]]


def _answering(answer: _Answer) -> Callable[[SetUpPages, Request], Awaitable[Response]]:
    """Give a method the values that a page sent, and refuse those that no page of ours would send."""

    @wraps(answer)
    async def answered(self: SetUpPages, request: Request) -> Response:
        try:
            return await answer(self, values_of(await request.body()))
        except ChoiceError as error:
            _log.info("a choice on the page was refused: %s", error)
            return JSONResponse({"message": texts.changed()}, HTTPStatus.CONFLICT)

    return answered


class SetUpPages:
    """Answers for the page; `do` carries out what the user chooses on it, and returns at once.

    :param snapshot: returns what is known now; called often, and from the server's thread
    :param forms: checks what the user gives
    :param streams: all streams of the server
    :param seen: hears that a browser shows the page; returns at once
    """

    path = "/setup"

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        do: Callable[[Command], object],
        forms: SetUpForms,
        streams: Open,
        *,
        seen: Callable[[], object],
    ) -> None:
        self._seen = seen
        self._snapshot = snapshot
        self._do = do
        self._forms = forms
        self._added: dict[str, None] = {}
        self._plans: dict[str, SetUpFile] = {}
        self._centers = Centers(snapshot, do, forms.centers, self._note)
        self._streams = Streams(lambda: _News(snapshot, lambda: reversed(self._added), self._centers.now), streams)

    def routes(self) -> list[Route]:
        """Return the addresses of the page, all of them under `path`."""
        posts = {
            "add": self._add,
            "key": self._add_key,
            "file": self._read_file,
            "link": self._read_link,
            "add-file": self._add_file,
            "do": self._chosen,
            "center": _answering(lambda _, values: self._centers.begin(values)).__get__(self),
            "center-cancel": _answering(lambda _, values: self._centers.cancel(values)).__get__(self),
            "center-accounts": _answering(lambda _, values: self._centers.accounts(values)).__get__(self),
            "center-roles": _answering(lambda _, values: self._centers.roles(values)).__get__(self),
            "center-add": _answering(lambda _, values: self._centers.add(values)).__get__(self),
        }
        return [
            Route(self.path, self._page),
            Route(f"{self.path}/events", self._events),
            *(Route(f"{self.path}/{name}", answer, methods=["POST"]) for name, answer in posts.items()),
            file_route(self.path, _STATIC, _FILES),
        ]

    def changed(self) -> None:
        """Tell open pages that the snapshot has changed; on the server's thread."""
        self._streams.changed()

    async def _page(self, _request: Request) -> Response:
        regions = await asyncio.wrap_future(self._forms.regions())
        words = {**texts.words()._asdict(), **center_texts.page_words()._asdict()}
        given = {
            "words": words,
            "regions": list(regions.items()),
            "may_have_keys": self._snapshot().policy.limits.access_keys,
        }
        return page(self.path, _STATIC, _FILES, texts.title(), given)

    async def _events(self, _request: Request) -> Response:
        # The page's script asks for them: an address that was only fetched, or refused, was not seen.
        self._seen()
        return StreamingResponse(self._streams.stream(), media_type="text/event-stream")

    @_answering
    async def _add(self, values: _Values) -> Response:
        return self._adding(asked.from_config(values, self._snapshot()))

    @_answering
    async def _add_key(self, values: _Values) -> Response:
        try:
            new, key = await asyncio.wrap_future(self._forms.with_key(asked.key_form(values)))
            if new.name in shown.names_in_use(self._snapshot()):
                raise TrayError("profile-exists", profile=new.name)
        except TrayError as error:
            return _refused(error.problem)
        self._note((new,))
        self._do(AddWithKey(new, key))
        return JSONResponse({"added": [new.name]}, HTTPStatus.ACCEPTED)

    @_answering
    async def _read_file(self, values: _Values) -> Response:
        data = text_of(values, "text", _LONGEST_FILE).encode("utf-8", "replace")
        return await self._planned(lambda: asyncio.wrap_future(self._forms.of_file(data)))

    @_answering
    async def _read_link(self, values: _Values) -> Response:
        link = text_of(values, "link", asked.LONGEST)
        return await self._planned(lambda: asyncio.wrap_future(self._forms.of_link(link)))

    async def _planned(self, read: Callable[[], Awaitable[SetUpFile]]) -> Response:
        try:
            found = await read()
        except TrayError as error:
            return _refused(error.problem)
        number = secrets.token_hex(8)
        self._plans = {**dict(list(self._plans.items())[1 - _MOST_PLANS :]), number: found}
        return JSONResponse({"plan": number, **shown.plan(found, self._snapshot())})

    @_answering
    async def _add_file(self, values: _Values) -> Response:
        read = self._plans.get(text_of(values, "plan", asked.LONGEST))
        if read is None:
            raise ChoiceError("no such file")
        return self._adding(asked.from_file(values, read, self._snapshot()))

    @_answering
    async def _chosen(self, values: _Values) -> Response:
        self._do(lines.chosen(shown.results(self._snapshot(), reversed(self._added)), values.get("path")))
        return JSONResponse({}, HTTPStatus.ACCEPTED)

    def _adding(self, profiles: tuple[NewProfile, ...]) -> Response:
        self._note(profiles)
        self._do(AddProfiles(profiles))
        return JSONResponse({"added": [each.name for each in profiles]}, HTTPStatus.ACCEPTED)

    def _note(self, profiles: tuple[NewProfile, ...]) -> None:
        names = [each.name for each in profiles]
        kept = [each for each in self._added if each not in names]
        self._added = dict.fromkeys([*kept, *reversed(names)][-_MOST_ADDED:])


class _News:
    """What one open page is told: only what it doesn't show yet."""

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        added: Callable[[], Iterator[str]],
        centers: Callable[[Snapshot], dict[str, Any]],
    ) -> None:
        self._snapshot = snapshot
        self._added = added
        self._centers = centers
        self._shown: dict[str, str] = {}

    def pieces(self) -> Iterator[str]:
        """Yield the pieces of `{"found": …, "results": …, "centers": …}`."""
        snapshot = self._snapshot()
        now = {
            "found": as_json(shown.found_profiles(snapshot)),
            "results": as_json(lines.shown(shown.results(snapshot, self._added()))),
            "centers": as_json(self._centers(snapshot)),
        }
        new = [f'"{name}":{value}' for name, value in now.items() if self._shown.get(name) != value]
        self._shown = now
        if new:
            yield f"{{{','.join(new)}}}"

    def again_seconds(self) -> float:
        """Return how soon to look again though nothing was said to have changed."""
        return _IDLE_SECONDS


def _refused(problem: Problem) -> Response:
    """Tell what is wrong with what the user gave, and beside which field to say so."""
    return JSONResponse(
        {
            "refused": f"{problem.message} {problem.remedy}",
            "field": asked.field_of(problem),
            "unknown_region": problem.code == "region-not-known",
        }
    )

"""All pages that stay open, as one ASGI application behind the gate of `web.app_gate`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, assert_never

from starlette.routing import Router

from tray.app_pages.notebooks.site import NotebookPages, first_shown
from tray.app_pages.settings.site import Checks, SettingsPages
from tray.app_pages.setup.site import SetUpPages
from tray.app_pages.shared.files import shared_files
from tray.app_pages.shared.streams import Open
from tray.model import commands as c

if TYPE_CHECKING:
    from tray.app_pages.notebooks.hours import Facts as Facts
    from tray.fleet.snapshot import Snapshot
    from tray.model.new_profiles import SetUpForms


class Pages:
    """Answers for every page; `do` carries out what the user chooses on one, and returns at once.

    :param snapshot: returns what is known now; called often, and from the server's thread
    :param facts: tells what the snapshot doesn't
    :param forms: checks what the user gives to add profiles
    :param checks: says of what the user wants to set whether it can be set
    :param set_up_seen: hears that a browser shows the page that adds profiles; returns at once
    """

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        do: Callable[[c.Command], object],
        facts: Facts,
        forms: SetUpForms,
        *,
        checks: Checks,
        set_up_seen: Callable[[], object],
    ) -> None:
        streams = Open()
        self._pages = (
            NotebookPages(snapshot, do, facts, streams),
            SetUpPages(snapshot, do, forms, streams, seen=set_up_seen),
            SettingsPages(snapshot, do, checks, streams),
        )
        self._app = Router(routes=[shared_files(), *(route for each in self._pages for route in each.routes())])

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    def changed(self) -> None:
        """Tell open pages that the snapshot has changed; on the server's thread."""
        for each in self._pages:
            each.changed()


def path_of(command: c.StayingPage) -> str:
    """Return the path of the page that a command opens."""
    match command:
        case c.ShowNotebooks():
            return NotebookPages.path
        case c.ShowSettings():
            return SettingsPages.path
        case c.ShowSetUp():
            return SetUpPages.path
        case _:
            assert_never(command)


def first_of(command: c.StayingPage) -> Mapping[str, Any]:
    """Return what the page that a command opens shows first, as values that JSON has; nothing without a choice."""
    match command:
        case c.ShowNotebooks():
            return first_shown(command)
        case c.ShowSettings(profile) if profile:
            return {"profile": profile}
    return {}

"""The pages that stay open, as the program has them: their server starts with the first, and goes after the last."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.model.problems import ExitStatus, Kind, TrayError

if TYPE_CHECKING:
    from tray.app_pages.site import Facts, Pages
    from tray.fleet.snapshot import Snapshot
    from tray.fleet.tasks import TaskRunner
    from tray.model.activation import Activation
    from tray.model.commands import Command, StayingPage
    from tray.model.new_profiles import SetUpForms
    from tray.runtime.workers import Workers
    from tray.web.app_server import AppServer


class OpenPages:
    """Opens pages. Safe to use from any thread; no public method waits.

    What serves the pages is imported when the first is opened.

    :param snapshot: returns what is known now
    :param forms: makes what checks the values that the user gives to add profiles; called when a page is opened
    :param do: carries out what the user chooses on a page, and returns at once
    :param open_page: opens an address in the browser, with the click's activation if there is one; may block, and
        raises TrayError
    :param facts: tells what the snapshot doesn't
    :param set_up_seen: hears that a browser shows the page that adds profiles; returns at once
    """

    def __init__(
        self,
        tasks: TaskRunner,
        snapshot: Callable[[], Snapshot],
        do: Callable[[Command], object],
        *,
        forms: Callable[[], SetUpForms],
        workers: Workers,
        open_page: Callable[[str, Activation | None], object],
        facts: Facts,
        set_up_seen: Callable[[], object],
    ) -> None:
        self._tasks = tasks
        self._snapshot = snapshot
        self._do = do
        self._forms = forms
        self._workers = workers
        self._open_page = open_page
        self._facts = facts
        self._set_up_seen = set_up_seen
        self._lock = threading.Lock()
        self._now: tuple[AppServer, Pages] | None = None

    def show(self, command: StayingPage, activation: Activation | None = None) -> None:
        """Open the page that a command names. `activation` is ended in any case."""
        self._tasks.begin(
            command,
            lambda _: self._open_page(self._entrance(command), activation),
            workers=self._workers,
            activation=activation,
        )

    @property
    def is_open(self) -> bool:
        """Whether a page is open, or was open a quarter of an hour ago."""
        return self._now is not None

    def changed(self) -> None:
        """Tell the open pages that the snapshot has changed."""
        now = self._now
        if now is not None:
            server, pages = now
            server.call(pages.changed)

    def _entrance(self, command: StayingPage) -> str:
        """Return an address that opens the page of a command once.

        :raises TrayError: (desktop) this machine's loopback can't be listened on
        """
        from tray.app_pages.site import first_of, path_of
        from tray.web.app_server import EndedError

        path, first = path_of(command), first_of(command)
        with self._lock:
            if self._now is not None:
                try:
                    return self._now[0].entrance(path, first)
                except EndedError:
                    self._now = None
            server = self._serve()
        return server.entrance(path, first)

    def _serve(self) -> AppServer:
        from tray.app_pages.site import Pages
        from tray.fleet.profiles import setting_checks
        from tray.pages.html import for_strangers, refusal
        from tray.web.app_server import AppServer

        pages = Pages(
            self._snapshot, self._do, self._facts, self._forms(), checks=setting_checks, set_up_seen=self._set_up_seen
        )

        def ended() -> None:
            with self._lock:
                if self._now is not None and self._now[1] is pages:
                    self._now = None
            self._workers.start(_give_back)

        try:
            server = AppServer(pages, for_strangers=for_strangers(), refusal=refusal, on_end=ended)
        except OSError as error:
            raise TrayError(
                "page-not-shown", kind=Kind.DESKTOP, status=ExitStatus.NO_DESKTOP, reason=error.strerror or ""
            ) from error
        self._now = (server, pages)
        return server


def _give_back() -> None:
    """Free what the pages have left: cycles, and with them what the heap can give back to the system."""
    from tray.runtime.heap import give_back

    gc.collect()
    give_back()

"""The services, for tests of starts and stops: they list all the time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.services import Services
from tests.support.waiting import wait_until
from tray.model.commands import OpenNotebook, StartNotebook
from tray.model.lengths import View
from tray.settings.profiles.store import ProfileStore


class Fleet(Services):
    """The services, listing all the time: the clock of the tests goes on by itself."""

    def __init__(self, store: ProfileStore, **more: Any) -> None:
        super().__init__(store, wait_for_jupyter=more.pop("wait_for_jupyter", lambda *_: None), **more)
        self.refresher.start()
        self.rested()

    def until(self, true: Callable[[], object], what: str) -> None:
        def ticked() -> object:
            self.now += 2
            self.refresher.agenda.look()
            return true()

        wait_until(ticked, what)

    def opens(self, name: str) -> OpenNotebook:
        notebook = self.notebook(name)
        return OpenNotebook(notebook.scope.profile, notebook.arn, View.LAB, 3600)

    def begin(self, name: str, *, opens: bool = True, instance_type: str = "") -> StartNotebook:
        opening = self.opens(name)
        command = StartNotebook(opening.profile, opening.arn, opening if opens else None, instance_type)
        self.do(command)
        return command

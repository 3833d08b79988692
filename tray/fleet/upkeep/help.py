"""What the menu's Help does: the log, a report on this computer, details of a problem, and pages about the program."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tray.model import commands as c

if TYPE_CHECKING:
    from tray.fleet.tasks import TaskRunner
    from tray.model.activation import Activation
    from tray.runtime.workers import Workers


class Help:
    """Both methods return at once. The functions that it is given may block and raise TrayError.

    :param copy: puts a text on the clipboard
    :param open_log: shows the log
    :param report: returns the output of `notebook-tray doctor`
    :param open_page: opens a page about the program in the browser, with the click's activation if there is one
    """

    def __init__(
        self,
        tasks: TaskRunner,
        *,
        workers: Workers,
        copy: Callable[[str], object],
        open_log: Callable[[], object],
        report: Callable[[], str],
        open_page: Callable[[c.Page, Activation | None], object],
    ) -> None:
        self._tasks = tasks
        self._workers = workers
        self._copy = copy
        self._open_log = open_log
        self._report = report
        self._open_page = open_page

    def do(self, command: c.CopyDetails | c.OpenLog | c.CheckComputer) -> None:
        """Carry out a command that needs no browser window."""
        match command:
            case c.CopyDetails(details):
                self._begin(command, lambda: self._copy(details))
            case c.OpenLog():
                self._begin(command, self._open_log)
            case c.CheckComputer():
                self._begin(command, lambda: self._copy(self._report()))

    def show(self, command: c.ShowPage, activation: Activation | None = None) -> None:
        """Open a page about the program. `activation` is ended in any case."""
        self._begin(command, lambda: self._open_page(command.page, activation), activation)

    def _begin(self, command: c.Command, act: Callable[[], object], activation: Activation | None = None) -> None:
        self._tasks.begin(command, lambda _: act(), workers=self._workers, activation=activation)

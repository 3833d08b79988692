"""An icon of the program's own, run in a thread of the test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.support.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from tray.desktop.icon import TrayIcon


class RunningIcon:
    """What became of `run`: it goes on, it returned, or it raised `error`."""

    def __init__(self, icon: TrayIcon, setup: Callable[[Any], object] | None) -> None:
        self.icon = icon
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, args=[setup], name="icon", daemon=True)

    def wait_for_end(self) -> None:
        """Wait until `run` has returned or raised.

        :raises TimeoutError: it goes on
        """
        self.thread.join(PATIENCE_SECONDS)
        if self.thread.is_alive():
            raise TimeoutError("The icon goes on running")

    def _run(self, setup: Callable[[Any], object] | None) -> None:
        try:
            self.icon.run(setup)
        except BaseException as error:  # noqa: BLE001 - the test's to look at
            self.error = error


@contextmanager
def running(icon: TrayIcon, setup: Callable[[Any], object] | None = None) -> Iterator[RunningIcon]:
    """Run `icon`, which finds its bus in the environment, and stop it in the end; `run` must not have raised then."""
    run = RunningIcon(icon, setup)
    run.thread.start()
    try:
        yield run
    finally:
        icon.stop()
        run.wait_for_end()

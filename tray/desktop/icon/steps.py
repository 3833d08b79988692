"""What the three icons have in common: any thread sets an icon's state, and the icon's thread shows it, in steps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from tray.desktop.icon.guard import guarded

if TYPE_CHECKING:
    from PIL.Image import Image
    from pystray import Icon as _PystrayIcon

    from tray.desktop.icon.artwork import Artwork
    from tray.desktop.icon.base import HostState
    from tray.desktop.icon.pystray_core import Menu
    from tray.model.activation import Activation
    from tray.model.commands import Command
    from tray.model.notification import Notification
else:
    _PystrayIcon = object  # `SteppedIcon` is a mix-in; each system's icon names the icon of pystray that it is for


class SteppedIcon(_PystrayIcon):
    """The part of a `TrayIcon` (see `base.py`) that is the same on all systems: a mix-in for the system's pystray icon.

    Any thread may set the icon's state. The thread of `run` then shows the state to the desktop, in steps that the
    system's icon posts. A step that is already waiting is not queued again: however often the menu is updated
    meanwhile, it is evaluated once.
    """

    inline_submenus = False
    hears_openings = True
    session_ended = False

    def __init__(
        self,
        name: str,
        icon: Artwork | Image | None = None,
        title: str | None = None,
        menu: Menu | None = None,
        *,
        on_open: Callable[[], None] | None = None,
        on_secondary: Callable[[], None] | None = None,
        on_host: Callable[[HostState], None] | None = None,
        on_action: Callable[[Command, Activation | None], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(name, icon, title, menu, **kwargs)
        self._on_open = on_open
        self._on_secondary = on_secondary
        self._on_host = on_host
        self._on_action = on_action
        self._on_error = on_error
        # Reentrant: a signal handler that stops the icon may interrupt the thread that holds the lock.
        self._lock = threading.RLock()
        self._steps: list[Callable[[], None]] = []
        self._takes_steps = False
        self._ended = False

    def notify(self, notification: Notification) -> None:
        """Show a notification; see `TrayIcon.notify`."""
        raise NotImplementedError

    def withdraw(self, about: str) -> None:
        """Take a notification back; see `TrayIcon.withdraw`."""
        raise NotImplementedError

    def run_detached(self, setup: Callable[[Any], object] | None = None) -> None:
        """Refuse: the icon's loop needs the thread of `run`.

        :raises NotImplementedError: always
        """
        raise NotImplementedError("The icon runs in a loop of its own: call run()")

    def take_activation(self) -> Activation | None:
        """Return None: only Linux desktops have tokens, see `TrayIcon.take_activation`."""
        return None

    def _post(self, step: Callable[[], None]) -> None:
        """Have `step` run on the icon's thread, in order. Before `run`, it waits for the loop; after, it is dropped."""
        with self._lock:
            if self._ended or step in self._steps:
                return
            self._steps.append(step)
            if self._takes_steps and len(self._steps) == 1:
                self._wake()

    def _begin_steps(self) -> None:
        """Take steps from now on, since the loop is there."""
        with self._lock:
            self._takes_steps = True
            if self._steps:
                self._wake()

    def _end_steps(self) -> None:
        """Drop all waiting steps, and all steps that are posted later."""
        with self._lock:
            self._ended = True
            self._takes_steps = False
            self._steps.clear()

    def _wake(self) -> None:
        """Have the icon's thread call `_take_steps` soon; called on any thread, with the lock held."""
        raise NotImplementedError

    def _take_steps(self) -> None:
        """Run the posted steps; called on the icon's thread."""
        with self._lock:
            steps, self._steps = self._steps, []
        for step in steps:
            self._take(step)

    def _take(self, step: Callable[[], None]) -> None:
        self._guard(step, "Updating the icon")

    def _set_up(self, setup: Callable[[Any], object] | None, _icon: object) -> None:
        """Run the program's `setup`, on the setup thread."""
        if setup is None:
            self.visible = True
        else:
            self._guard(partial(setup, self), "The icon's setup")

    def _secondary(self) -> bool:
        """Tell the program of a middle or double click; called on the icon's thread. Whether it means anything."""
        if self._on_secondary is None:
            return False
        self._guard(self._on_secondary, "on_secondary")
        return True

    def _act(self, command: Command, activation: Activation | None) -> None:
        """Tell the program which button was chosen; called on the icon's thread."""
        if self._on_action is not None:
            self._guard(partial(self._on_action, command, activation), "A notification's button")
        elif activation is not None:
            activation.end()

    def _guard(self, callback: Callable[[], object], what: str) -> None:
        guarded(callback, what, self._on_error)

"""What the program relies on in every system's tray icon.

`linux/icon.py`, `macos/icon.py` and `windows/icon.py` are the three icons, each a subclass of pystray's icon.
`tests/contract/test_icon.py` tests what each of them must do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from PIL.Image import Image

    from tray.desktop.icon.artwork import Artwork
    from tray.desktop.icon.pystray_core import Menu
    from tray.model.activation import Activation
    from tray.model.commands import Command
    from tray.model.notification import Notification


class HostState(Enum):
    """Whether the desktop shows the icon, as far as the desktop says."""

    PRESENT = "present"
    NO_WATCHER = "no watcher"  # nothing on this desktop takes tray icons
    NO_HOST = "no host"  # the desktop takes tray icons, but no host shows them
    REFUSED = "refused"  # the desktop's tray answered our registration with an error


class NotificationStyle(Enum):
    """How Windows shows this program's notifications."""

    BUTTONS = "buttons"  # as toasts
    BALLOONS = "balloons"  # without buttons
    OFF = "off"  # the user has turned them off in Windows' settings


@dataclass(frozen=True, slots=True)
class Look:
    """What a desktop says of itself.

    `graphical` is whether there is a screen. `host` is None on a system that has no such state, since its own tray is
    always there. `notifications` names the program that shows notifications: "" for none, None if the system doesn't
    say. `style` is how they are shown, where the system says that.
    """

    graphical: bool
    host: HostState | None
    notifications: str | None
    style: NotificationStyle | None = None


class TrayIcon(Protocol):
    """An icon in the tray, its menu, and notifications.

    `run` must be called on the main thread and keeps that thread until `stop`. Everything else may be called from any
    thread, at any time, and does not wait for the desktop. The menu's callbacks and those below are called on the
    thread of `run` and must be quick. An exception in one of them is logged and given to `on_error`, and the icon goes
    on.

    `hears_openings` is whether the host says when the menu opens: on Linux, only once it has done so.

    `inline_submenus` is whether the host opens submenus inside the menu and not beside it. The value may change when
    another host comes; the menu is then evaluated anew.

    `attention` asks the desktop to bring the icon into sight, for example out of an overflow. It does not change
    `icon`.

    `session_ended` is whether the system has ended the icon because the user logs out or shuts the computer down, as
    far as it says so to the icon (Windows, macOS).

    - `on_open`: the menu is about to be seen. It may be called more than once for one opening. The user sees the menu
      as this call updates it.
    - `on_secondary`: a middle click on the icon (Linux, Windows), or a double click (Windows).
    - `on_host`: a tray that shows the icon has appeared or gone. It is called once at the start, then at each change.
    - `on_action`: a notification's button was chosen, or the notification itself, which stands for its first button. It
      is called with the button's command, and with the desktop's permission to bring a window to the front if there is
      one; the callee has to end it.
    - `on_error`: one of the program's own callbacks, or the menu's evaluation, has raised an exception.
    """

    icon: Artwork | Image | None
    title: str
    menu: Menu | None
    visible: bool
    attention: bool
    inline_submenus: bool
    hears_openings: bool
    session_ended: bool

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
    ) -> None: ...

    def run(self, setup: Callable[[Any], object] | None = None) -> None:
        """Show the icon until `stop`. `setup` is called on a separate thread and has to set `visible`.

        :raises TrayError: (desktop) this session can have no icon, or the connection to it was lost
        """

    def stop(self) -> None:
        """Make `run` return."""

    def update_menu(self) -> None:
        """Bring what the desktop shows up to date with the menu."""

    def take_activation(self) -> Activation | None:
        """Return the desktop's permission for the present choice to bring a window to the front; None if it gave none.

        A menu item's callback calls this, on the thread that runs the callback. Only the first call gets the
        activation, and its caller has to end it. The icon ends an activation that no callback takes. Only Linux has
        activations.
        """

    def notify(self, notification: Notification) -> None:
        """Show a notification in place of the one about the same matter. If the desktop can't show it, that is logged.

        Where the desktop shows no buttons, the text says where in the menu the same can be done.
        """

    def withdraw(self, about: str) -> None:
        """Take back the notification about a matter, where the system can; it is no error if it is gone."""

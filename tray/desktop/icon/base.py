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


class HostState(Enum):
    """Whether the desktop shows the icon, as far as the desktop says."""

    PRESENT = "present"
    NO_WATCHER = "no watcher"  # nothing on this desktop takes tray icons
    NO_HOST = "no host"  # the desktop takes tray icons, but no host shows them
    REFUSED = "refused"  # the desktop's tray answered our registration with an error


@dataclass(frozen=True, slots=True)
class Look:
    """What a desktop says of itself.

    `graphical` is whether there is a screen. `host` is None on a system that has no such state, since its own tray is
    always there. `notifications` names the program that shows notifications: "" for none, None if the system doesn't
    say.
    """

    graphical: bool
    host: HostState | None
    notifications: str | None


class TrayIcon(Protocol):
    """An icon in the tray, its menu, and notifications.

    `run` must be called on the main thread and keeps that thread until `stop`. Everything else may be called from any
    thread, at any time, and does not wait for the desktop. The menu's callbacks, `on_open`, `on_host` and `on_error`
    are called on the thread of `run` and must be quick. An exception in one of them is logged and given to `on_error`,
    and the icon goes on.

    `hears_openings` is whether the host says when the menu opens: on Linux, only once it has done so.

    `inline_submenus` is whether the host opens submenus inside the menu and not beside it. The value may change when
    another host comes; the menu is then evaluated anew.

    `attention` asks the desktop to bring the icon into sight, for example out of an overflow. It does not change
    `icon`.

    - `on_open`: the menu is about to be seen. It may be called more than once for one opening. The user sees the menu
      as this call updates it.
    - `on_host`: a tray that shows the icon has appeared or gone. It is called once at the start, then at each change.
    - `on_error`: one of the program's own callbacks, or the menu's evaluation, has raised an exception.
    """

    icon: Artwork | Image | None
    title: str
    menu: Menu | None
    visible: bool
    attention: bool
    inline_submenus: bool
    hears_openings: bool

    def __init__(
        self,
        name: str,
        icon: Artwork | Image | None = None,
        title: str | None = None,
        menu: Menu | None = None,
        *,
        on_open: Callable[[], None] | None = None,
        on_host: Callable[[HostState], None] | None = None,
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

    def notify(self, message: str, title: str | None = None, *, failure: bool = False, about: str = "") -> None:
        """Show a notification. If the desktop cannot show it, that is logged.

        :param failure: whether the notification tells of a failure; a picture beside it then has the attention mark
        :param about: what the notification is about, so that `remove_notification` can take it back alone
        """

    def remove_notification(self, about: str | None = None) -> None:
        """Take back the notifications that are still shown, where the system can; with `about`, only those about it."""

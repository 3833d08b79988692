"""What the program may rely on in every system's tray icon.

`linux.py`, `macos.py` and `windows.py` are the three, each a subclass of pystray's.
`tests/contract/test_icon.py` holds what each must do.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from PIL.Image import Image

    from tray.desktop.icon.artwork import Artwork
    from tray.desktop.icon.pystray_core import Menu
    from tray.model.activation import Activation


class HostState(Enum):
    """Whether the desktop shows the icon, as far as it tells."""

    PRESENT = "present"
    NO_WATCHER = "no watcher"  # nothing on this desktop takes tray icons
    NO_HOST = "no host"  # something takes them, and nothing shows them
    REFUSED = "refused"  # the desktop's tray answered our registration with an error


class TrayIcon(Protocol):
    """An icon in the tray, its menu, and notifications.

    `run` keeps the thread that calls it, which must be the main one, until `stop`. Everything else may be called from
    any thread, at any time, and does not wait for the desktop. The menu's callbacks, `on_open`, `on_host` and
    `on_error` are called on the thread of `run` and must be quick; an exception in one is logged and given to
    `on_error`, and the icon goes on.

    `inline_submenus` is whether the host opens submenus inside the menu and not beside it. It may become another value
    when the host does; the menu is then evaluated anew.

    `attention` asks the desktop to bring the icon into sight, for example out of an overflow; `icon` stays what it is.

    - `on_open`: the menu is about to be seen. It may come more than once for one opening. A menu that is updated from
      inside this call is what the user gets to see.
    - `on_host`: a tray that shows the icon appeared or went; called once at the start, then when it changes.
    - `on_error`: an exception came out of one of the program's own callbacks or out of the menu's evaluation.
    """

    icon: Artwork | Image | None
    title: str
    menu: Menu | None
    visible: bool
    attention: bool
    inline_submenus: bool

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
        """Show the icon until `stop`; `setup` is called in a thread of its own, and has to set `visible`.

        :raises TrayError: (desktop) this session can have no icon, or the connection to it was lost
        """

    def stop(self) -> None:
        """Make `run` return."""

    def update_menu(self) -> None:
        """Bring what the desktop shows up to date with the menu."""

    def take_activation(self) -> Activation | None:
        """Return the desktop's leave for what is being chosen to bring a window to the front; None if it gave none.

        To be called from a menu item's callback, on its thread; only the first call gets it, and has to end it. What no
        callback takes is ended by the icon. Linux alone has it.
        """

    def notify(self, message: str, title: str | None = None, *, failure: bool = False, about: str = "") -> None:
        """Show a notification; one that the desktop cannot show is logged.

        :param failure: whether it tells of a failure: where a picture is shown beside it, that has the mark then
        :param about: what it is about, so that it can be taken back by itself
        """

    def remove_notification(self, about: str | None = None) -> None:
        """Take the notifications back that are still shown, or those `about` this alone, where the system can."""

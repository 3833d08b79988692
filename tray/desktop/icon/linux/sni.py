"""The icon on the bus: org.kde.StatusNotifierItem.

https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/StatusNotifierItem/, and KDE's
org.kde.StatusNotifierItem.xml where the two differ (the interface's name, ItemIsMenu).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

from dbus_fast import DBusError, ErrorType, PropertyAccess
from dbus_fast.annotations import DBusBool, DBusInt32, DBusObjectPath, DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

if TYPE_CHECKING:
    from tray.desktop.icon.artwork import Pixmap

# The item is below the path of libappindicator's items. On a left click, Cinnamon opens the menu of items there, as
# ItemIsMenu asks for, but it ignores ItemIsMenu itself (seen in xapp-sn-watcher 2.4).
ITEM_PATH = "/org/ayatana/NotificationItem/notebook_tray"
MENU_PATH = f"{ITEM_PATH}/Menu"
# A watcher assumes this path for an item that registers only by its bus name; see `watcher.py`.
DEFAULT_ITEM_PATH = "/StatusNotifierItem"

# `dbusmenu.py` says why these types have names here.
Nothing = Annotated[None, DBusSignature("")]
Pixmaps = Annotated[list[list[Any]], DBusSignature("a(iiay)")]
ToolTip = Annotated[list[Any], DBusSignature("(sa(iiay)ss)")]


# GNOME's extension asks for the icon anew at each signal, and shows the answer that it has drawn last: of several icons
# within some milliseconds, that is not always the newest. So each is told of once more when it has stood for a while.
_AGAIN_SECONDS = 1.5


class ItemStatus(Enum):
    """How much the icon wants to be seen. Hosts hide a passive icon."""

    PASSIVE = "Passive"
    ACTIVE = "Active"
    ATTENTION = "NeedsAttention"


class ItemService(ServiceInterface):
    """Serves the icon's looks. `on_activate` runs the menu's default item and returns whether there is one.

    `on_secondary` takes a middle click, and returns whether it has a meaning.

    `on_token` gets the token of a click and returns whether the end of the token is still to come. It may return only
    once the token is over, and raises ValueError for a text that can't be a token. See `Activations.provide`.
    """

    def __init__(
        self,
        name: str,
        *,
        on_activate: Callable[[], bool],
        on_secondary: Callable[[], bool],
        on_token: Callable[[str], Awaitable[bool]],
    ) -> None:
        super().__init__("org.kde.StatusNotifierItem")
        self._name = name
        self._on_activate = on_activate
        self._on_secondary = on_secondary
        self._on_token = on_token
        self._title = ""
        self._status = ItemStatus.PASSIVE
        self._shown: tuple[Pixmap, ...] = ()
        self._pixmaps: list[list[Any]] = []
        self._again: asyncio.TimerHandle | None = None

    def show_pixmaps(self, pixmaps: tuple[Pixmap, ...]) -> None:
        """Show this picture, also as the attention icon: the caller gives another picture when the state changes."""
        if pixmaps == self._shown:
            return
        self._shown = pixmaps
        self._pixmaps = [[pixmap.width, pixmap.height, pixmap.argb] for pixmap in pixmaps]
        self._tell_of_icon()
        if self._again is not None:
            self._again.cancel()
        self._again = asyncio.get_running_loop().call_later(_AGAIN_SECONDS, self._tell_of_icon)

    def _tell_of_icon(self) -> None:
        self.new_icon()
        self.new_attention_icon()

    def show_title(self, title: str) -> None:
        """Show this title as the tool tip and the accessible name."""
        if title != self._title:
            self._title = title
            self.new_title()
            self.new_tool_tip()
            # The interface has no signal for these two. Without this, GNOME's extension 46 asks for them again only at
            # the next icon.
            self.emit_properties_changed(dict.fromkeys(("IconAccessibleDesc", "AttentionAccessibleDesc"), title))

    def show_status(self, status: ItemStatus) -> None:
        """Show or hide the icon, or call for attention."""
        if status is not self._status:
            self._status = status
            self.new_status()

    @dbus_property(PropertyAccess.READ, "Category")
    def category(self) -> DBusStr:
        """What sort of program this is."""
        return "ApplicationStatus"

    @dbus_property(PropertyAccess.READ, "Id")
    def id(self) -> DBusStr:
        """The program's name. It is the same on every run, since hosts remember the icon's place by it."""
        return self._name

    @dbus_property(PropertyAccess.READ, "Title")
    def title(self) -> DBusStr:
        """The title that the user reads."""
        return self._title

    @dbus_property(PropertyAccess.READ, "Status")
    def status(self) -> DBusStr:
        """`Passive`, `Active` or `NeedsAttention`."""
        return self._status.value

    @dbus_property(PropertyAccess.READ, "WindowId")
    def window_id(self) -> DBusInt32:
        """There is no window."""
        return 0

    @dbus_property(PropertyAccess.READ, "IconName")
    def icon_name(self) -> DBusStr:
        """Empty, so that the pixmaps are used: a name would need files in the user's icon theme."""
        return ""

    @dbus_property(PropertyAccess.READ, "IconPixmap")
    def icon_pixmap(self) -> Pixmaps:
        """The icon in several sizes."""
        return self._pixmaps

    @dbus_property(PropertyAccess.READ, "AttentionIconName")
    def attention_icon_name(self) -> DBusStr:
        """Empty, as `IconName`."""
        return ""

    @dbus_property(PropertyAccess.READ, "AttentionIconPixmap")
    def attention_icon_pixmap(self) -> Pixmaps:
        """What is shown while the status is `NeedsAttention`."""
        return self._pixmaps

    @dbus_property(PropertyAccess.READ, "IconAccessibleDesc")
    def icon_accessible_desc(self) -> DBusStr:
        """What a screen reader says of the icon: libappindicator's property, which GNOME's extension asks for too."""
        return self._title

    @dbus_property(PropertyAccess.READ, "AttentionAccessibleDesc")
    def attention_accessible_desc(self) -> DBusStr:
        """As `IconAccessibleDesc`, while the status is `NeedsAttention`."""
        return self._title

    @dbus_property(PropertyAccess.READ, "ToolTip")
    def tool_tip(self) -> ToolTip:
        """An icon's name and pixmaps (none), a title, and a text (none)."""
        return ["", [], self._title, ""]

    @dbus_property(PropertyAccess.READ, "ItemIsMenu")
    def item_is_menu(self) -> DBusBool:
        """True: a left click opens the menu."""
        return True

    @dbus_property(PropertyAccess.READ, "Menu")
    def menu(self) -> DBusObjectPath:
        """Where the menu is."""
        return MENU_PATH

    @dbus_method("Activate")
    def activate(self, x: DBusInt32, y: DBusInt32) -> Nothing:  # noqa: ARG002 - the interface's arguments
        """Run the menu's default item. Without one, the answer makes the host open the menu instead."""
        self._activate()

    @dbus_method("SecondaryActivate")
    def secondary_activate(self, x: DBusInt32, y: DBusInt32) -> Nothing:  # noqa: ARG002
        """Tell of a middle click."""
        if not self._on_secondary():
            raise _not_offered("SecondaryActivate")

    @dbus_method("ProvideXdgActivationToken")
    async def provide_xdg_activation_token(self, token: DBusStr) -> Nothing:
        """Take the token with which the click that follows may bring a window to the front; answer when it is over.

        The answer is then an error, so that GNOME's extension ends its busy pointer. The error must not say that the
        method is unknown, since the extension would then give no more tokens.
        """
        try:
            is_to_come = await self._on_token(token)
        except ValueError as error:
            raise DBusError(ErrorType.INVALID_ARGS, str(error)) from None
        if not is_to_come:
            raise DBusError(ErrorType.FAILED, "what was chosen is done, and its token is over")

    @dbus_method("ContextMenu")
    def context_menu(self, x: DBusInt32, y: DBusInt32) -> Nothing:  # noqa: ARG002
        """Refuse: the host itself draws the menu, which it finds at `Menu`."""
        raise _not_offered("ContextMenu")

    @dbus_method("Scroll")
    def scroll(self, delta: DBusInt32, orientation: DBusStr) -> Nothing:
        """Do nothing: the wheel has no meaning here, and an error would only fill the host's log."""

    @dbus_signal("NewIcon")
    def new_icon(self) -> Nothing:
        """Tell that the icon changed."""

    @dbus_signal("NewAttentionIcon")
    def new_attention_icon(self) -> Nothing:
        """Tell that the attention icon changed."""

    @dbus_signal("NewTitle")
    def new_title(self) -> Nothing:
        """Tell that the title changed."""

    @dbus_signal("NewToolTip")
    def new_tool_tip(self) -> Nothing:
        """Tell that the tool tip changed."""

    @dbus_signal("NewStatus")
    def new_status(self) -> DBusStr:
        """Tell the new status."""
        return self._status.value

    def _activate(self) -> None:
        if not self._on_activate():
            raise _not_offered("Activate")


def _not_offered(member: str) -> DBusError:
    """Return the error on which Plasma and GNOME's extension open the menu, as they do for libappindicator's icons."""
    return DBusError(ErrorType.UNKNOWN_METHOD, f"{member}: this icon has a menu only")

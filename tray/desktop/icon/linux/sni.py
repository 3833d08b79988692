"""The icon on the bus: org.kde.StatusNotifierItem.

https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/StatusNotifierItem/, and KDE's
org.kde.StatusNotifierItem.xml where the two differ (the interface's name, ItemIsMenu).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

from dbus_fast import DBusError, ErrorType, PropertyAccess
from dbus_fast.annotations import DBusBool, DBusInt32, DBusObjectPath, DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

if TYPE_CHECKING:
    from tray.desktop.icon.artwork import Pixmap

# As libappindicator's items: Cinnamon opens the menus of those below this path on a left click, as ItemIsMenu asks for,
# and passes over ItemIsMenu itself (seen in xapp-sn-watcher 2.4).
ITEM_PATH = "/org/ayatana/NotificationItem/notebook_tray"
MENU_PATH = f"{ITEM_PATH}/Menu"
# The path that a watcher assumes for an item that registers by its bus name alone; see `watcher.py`.
DEFAULT_ITEM_PATH = "/StatusNotifierItem"

# See `dbusmenu.py` for why these have names here.
Nothing = Annotated[None, DBusSignature("")]
Pixmaps = Annotated[list[list[Any]], DBusSignature("a(iiay)")]
ToolTip = Annotated[list[Any], DBusSignature("(sa(iiay)ss)")]


class ItemStatus(Enum):
    """How much the icon wants to be seen; hosts hide a passive one."""

    PASSIVE = "Passive"
    ACTIVE = "Active"
    ATTENTION = "NeedsAttention"


class ItemService(ServiceInterface):
    """Serves the icon's looks. `on_activate` runs the menu's default item and answers whether there is one.

    `on_token` is given the token of a click, and answers when it is over, or whether that is still to come; it raises
    ValueError for what is no token. See `activations.py`.
    """

    def __init__(
        self, name: str, *, on_activate: Callable[[], bool], on_token: Callable[[str], Awaitable[bool]]
    ) -> None:
        super().__init__("org.kde.StatusNotifierItem")
        self._name = name
        self._on_activate = on_activate
        self._on_token = on_token
        self._title = ""
        self._status = ItemStatus.PASSIVE
        self._shown: tuple[Pixmap, ...] = ()
        self._pixmaps: list[list[Any]] = []

    def show_pixmaps(self, pixmaps: tuple[Pixmap, ...]) -> None:
        """Show this picture. It is the attention icon too: the caller swaps the picture with the state."""
        if pixmaps == self._shown:
            return
        self._shown = pixmaps
        self._pixmaps = [[pixmap.width, pixmap.height, pixmap.argb] for pixmap in pixmaps]
        self.new_icon()
        self.new_attention_icon()

    def show_title(self, title: str) -> None:
        """Show this title as the tool tip and the accessible name."""
        if title != self._title:
            self._title = title
            self.new_title()
            self.new_tool_tip()
            # No signal of the interface tells of these. GNOME's extension 46 otherwise asks again with the next icon.
            self.emit_properties_changed(dict.fromkeys(("IconAccessibleDesc", "AttentionAccessibleDesc"), title))

    def show_status(self, status: ItemStatus) -> None:
        """Show or hide the icon, or call for attention."""
        if status is not self._status:
            self._status = status
            self.new_status()

    @dbus_property(PropertyAccess.READ, "Category")
    def category(self) -> DBusStr:
        """What sort of program it is."""
        return "ApplicationStatus"

    @dbus_property(PropertyAccess.READ, "Id")
    def id(self) -> DBusStr:
        """The program's name, the same on every run: hosts remember the icon's place by it."""
        return self._name

    @dbus_property(PropertyAccess.READ, "Title")
    def title(self) -> DBusStr:
        """The program's title for people."""
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
        """What a screen reader says of the icon: libappindicator's, which GNOME's extension asks each item for."""
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
        """Refuse: a middle click has no meaning here."""
        raise _not_offered("SecondaryActivate")

    @dbus_method("ProvideXdgActivationToken")
    async def provide_xdg_activation_token(self, token: DBusStr) -> Nothing:
        """Take the token with which the click that follows may bring a window to the front; answer when it is over.

        With an error, which has GNOME's extension end its busy pointer; not as an unknown method, as it would give no
        more tokens then.
        """
        try:
            is_to_come = await self._on_token(token)
        except ValueError as error:
            raise DBusError(ErrorType.INVALID_ARGS, str(error)) from None
        if not is_to_come:
            raise DBusError(ErrorType.FAILED, "what was chosen is done, and its token is over")

    @dbus_method("ContextMenu")
    def context_menu(self, x: DBusInt32, y: DBusInt32) -> Nothing:  # noqa: ARG002
        """Refuse: the host draws the menu, from `Menu`."""
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

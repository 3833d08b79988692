"""The least that a tray can be with dbus-fast: an icon and a menu that never change. What an icon costs anyway."""

# ruff: noqa: ARG002 - the arguments are the interface's
from __future__ import annotations

import asyncio
from typing import Annotated, Any

from dbus_fast import Message, PropertyAccess, Variant
from dbus_fast.aio.message_bus import MessageBus
from dbus_fast.annotations import DBusBool, DBusInt32, DBusObjectPath, DBusSignature, DBusStr, DBusUInt32, DBusVariant
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

Nothing = Annotated[None, DBusSignature("")]
Names = Annotated[list[str], DBusSignature("as")]
Pixmaps = Annotated[list[list[Any]], DBusSignature("a(iiay)")]
RevisionAndLayout = Annotated[list[Any], DBusSignature("u(ia{sv}av)")]

_READ = PropertyAccess.READ
_SIZE = 22
_LABELS = ("Refresh", "Quit")


class Item(ServiceInterface):
    """The icon."""

    @dbus_property(_READ)
    def Id(self) -> DBusStr:  # noqa: N802 - StatusNotifierItem's own names
        return "bare-tray"

    @dbus_property(_READ)
    def Category(self) -> DBusStr:  # noqa: N802
        return "ApplicationStatus"

    @dbus_property(_READ)
    def Title(self) -> DBusStr:  # noqa: N802
        return "Bare tray"

    @dbus_property(_READ)
    def Status(self) -> DBusStr:  # noqa: N802
        return "Active"

    @dbus_property(_READ)
    def IconPixmap(self) -> Pixmaps:  # noqa: N802
        return [[_SIZE, _SIZE, b"\xff\x30\x60\x90" * _SIZE * _SIZE]]

    @dbus_property(_READ)
    def Menu(self) -> DBusObjectPath:  # noqa: N802
        return "/Menu"


class Menu(ServiceInterface):
    """The menu: two items."""

    @dbus_property(_READ)
    def Version(self) -> DBusUInt32:  # noqa: N802
        return 3

    @dbus_method("GetLayout")
    def get_layout(self, parent_id: DBusInt32, depth: DBusInt32, names: Names) -> RevisionAndLayout:
        items = [
            Variant("(ia{sv}av)", [number, {"label": Variant("s", label)}, []])
            for number, label in enumerate(_LABELS, 1)
        ]
        return [1, [0, {"children-display": Variant("s", "submenu")}, items]]

    @dbus_method("Event")
    def event(self, identity: DBusInt32, kind: DBusStr, data: DBusVariant, timestamp: DBusUInt32) -> Nothing:
        pass

    @dbus_method("AboutToShow")
    def about_to_show(self, identity: DBusInt32) -> DBusBool:
        return False


async def main() -> None:
    """Show the icon until ended."""
    bus = await MessageBus().connect()
    bus.export("/StatusNotifierItem", Item("org.kde.StatusNotifierItem"))
    bus.export("/Menu", Menu("com.canonical.dbusmenu"))
    watcher = "org.kde.StatusNotifierWatcher"
    await bus.call(
        Message(
            watcher,
            "/StatusNotifierWatcher",
            watcher,
            "RegisterStatusNotifierItem",
            signature="s",
            body=["/StatusNotifierItem"],
        )
    )
    await bus.wait_for_disconnect()  # type: ignore[no-untyped-call] # dbus-fast


if __name__ == "__main__":
    asyncio.run(main())

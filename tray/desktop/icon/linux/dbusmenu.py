"""The menu on the bus: com.canonical.dbusmenu, version 3.

The interface: https://github.com/AyatanaIndicators/libdbusmenu/blob/master/libdbusmenu-glib/dbus-menu.xml
The layout always holds all items. No submenu is filled when it opens, since Plasma shows such a submenu empty
(winpodx #602).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

from dbus_fast import DBusError, PropertyAccess, Variant
from dbus_fast.annotations import DBusBool, DBusInt32, DBusSignature, DBusStr, DBusUInt32, DBusVariant
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal
from dbus_fast.signature import get_signature_tree

from tray.desktop.icon.linux.wire import menu_label
from tray.desktop.icon.menutree import (
    EMPTY,
    ROOT_ID,
    ItemKind,
    Node,
    PropertyValue,
    Tree,
    difference,
    in_place,
    properties,
)

# Not org.freedesktop.DBus.Error.Failed: on that, GNOME's extension stops calling AboutToShow for good.
UNKNOWN_ID = "org.freedesktop.DBus.Error.InvalidArgs"

# dbus-fast evaluates a method's annotations in the method's module, so each type in them has a name here. dbus-fast 5.2
# would get a plain None as the text "None" and take it for a signature.
Nothing = Annotated[None, DBusSignature("")]
Ids = Annotated[list[int], DBusSignature("ai")]
Names = Annotated[list[str], DBusSignature("as")]
Events = Annotated[list[tuple[int, str, Variant, int]], DBusSignature("a(isvu)")]
RevisionAndLayout = Annotated[list[Any], DBusSignature("u(ia{sv}av)")]
GroupProperties = Annotated[list[Any], DBusSignature("a(ia{sv})")]
TwoIds = Annotated[list[list[int]], DBusSignature("aiai")]
UpdatedAndRemoved = Annotated[list[Any], DBusSignature("a(ia{sv})a(ias)")]
RevisionAndParent = Annotated[list[int], DBusSignature("ui")]
Timestamped = Annotated[list[int], DBusSignature("iu")]

# A host that never says that a submenu is closed gets the new menu after this long.
_LONGEST_OPEN_SECONDS = 60.0

# libdbusmenu collects the events of a moment in one call, several at most.
_MOST_EVENTS = 100
_MOST_NAMED = 10

# What screen readers say for an item. Without it, libdbusmenu-gtk (Cinnamon, Xfce) has them say for ever the label that
# the item had first, without underscores (`process_a11y_desc` in its client.c). Only hosts that ask for it get it.
_DESCRIPTION = "accessible-desc"

_SIGNATURES = {str: "s", bool: "b", int: "i"}
_LAYOUT = get_signature_tree("(ia{sv}av)")


class MenuService(ServiceInterface):
    """Serves the last published tree.

    Hosts read the tree in two ways. Hosts with libdbusmenu and GNOME's extension read all of it, from the top. Hosts
    with libdbusmenu-qt (Plasma, LXQt) read one level at a time. They learn of a submenu's change only from a
    LayoutUpdated for that very submenu, or from the answer to its AboutToShow. So each submenu has a separate revision.

    While a submenu is open, words and states change, but no item comes, goes or moves. GNOME's extension makes all
    submenus anew for any LayoutUpdated, and the open submenu closes under the pointer (seen in 46). Plasma closes a
    submenu that gets another id, and LXQt closes the whole menu.

    `on_open` is called when the menu is about to be seen, before the answer that says whether the menu changed. A menu
    that `on_open` publishes is in that answer. `on_click` gets the node that the user chose. `on_read` is called when a
    host has read the menu from the top. `on_out_of_date` is called when the menu was kept as it was because a submenu
    was open, and may now be published anew. All of them are called on the loop's thread and must not raise.
    """

    def __init__(
        self,
        *,
        on_open: Callable[[], None],
        on_click: Callable[[Node], None],
        on_read: Callable[[], None],
        on_out_of_date: Callable[[], None],
    ) -> None:
        super().__init__("com.canonical.dbusmenu")
        self._on_open = on_open
        self._on_click = on_click
        self._on_read = on_read
        self._on_out_of_date = on_out_of_date
        # The submenus that a host has said are open, and the timer that ends the wait for them to be closed. The timer
        # is there while the served menu is out of date.
        self._open: set[int] = set()
        self._out_of_date: asyncio.TimerHandle | None = None
        self._revision = 1
        # By a submenu's id: the revision at which its children last changed, and that at which a host last read them.
        self._changed: dict[int, int] = {}
        self._read: dict[int, int] = {}
        # The submenus that hosts were told to read ahead. Each is told once, since some hosts only read the top then.
        self._told: set[int] = set()
        self._first_mark_alone = False
        self._describes = False
        self.tree = EMPTY

    def publish(self, tree: Tree) -> None:
        """Serve `tree` from now on, and tell the hosts what changed, if anything did."""
        change = difference(self.tree, tree)
        if change.restructured and self._open:
            tree = in_place(self.tree, tree)
            change = difference(self.tree, tree)
            if self._out_of_date is None:
                self._out_of_date = asyncio.get_running_loop().call_later(_LONGEST_OPEN_SECONDS, self._all_closed)
        self.tree = tree
        if change.updated or change.removed:
            self.items_properties_updated(
                [[identity, self._variants(values)] for identity, values in change.updated.items()],
                [[identity, list(names)] for identity, names in change.removed.items()],
            )
        if change.restructured:
            self._revision += 1
            self._changed |= dict.fromkeys(change.restructured, self._revision)
            for identity in change.restructured:
                self.layout_updated(identity)
            self._forget_what_is_gone()

    def forget_hosts(self) -> None:
        """Take in that a new host is there, which has read and opened nothing yet, such as a restarted panel."""
        self._read.clear()
        self._told.clear()
        self._all_closed()

    def end(self) -> None:
        """Stop the timer."""
        if self._out_of_date is not None:
            self._out_of_date.cancel()
            self._out_of_date = None

    def mark_first_alone(self, first_alone: bool) -> None:
        """Write labels as the present host reads them (see `wire.menu_label`), and tell the host those that differ."""
        if first_alone == self._first_mark_alone:
            return
        self._first_mark_alone = first_alone
        written = [node for node in self.tree.root.walk() if "_" in node.label]
        if written:
            updated = [[node.id, self._variants(properties(node), frozenset({"label"}))] for node in written]
            self.items_properties_updated(updated, [])

    @dbus_method("GetLayout")
    def get_layout(self, parent_id: DBusInt32, recursion_depth: DBusInt32, property_names: Names) -> RevisionAndLayout:
        """Answer with the items from `parent_id` down: `recursion_depth` levels, or all for -1.

        They have the properties in `property_names`, or all if that is empty.
        """
        node = self._node(parent_id)
        self._describes = self._describes or _DESCRIPTION in property_names
        layout = self._layout(node, recursion_depth, frozenset(property_names))
        if parent_id == ROOT_ID:
            self._on_read()
        if recursion_depth == 1 and parent_id == ROOT_ID:
            self._have_read_ahead(node)
        return [self._revision, layout]

    @dbus_method("GetGroupProperties")
    def get_group_properties(self, ids: Ids, property_names: Names) -> GroupProperties:
        """Answer with the properties of `ids`, or of all items if that is empty; ids that are gone are left out."""
        names = frozenset(property_names)
        return [
            [identity, self._variants(properties(node), names)]
            for identity in (dict.fromkeys(ids) or self.tree.ids())
            if (node := self.tree.find(identity)) is not None
        ]

    @dbus_method("GetProperty")
    def get_property(self, identity: DBusInt32, name: DBusStr) -> DBusVariant:
        """Answer with one property. A property that has its default value is missing, as in libdbusmenu."""
        value = self._variants(properties(self._node(identity))).get(name)
        if value is None:
            raise DBusError(UNKNOWN_ID, f"Item {identity} has no property {name!r}")
        return value

    @dbus_method("Event")
    def event(self, identity: DBusInt32, kind: DBusStr, data: DBusVariant, timestamp: DBusUInt32) -> Nothing:  # noqa: ARG002
        """Take in what the user did: `clicked`, `opened`, `closed`, `hovered`."""
        self._take_event(self._present(identity), kind)

    @dbus_method("EventGroup")
    def event_group(self, events: Events) -> Ids:
        """Take in several events; answer with the ids that are unknown."""
        # A host that sends more has the rest dropped: each may have the menu made anew.
        events = events[:_MOST_EVENTS]
        unknown = self._unknown(event[0] for event in events)
        for identity, kind, _data, _timestamp in events:
            # libdbusmenu 18.10, which sends several events at once, never says that a submenu is closed again (seen in
            # xfce4-panel 4.18 and Cinnamon 5.6). So a submenu that it opens does not count as open.
            if (node := self.tree.present(identity)) is not None and (kind != "opened" or node.id == ROOT_ID):
                self._take_event(node, kind)
        return unknown

    @dbus_method("AboutToShow")
    def about_to_show(self, identity: DBusInt32) -> DBusBool:
        """Answer whether the item's children have changed since a host last read them."""
        return self._about_to_show(self._present(identity))

    @dbus_method("AboutToShowGroup")
    def about_to_show_group(self, ids: Ids) -> TwoIds:
        """Answer with the ids whose children have changed since a host last read them, and with the unknown ids."""
        unknown = self._unknown(ids)
        known = [node for identity in dict.fromkeys(ids) if (node := self.tree.present(identity)) is not None]
        return [[node.id for node in known if self._about_to_show(node)], unknown]

    @dbus_signal("LayoutUpdated")
    def layout_updated(self, parent_id: int) -> RevisionAndParent:
        """Tell that the children of `parent_id` changed."""
        return [self._revision, parent_id]

    @dbus_signal("ItemsPropertiesUpdated")
    def items_properties_updated(self, updated: list[Any], removed: list[Any]) -> UpdatedAndRemoved:
        """Tell that items look different in the same structure."""
        return [updated, removed]

    @dbus_signal("ItemActivationRequested")
    def item_activation_requested(self, identity: int, timestamp: int) -> Timestamped:
        """Ask the host to open the menu at an item."""
        return [identity, timestamp]

    @dbus_property(PropertyAccess.READ, "Version")
    def version(self) -> DBusUInt32:
        """The version of the interface."""
        return 3

    @dbus_property(PropertyAccess.READ, "TextDirection")
    def text_direction(self) -> DBusStr:
        """Left to right, since the labels are English."""
        return "ltr"

    @dbus_property(PropertyAccess.READ, "Status")
    def status(self) -> DBusStr:
        """Always `normal` and never `notice`, since the icon calls for attention and not the menu."""
        return "normal"

    @dbus_property(PropertyAccess.READ, "IconThemePath")
    def icon_theme_path(self) -> Names:
        """Where to look for icons by name: no item has one."""
        return []

    def _node(self, identity: int) -> Node:
        node = self.tree.find(identity)
        if node is None:
            raise DBusError(UNKNOWN_ID, f"The menu has no item {identity}")
        return node

    def _present(self, identity: int) -> Node:
        """Return the node that an id stands for, also if the item has another id now that the host doesn't know yet."""
        node = self.tree.present(identity)
        if node is None:
            raise DBusError(UNKNOWN_ID, f"The menu has no item {identity}")
        return node

    def _unknown(self, ids: Iterable[int]) -> list[int]:
        """Return the ids that are unknown.

        :raises DBusError: all of them are, as in libdbusmenu
        """
        asked = list(ids)
        unknown = [identity for identity in asked if self.tree.present(identity) is None]
        if asked and len(unknown) == len(asked):
            raise DBusError(UNKNOWN_ID, f"The menu has none of the items {unknown[:_MOST_NAMED]}")
        return unknown

    def _take_event(self, node: Node, kind: str) -> None:
        if kind == "clicked":
            # A host that has not yet drawn the last update lets the user click an item that is disabled by now.
            if node.enabled:
                self._on_click(node)
            if node.kind in (ItemKind.CHECK, ItemKind.RADIO):
                self._tell_states(node)
            # A choice closes the menu, but Cinnamon's tray does not say so (seen with xapp-sn-watcher 2.4).
            self._all_closed()
        elif node.id == ROOT_ID and kind in ("opened", "closed"):
            self._all_closed()  # no submenu is open before the menu is seen, or after it is closed
            if kind == "opened":
                self._on_open()
        elif kind == "opened":
            self._open.add(node.id)
        elif kind == "closed":
            self._open.discard(node.id)
            if not self._open:
                self._all_closed()

    def _all_closed(self) -> None:
        self._open.clear()
        if self._out_of_date is not None:
            self._out_of_date.cancel()
            self._out_of_date = None
            self._on_out_of_date()

    def _tell_states(self, chosen: Node) -> None:
        """Tell the hosts which of the items beside `chosen` are checked, though nothing has changed yet.

        Qt (Plasma, LXQt) checks a clicked item by itself. The item would stay checked if the choice comes to nothing.
        """
        for parent in self.tree.root.walk():
            if any(child is chosen for child in parent.children):
                alike = [child for child in parent.children if child.kind is chosen.kind]
                state = frozenset({"toggle-state"})
                self.items_properties_updated(
                    [[each.id, self._variants(properties(each), state)] for each in alike], []
                )

    def _about_to_show(self, node: Node) -> bool:
        if node.id == ROOT_ID:
            self._on_open()
            node = self.tree.root
        elif node.id in self._read:
            self._have_read_ahead(node)
        return node.kind is ItemKind.SUBMENU and self._read.get(node.id, -1) < self._changed.get(node.id, 0)

    def _have_read_ahead(self, node: Node) -> None:
        """Have a host that reads level by level read the submenus of `node` before the user opens them.

        Otherwise Plasma reads a submenu when it opens, and shows it 4 pixels wide at the edge of the screen until it is
        opened again (seen in 5.27). The host is told only of submenus that no host has read yet. So a host that reads
        all of the menu is told nothing.
        """
        unread = [child.id for child in node.children if child.kind is ItemKind.SUBMENU and child.id not in self._read]
        if unread:
            # Later, so that the host first gets the answer to its present call.
            asyncio.get_running_loop().call_soon(self._tell_unread, unread)

    def _tell_unread(self, identities: list[int]) -> None:
        for identity in identities:
            if identity not in self._read and identity not in self._told and self.tree.find(identity) is not None:
                self._told.add(identity)
                self.layout_updated(identity)

    def _forget_what_is_gone(self) -> None:
        for known in (self._changed, self._read):
            for identity in [each for each in known if self.tree.find(each) is None]:
                del known[identity]
        self._told = {each for each in self._told if self.tree.find(each) is not None}

    def _layout(self, node: Node, depth: int, names: frozenset[str]) -> list[Any]:
        children = []
        if depth:
            if node.kind is ItemKind.SUBMENU:
                self._read[node.id] = self._revision
            # Unverified, since dbus-fast would check everything below a level again at each level.
            children = [
                Variant(_LAYOUT, self._layout(child, depth - 1, names), verify=False) for child in node.children
            ]
        return [node.id, self._variants(properties(node), names), children]

    def _variants(self, values: Mapping[str, PropertyValue], names: frozenset[str] = frozenset()) -> dict[str, Variant]:
        if self._describes and "label" in values:
            values = {**values, _DESCRIPTION: values["label"]}
        return {
            name: Variant(
                _SIGNATURES[type(value)],
                menu_label(str(value), first_alone=self._first_mark_alone) if name == "label" else value,
            )
            for name, value in values.items()
            if not names or name in names
        }

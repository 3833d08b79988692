"""How real hosts read and draw a menu, and a host on a test's bus that does the same.

`tests/desktops/test_habits.py` has the real hosts and the replayed ones do the same, and compares what they ask. Not
seen there, as the program sees to it that there is nothing to be seen: `moves` and `first_mark_alone`, which are read
in GNOME's extension 46 (dbusMenu.js).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import pytest
from jeepney.wrappers import DBusErrorResponse

from tests.support.menu_client import Label, MenuClient, shown_label

if TYPE_CHECKING:
    from collections.abc import Iterator

Tells = Literal["AboutToShow", "opened", "token", "clicked"]


@dataclass(frozen=True)
class Habits:
    """What a host does.

    - `depth`, `names`: the recursion depth and the property names of its GetLayout.
    - `from_the_top`: after any LayoutUpdated it reads all of the menu, and not the item that is named.
    - `reads_on`: with an item, it reads the submenus in it, each by a GetLayout of its own.
    - `group_properties`: whether it asks for properties by GetGroupProperties: of the items that are new to it, or
    after each GetLayout of all, a submenu a call.
    - `opening`, `opening_submenu`, `choosing`: what it tells, in this order, when the menu or a submenu opens and when
    an item is chosen.
    - `closing`: of what it tells that it has closed: of submenus and the menu, of the menu alone, of nothing.
    - `grouped`: it tells that by AboutToShowGroup and EventGroup.
    - `activates`: a left click calls Activate, whatever ItemIsMenu says; `activating`: what it tells before that.
    - `left_opens`: a left click opens the menu, if Activate, where that is called, is refused.
    - `moves`: an item that stands elsewhere in a new layout is drawn there. Without it, such an item stays where it
    was, and new ones are inserted before old ones are removed.
    - `first_mark_alone`: of a label's underscores, it takes the first mark away and shows the others.
    """

    name: str
    depth: int = -1
    names: tuple[str, ...] = ()
    from_the_top: bool = True
    reads_on: bool = False
    group_properties: Literal["none", "new", "all"] = "none"
    opening: tuple[Tells, ...] = ("AboutToShow", "opened")
    opening_submenu: tuple[Tells, ...] = ("AboutToShow", "opened")
    choosing: tuple[Tells, ...] = ("clicked",)
    closing: Literal["all", "menu", "nothing"] = "all"
    grouped: bool = False
    activates: bool = False
    activating: tuple[Tells, ...] = ()
    left_opens: bool = True
    moves: bool = True
    first_mark_alone: bool = False
    bus_names: tuple[str, ...] = ()


GNOME = Habits(
    "GNOME Shell 43, extension 46",
    names=("type", "children-display"),
    group_properties="new",
    opening=("opened", "AboutToShow"),
    opening_submenu=("opened", "AboutToShow"),
    choosing=("token", "clicked"),
    moves=False,
    first_mark_alone=True,
    bus_names=("org.gnome.Shell",),
)
PLASMA = Habits("Plasma 5.27", depth=1, from_the_top=False, activates=True)
PLASMA_WAYLAND = replace(
    PLASMA, name="Plasma 5.27 on Wayland", activating=("token",), opening=("token", "AboutToShow", "opened")
)
LXQT = Habits("LXQt 1.2", depth=1, from_the_top=False, reads_on=True, activates=True, left_opens=False)
MATE = Habits(
    "MATE 1.27",
    names=(
        *("accessible-desc", "children-display", "disposition", "enabled", "icon-data", "icon-name", "label"),
        *("shortcut", "toggle-type", "toggle-state", "type", "visible"),
    ),
    opening=("opened", "AboutToShow"),
    opening_submenu=(),
    closing="menu",
    activates=True,
    left_opens=False,
)
# libdbusmenu 18.10, with which both of these read menus.
_LIBDBUSMENU: dict[str, Any] = {
    "names": ("type", "label", "visible", "enabled", "children-display", "accessible-desc"),
    "group_properties": "all",
    "opening": ("AboutToShow",),
    "closing": "nothing",
    "grouped": True,
}
XFCE = Habits("xfce4-panel 4.18", **_LIBDBUSMENU)
CINNAMON = Habits("Cinnamon 5.6", **_LIBDBUSMENU)
SILENT = Habits("a panel that never says that it opens the menu", opening=(), opening_submenu=(), closing="nothing")

HABITS = (GNOME, PLASMA, PLASMA_WAYLAND, LXQT, MATE, XFCE, CINNAMON, SILENT)


@dataclass
class _Drawn:
    children: list[int] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    read: bool = False


class ReplayedHost:
    """Draws the menu of `client`'s item as a host with these habits does."""

    def __init__(self, client: MenuClient, habits: Habits) -> None:
        self._client = client
        self._habits = habits
        self._items: dict[int, _Drawn] = {0: _Drawn()}
        self._read(0)

    def follow(self) -> None:
        """Do what the host does about the signals that have come: until there are no more."""
        while signals := self._client.settle():
            for signal in signals:
                if signal.member == "ItemsPropertiesUpdated":
                    self._take_properties(*signal.body)
                elif signal.member == "LayoutUpdated":
                    identity = 0 if self._habits.from_the_top else signal.body[1]
                    if identity in self._items:
                        self._read(identity)

    def outline(self, identity: int = 0) -> list[Any]:
        """Return the labels as drawn: a string for each, (label, outline) for a submenu, None for a line."""
        return [self._outlined(child) for child in self._items[identity].children]

    def descriptions(self) -> list[str | None]:
        """Return what a screen reader would say for the items of the menu's first level, None where nothing is set."""
        return [self._items[child].properties.get("accessible-desc") for child in self._items[0].children]

    def open(self, *labels: Label) -> None:
        """Open the menu, or the submenu that a path of labels leads to."""
        identity = self._find(*labels)
        changed = False
        for tells in self._habits.opening_submenu if labels else self._habits.opening:
            if tells == "AboutToShow":
                changed = self._about_to_show(identity)
            else:
                self._tell(identity, tells)
        if changed or not self._items[identity].read:
            self._read(0 if self._habits.from_the_top else identity)
        self.follow()

    def close(self, *labels: Label) -> None:
        """Close the menu, or the submenu that a path of labels leads to."""
        self._closed(self._find(*labels))
        self.follow()

    def click(self, *labels: Label) -> None:
        """Choose an item as it is drawn."""
        identity = self._find(*labels)
        for tells in self._habits.choosing:
            self._tell(identity, tells)
        for depth in range(len(labels) - 1, -1, -1):
            self._closed(self._find(*labels[:depth]))

    def left_click(self) -> bool:
        """Click the icon; return whether the host opens the menu for it."""
        for tells in self._habits.activating:
            self._tell(0, tells)
        if not self._habits.activates:
            assert self._client.item_property("ItemIsMenu")
        elif self._habits.left_opens:
            with pytest.raises(DBusErrorResponse):
                self._client.call_item("Activate", "ii", 10, 10)
        else:
            self._client.tell_item("Activate", "ii", 10, 10)
        if self._habits.left_opens:
            self.open()
        return self._habits.left_opens

    def _closed(self, identity: int) -> None:
        if self._habits.closing == "all" or (self._habits.closing == "menu" and identity == 0):
            self._event(identity, "closed")

    def _about_to_show(self, identity: int) -> bool:
        if self._habits.grouped:
            need_update, _unknown = self._client.call_menu("AboutToShowGroup", "ai", [identity])
            return identity in need_update
        (changed,) = self._client.call_menu("AboutToShow", "i", identity)
        return bool(changed)

    def _tell(self, identity: int, tells: Tells) -> None:
        if tells == "token":
            self._client.tell_item("ProvideXdgActivationToken", "s", "a-token")
        else:
            self._event(identity, tells)

    def _event(self, identity: int, kind: str) -> None:
        if self._habits.grouped:
            self._client.call_menu("EventGroup", "a(isvu)", [(identity, kind, ("i", 0), 0)])
        else:
            self._client.event(identity, kind)

    def _outlined(self, identity: int) -> Any:
        properties = self._items[identity].properties
        if properties.get("type") == "separator":
            return None
        label = shown_label(properties.get("label", ""), first_mark_alone=self._habits.first_mark_alone)
        return (label, self.outline(identity)) if properties.get("children-display") == "submenu" else label

    def _find(self, *labels: Label) -> int:
        identity = 0
        for label in labels:
            drawn = [(each, self._outlined(each)) for each in self._items[identity].children]
            identity = next(each for each, found in drawn if label == (found[0] if isinstance(found, tuple) else found))
        return identity

    def _read(self, identity: int) -> None:
        arguments = (identity, self._habits.depth, list(self._habits.names))
        _revision, layout = self._client.call_menu("GetLayout", "iias", *arguments)
        new: list[int] = []
        self._take_layout(layout, self._habits.depth, new)
        if self._habits.group_properties == "new" and new:
            self._read_properties(new)
        elif self._habits.group_properties == "all":
            for level in self._levels(0):
                self._read_properties(level)
        if self._habits.reads_on:
            for child in self._items[identity].children:
                if self._items[child].properties.get("children-display") == "submenu":
                    self._read(child)

    def _read_properties(self, identities: list[int]) -> None:
        (found,) = self._client.call_menu("GetGroupProperties", "aias", identities, [])
        for each, values in found:
            self._items[each].properties.update(_plain(values))

    def _levels(self, identity: int) -> Iterator[list[int]]:
        children = self._items[identity].children
        if children:
            yield children if identity else [identity, *children]
        for child in children:
            yield from self._levels(child)

    def _take_layout(self, layout: Any, depth: int, new: list[int]) -> None:
        identity, values, children = layout
        if identity not in self._items:
            self._items[identity] = _Drawn()
            new.append(identity)
        drawn = self._items[identity]
        drawn.properties.update(_plain(values))
        if depth == 0:
            return
        drawn.read = True
        for _signature, child in children:
            self._take_layout(child, depth - 1, new)
        wanted = [child[0] for _signature, child in children]
        if self._habits.moves:
            drawn.children = wanted
            return
        for at, each in enumerate(wanted):
            if each not in drawn.children:
                drawn.children.insert(at, each)
        drawn.children = [each for each in drawn.children if each in wanted]

    def _take_properties(self, updated: Any, removed: Any) -> None:
        for identity, values in updated:
            if identity in self._items:
                self._items[identity].properties.update(_plain(values))
        for identity, names in removed:
            for name in names:
                if identity in self._items:
                    self._items[identity].properties.pop(name, None)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, (_signature, value) in values.items()}

"""How real hosts read and draw a menu, and a host on a test's bus that does the same.

Each row of `HABITS` was seen in the real host, with dbus-monitor beside it; `tests/desktops` holds the rows against
what the real ones do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.support.menu_client import Label, MenuClient, shown_label


@dataclass(frozen=True)
class Habits:
    """What a host does.

    - `depth`, `names`: the recursion depth and the property names of its GetLayout.
    - `from_the_top`: after any LayoutUpdated it reads all of the menu, and not the item that is named.
    - `group_properties`: it asks for the properties of items that are new to it by GetGroupProperties.
    - `about_to_show`, `opened`: what it tells when the menu, or a submenu, opens.
    - `activates`: a left click calls Activate, whatever ItemIsMenu says.
    - `moves`: an item that stands elsewhere in a new layout is drawn there. Without it, such an item stays where it
    was, and
      new ones are inserted before old ones are removed.
    - `first_mark_alone`: of a label's underscores, it takes the first mark away and shows the others.
    """

    name: str
    depth: int = -1
    names: tuple[str, ...] = ()
    from_the_top: bool = True
    group_properties: bool = False
    about_to_show: bool = True
    opened: bool = True
    activates: bool = False
    moves: bool = True
    first_mark_alone: bool = False
    bus_names: tuple[str, ...] = ()


GNOME = Habits(
    "GNOME Shell 43, extension 46",
    names=("type", "children-display"),
    group_properties=True,
    moves=False,
    first_mark_alone=True,
    bus_names=("org.gnome.Shell",),
)
PLASMA = Habits("Plasma 5.27", depth=1, from_the_top=False)
LXQT = Habits("LXQt 1.2", depth=1, from_the_top=False, activates=True)
MATE = Habits("MATE 1.27", names=("type", "children-display"), group_properties=True, activates=True)
SILENT = Habits("a panel that never says that it opens the menu", about_to_show=False, opened=False)

HABITS = (GNOME, PLASMA, LXQT, MATE, SILENT)


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

    def open(self, *labels: Label) -> None:
        """Open the menu, or the submenu that a path of labels leads to."""
        identity = self._find(*labels)
        drawn = self._items[identity]
        changed = False
        if self._habits.about_to_show:
            (changed,) = self._client.call_menu("AboutToShow", "i", identity)
        if self._habits.opened:
            self._client.event(identity, "opened")
        if changed or not drawn.read:
            self._read(0 if self._habits.from_the_top else identity)
        self.follow()

    def close(self, *labels: Label) -> None:
        """Close the menu, or the submenu that a path of labels leads to."""
        if self._habits.opened:
            self._client.event(self._find(*labels), "closed")
        self.follow()

    def click(self, *labels: Label) -> None:
        """Choose an item as it is drawn."""
        self._client.event(self._find(*labels), "clicked")

    def left_click(self) -> bool:
        """Click the icon; return whether the host opens the menu for it."""
        if not self._habits.activates:
            assert self._client.item_property("ItemIsMenu")
            self.open()
            return True
        self._client.tell_item("Activate", "ii", 10, 10)
        return False

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
        if new and self._habits.group_properties:
            (found,) = self._client.call_menu("GetGroupProperties", "aias", new, [])
            for each, values in found:
                self._items[each].properties.update(_plain(values))

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

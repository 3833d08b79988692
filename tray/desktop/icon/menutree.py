"""A pystray menu as an immutable tree with ids that last, and what changed from one tree to the next.

Pure: nothing here talks to a bus. Names of properties are com.canonical.dbusmenu's
(https://github.com/AyatanaIndicators/libdbusmenu/blob/master/libdbusmenu-glib/dbus-menu.xml).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from tray.desktop.icon.items import KeyedItem
from tray.desktop.icon.pystray_core import Menu, MenuItem
from tray.desktop.icon.wire import menu_label

ROOT_ID = 0

PropertyValue = str | bool | int


class ItemKind(Enum):
    """What sort of item it is. Hosts build a different widget for each, so it is part of an item's identity."""

    SUBMENU = "submenu"
    ACTION = "action"
    CHECK = "check"
    RADIO = "radio"
    SEPARATOR = "separator"


# One step of an item's path: its kind, its key (a number for an item without one, see `_steps`), and which it is
# among siblings that have the same.
Step = tuple[ItemKind, str | int, int]
Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """An item as it was when its menu was evaluated. `item` is what a click calls."""

    id: int
    kind: ItemKind
    label: str = ""
    enabled: bool = True
    checked: bool = False
    default: bool = False
    children: tuple[Node, ...] = ()
    item: MenuItem | None = field(default=None, compare=False, repr=False)

    def walk(self) -> Iterator[Node]:
        """Give this node and everything below it, in the order of the menu."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Tree:
    """An evaluated menu; `ids` and `next_id` are what the next evaluation goes on from."""

    root: Node
    by_id: Mapping[int, Node] = field(repr=False)
    ids: Mapping[Path, int] = field(repr=False)
    next_id: int


_EMPTY_ROOT = Node(ROOT_ID, ItemKind.SUBMENU)
EMPTY = Tree(_EMPTY_ROOT, MappingProxyType({ROOT_ID: _EMPTY_ROOT}), MappingProxyType({}), ROOT_ID + 1)


@dataclass(frozen=True, slots=True)
class Difference:
    """What hosts have to be told.

    `updated` and `removed` are properties of items that are in both trees, by id. `parent` is the id of the deepest
    item that has every change of structure below it, None where the structure is the same.
    """

    updated: Mapping[int, Mapping[str, PropertyValue]]
    removed: Mapping[int, tuple[str, ...]]
    parent: int | None


def evaluate(menu: Menu | None, previous: Tree = EMPTY) -> Tree:
    """Evaluate `menu`, with the ids of `previous` for the items that were in it.

    An id is never given to another item, because hosts keep what they knew of it (nextcloud/desktop#10586). An item
    that went and comes back is a new one for the same reason, and so that what is kept does not grow with time.
    Whatever the menu's own functions raise passes through.
    """
    builder = _Builder(previous)
    root = Node(ROOT_ID, ItemKind.SUBMENU, children=builder.children(menu, ()))
    by_id = {node.id: node for node in root.walk()}
    return Tree(root, MappingProxyType(by_id), MappingProxyType(builder.ids), builder.next_id)


def properties(node: Node) -> dict[str, PropertyValue]:
    """Return the dbusmenu properties of a node, without those that have dbusmenu's default."""
    if node.kind is ItemKind.SEPARATOR:
        return {"type": "separator"}
    found: dict[str, PropertyValue] = {}
    if node.id != ROOT_ID:
        found["label"] = menu_label(node.label)
    if not node.enabled:
        found["enabled"] = False
    if node.kind is ItemKind.SUBMENU:
        found["children-display"] = "submenu"
    elif node.kind in (ItemKind.CHECK, ItemKind.RADIO):
        found["toggle-type"] = "radio" if node.kind is ItemKind.RADIO else "checkmark"
        found["toggle-state"] = int(node.checked)
    return found


def difference(old: Tree, new: Tree) -> Difference:
    """Return what changed from `old` to `new`."""
    updated: dict[int, dict[str, PropertyValue]] = {}
    removed: dict[int, tuple[str, ...]] = {}
    for node in new.root.walk():
        if (former := old.by_id.get(node.id)) is None:
            continue
        before, after = properties(former), properties(node)
        if changed := {name: value for name, value in after.items() if before.get(name) != value}:
            updated[node.id] = changed
        if gone := tuple(name for name in before if name not in after):
            removed[node.id] = gone
    return Difference(updated, removed, _changed_parent(old.root, new.root))


def _changed_parent(old: Node, new: Node) -> int | None:
    """Return the deepest node from `new` down that holds every change of structure; both have the same id."""
    if [child.id for child in old.children] != [child.id for child in new.children]:
        return new.id
    below = [
        parent
        for pair in zip(old.children, new.children, strict=True)
        if (parent := _changed_parent(*pair)) is not None
    ]
    if len(below) > 1:
        return new.id
    return below[0] if below else None


class _Builder:
    """The state of one evaluation: which ids are given so far."""

    def __init__(self, previous: Tree) -> None:
        self._known = previous.ids
        self.ids: dict[Path, int] = {}
        self.next_id = previous.next_id

    def children(self, menu: Menu | None, path: Path) -> tuple[Node, ...]:
        return tuple(self._node(item, (*path, step)) for item, step in _steps(menu)) if menu is not None else ()

    def _node(self, item: MenuItem, path: Path) -> Node:
        identity = self._id(path)
        kind = path[-1][0]
        if kind is ItemKind.SEPARATOR:
            return Node(identity, kind)
        return Node(
            identity,
            kind,
            label=str(item.text),
            enabled=bool(item.enabled),
            checked=bool(item.checked),
            default=bool(item.default),
            children=self.children(item.submenu, path),
            item=item,
        )

    def _id(self, path: Path) -> int:
        identity = self._known.get(path)
        if identity is None:
            identity = self.next_id
            self.next_id += 1
        self.ids[path] = identity
        return identity


def _steps(menu: Menu) -> list[tuple[MenuItem, Step]]:
    """Return the items of a menu that are to be seen, each with its step.

    An item without a key is known by its place among all items, the hidden ones included: hiding one does not make
    the next one take its identity. Separators are alike, so each is known by its place among the visible ones.
    Siblings that share a key are told apart by their order.
    """
    everything = tuple(menu.items)
    places = {id(item): place for place, item in enumerate(everything)}
    taken: dict[tuple[ItemKind, str | int], int] = {}
    found = []
    # Made anew from the items at hand, as `menu.items` may be a generator's: pystray's own rules choose what is seen.
    for item in Menu(*everything):
        kind, key = _kind(item), _key(item, places)
        occurrence = taken.get((kind, key), 0)
        taken[kind, key] = occurrence + 1
        found.append((item, (kind, key, occurrence)))
    return found


def _key(item: MenuItem, places: Mapping[int, int]) -> str | int:
    if item is Menu.SEPARATOR:
        return 0
    return item.key if isinstance(item, KeyedItem) else places[id(item)]


def _kind(item: MenuItem) -> ItemKind:
    if item is Menu.SEPARATOR:
        return ItemKind.SEPARATOR
    if item.submenu is not None:
        return ItemKind.SUBMENU
    if item.checked is None:
        return ItemKind.ACTION
    return ItemKind.RADIO if item.radio else ItemKind.CHECK

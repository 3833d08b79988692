"""A pystray menu as an immutable tree with lasting ids, and what changed from one tree to the next.

The functions are pure and don't talk to a bus. The names of properties are com.canonical.dbusmenu's
(https://github.com/AyatanaIndicators/libdbusmenu/blob/master/libdbusmenu-glib/dbus-menu.xml).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tray.desktop.icon.pystray_core import MenuItem
from tray.model.values import value

if TYPE_CHECKING:
    from tray.desktop.icon.items import Line

ROOT_ID = 0

PropertyValue = str | bool | int


class ItemKind(StrEnum):
    """The kind of an item. Hosts build a different widget for each kind, so the kind is part of an item's identity.

    The kinds are strings, because strings are hashed fast.
    """

    SUBMENU = "submenu"
    ACTION = "action"
    CHECK = "check"
    RADIO = "radio"
    SEPARATOR = "separator"


CHECKABLE = (ItemKind.CHECK, ItemKind.RADIO)

# A step tells an item from its siblings: its kind, its key (a number for an item without a key, see
# `menu_evaluation`), and its number among siblings with the same kind and key.
Step = tuple[ItemKind, str | int, int]
Path = tuple[Step, ...]


@value
class Node:
    """An item as it was when its menu was evaluated.

    `source` is the item itself, or the line of a `ContentMenu` of which `make` makes the item; None for a separator.
    """

    id: int
    kind: ItemKind
    label: str = ""
    enabled: bool = True
    checked: bool = False
    default: bool = False
    children: tuple[Node, ...] = ()
    source: MenuItem | Line | None = field(default=None, compare=False, repr=False)
    step: Step | None = field(default=None, compare=False, repr=False)
    make: Callable[[Any], MenuItem] | None = field(default=None, compare=False, repr=False)

    @property
    def item(self) -> MenuItem | None:
        """What a click calls."""
        if self.make is not None:
            return self.make(self.source)
        return self.source if isinstance(self.source, MenuItem) else None

    def walk(self) -> Iterator[Node]:
        """Give this node and everything below it, in the order of the menu."""
        left = [self]
        while left:
            node = left.pop()
            yield node
            left.extend(reversed(node.children))


@dataclass(frozen=True)
class Tree:
    """An evaluated menu, and what the next evaluation needs to know.

    `retired` are the ids that went last, each with the path of the item that it stood for.
    """

    root: Node
    next_id: int
    retired: Mapping[int, Path] = field(default_factory=dict, compare=False, repr=False)

    def find(self, identity: int) -> Node | None:
        """Return the node with an id, or None if there is none."""
        return self._nodes.get(identity)

    def present(self, identity: int) -> Node | None:
        """Return the node that an id stands for, also if that is a former id of the item; None if the item is gone.

        A host that has not yet drawn the last update sends the id that it knows.
        """
        node = self.find(identity)
        if node is not None or identity not in self.retired:
            return node
        node = self.root
        for step in self.retired[identity]:
            node = next((child for child in node.children if child.step == step), None)
            if node is None:
                return None
        return node

    def ids(self) -> Iterator[int]:
        """Give the ids of all nodes."""
        yield from self._nodes

    # Made when first asked for, since most trees are replaced before the user points at one of their items.
    @functools.cached_property
    def _nodes(self) -> dict[int, Node]:
        return {node.id: node for node in self.root.walk()}


EMPTY = Tree(Node(ROOT_ID, ItemKind.SUBMENU), ROOT_ID + 1)


@dataclass(frozen=True, slots=True)
class Difference:
    """What hosts have to be told.

    `updated` and `removed` are properties of items that are in both trees, by id. `restructured` are the ids of items
    in both trees whose children have changed, or the order of whose children has; parents come before children.
    """

    updated: Mapping[int, Mapping[str, PropertyValue]]
    removed: Mapping[int, tuple[str, ...]]
    restructured: tuple[int, ...]


def in_place(old: Tree, new: Tree) -> Tree:
    """Return `old`, with the words and states of `new` for the items that both trees have.

    This is for a menu that is in use: no item comes, goes or moves.
    """
    return replace(old, root=_in_place(old.root, new.root))


def _in_place(old: Node, new: Node) -> Node:
    present = {child.step: child for child in new.children if child.kind is not ItemKind.SEPARATOR}
    children = tuple(
        _in_place(child, present[child.step]) if child.step in present else child for child in old.children
    )
    # A click does what the new item does. A submenu whose children are not the new ones is of no lines that are known.
    # The next evaluation then looks at all of it, even if its lines are the old or new submenu's.
    if children == new.children:
        return replace(new, id=old.id, children=children)
    return replace(new, id=old.id, children=children, source=None, make=None)


def properties(node: Node) -> dict[str, PropertyValue]:
    """Return the dbusmenu properties of a node, without those that have dbusmenu's default.

    The label is the plain text. How an underscore in it is written depends on the host (see `wire.menu_label`).
    """
    if node.kind is ItemKind.SEPARATOR:
        return {"type": "separator"}
    found: dict[str, PropertyValue] = {}
    if node.id != ROOT_ID or node.step is not None:
        found["label"] = node.label
    if not node.enabled:
        found["enabled"] = False
    if node.kind is ItemKind.SUBMENU:
        found["children-display"] = "submenu"
    elif node.kind in CHECKABLE:
        found["toggle-type"] = "radio" if node.kind is ItemKind.RADIO else "checkmark"
        found["toggle-state"] = int(node.checked)
    return found


def difference(old: Tree, new: Tree) -> Difference:
    """Return what changed from `old` to `new`."""
    comparison = _Comparison()
    comparison.compare(old.root, new.root)
    return Difference(comparison.updated, comparison.removed, tuple(comparison.restructured))


class _Comparison:
    """The state of one comparison: what was found so far."""

    def __init__(self) -> None:
        self.updated: dict[int, dict[str, PropertyValue]] = {}
        self.removed: dict[int, tuple[str, ...]] = {}
        self.restructured: list[int] = []

    def compare(self, old: Node, new: Node) -> None:
        """Compare an item and everything below it with how they were before."""
        if old is new:
            return
        self._compare_properties(old, new)
        if old.children is new.children:
            return
        if [child.id for child in old.children] != [child.id for child in new.children]:
            self.restructured.append(new.id)
        former = {child.id: child for child in old.children}
        for child in new.children:
            if child.id in former:
                self.compare(former[child.id], child)

    def _compare_properties(self, old: Node, new: Node) -> None:
        if (old.label, old.enabled, old.checked) == (new.label, new.enabled, new.checked):
            return  # the other properties are part of an item's identity
        before, after = properties(old), properties(new)
        if changed := {name: value for name, value in after.items() if before.get(name) != value}:
            self.updated[new.id] = changed
        if gone := tuple(name for name in before if name not in after):
            self.removed[new.id] = gone

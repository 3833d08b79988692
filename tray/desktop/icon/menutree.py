"""A pystray menu as an immutable tree with ids that last, and what changed from one tree to the next.

Pure: nothing here talks to a bus. Names of properties are com.canonical.dbusmenu's
(https://github.com/AyatanaIndicators/libdbusmenu/blob/master/libdbusmenu-glib/dbus-menu.xml).

Menus may have thousands of items and change by a few, so what has not changed is not looked at: a `ContentMenu` whose
content is what it was keeps its nodes, and where many have the same content, they share one `Block`.
"""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import overload
from weakref import WeakValueDictionary

from tray.desktop.icon.items import ContentMenu, KeyedItem
from tray.desktop.icon.pystray_core import Menu, MenuItem
from tray.desktop.icon.wire import menu_label

ROOT_ID = 0

PropertyValue = str | bool | int


class ItemKind(StrEnum):
    """What sort of item it is. Hosts build a different widget for each, so it is part of an item's identity.

    Strings, because those are hashed in no time.
    """

    SUBMENU = "submenu"
    ACTION = "action"
    CHECK = "check"
    RADIO = "radio"
    SEPARATOR = "separator"


# What tells an item from its siblings: its kind, its key (a number for an item without one, see `_steps`), and which
# it is among siblings that have the same.
Step = tuple[ItemKind, str | int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """An item as it was when its menu was evaluated. `item` is what a click calls."""

    id: int
    kind: ItemKind
    label: str = ""
    enabled: bool = True
    checked: bool = False
    default: bool = False
    children: Sequence[Node] = ()
    item: MenuItem | None = field(default=None, compare=False, repr=False)
    step: Step | None = field(default=None, compare=False, repr=False)

    def walk(self) -> Iterator[Node]:
        """Give this node and everything below it, in the order of the menu."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Block:
    """What every submenu with one content looks like. The ids of its nodes are their places, from 0."""

    content: object
    nodes: tuple[Node, ...]
    steps: tuple[Step | None, ...]


class BlockChildren(Sequence[Node]):
    """The items of one submenu that looks like its block. Their ids are `first_id` and those that follow."""

    __slots__ = ("_menu", "block", "first_id")

    def __init__(self, block: Block, first_id: int, menu: ContentMenu) -> None:
        self.block = block
        self.first_id = first_id
        self._menu = menu

    def __len__(self) -> int:
        return len(self.block.nodes)

    @overload
    def __getitem__(self, at: int) -> Node: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Node, ...]: ...
    def __getitem__(self, at: int | slice) -> Node | tuple[Node, ...]:
        if isinstance(at, slice):
            return tuple(self)[at]
        node = self.block.nodes[at]
        return replace(node, id=self.first_id + node.id, item=_steps(self._menu)[node.id][0])


@dataclass(frozen=True)
class Tree:
    """An evaluated menu; the rest is what the next evaluation goes on from."""

    root: Node
    next_id: int
    # By the identity of their content, which each holds on to.
    blocks: WeakValueDictionary[int, Block] = field(default_factory=WeakValueDictionary, compare=False, repr=False)

    def find(self, identity: int) -> Node | None:
        """Return the node with an id, or None if there is none."""
        if (node := self._nodes.get(identity)) is not None:
            return node
        at = bisect_right(self._blocks, identity, key=_first_id) - 1
        if at < 0 or identity - (children := self._blocks[at]).first_id >= len(children):
            return None
        return children[identity - children.first_id]

    def ids(self) -> Iterator[int]:
        """Give every id there is."""
        yield from self._nodes
        for children in self._blocks:
            yield from range(children.first_id, children.first_id + len(children))

    # Made when first asked for: most trees are replaced by the next before anybody points at one of their items.

    @functools.cached_property
    def _nodes(self) -> dict[int, Node]:
        return {node.id: node for node in _outside_blocks(self.root)}

    @functools.cached_property
    def _blocks(self) -> list[BlockChildren]:
        found = [node.children for node in self._nodes.values() if isinstance(node.children, BlockChildren)]
        return sorted(found, key=_first_id)


EMPTY = Tree(Node(ROOT_ID, ItemKind.SUBMENU), ROOT_ID + 1)


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
    root = Node(ROOT_ID, ItemKind.SUBMENU, children=builder.children(menu, previous.root))
    return Tree(root, builder.next_id, builder.blocks)


def properties(node: Node) -> dict[str, PropertyValue]:
    """Return the dbusmenu properties of a node, without those that have dbusmenu's default."""
    if node.kind is ItemKind.SEPARATOR:
        return {"type": "separator"}
    found: dict[str, PropertyValue] = {}
    if node.id != ROOT_ID or node.step is not None:
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
    comparison = _Comparison()
    parent = comparison.compare(old.root, new.root)
    return Difference(comparison.updated, comparison.removed, parent)


class _Comparison:
    """The state of one comparison: what was found so far."""

    def __init__(self) -> None:
        self.updated: dict[int, dict[str, PropertyValue]] = {}
        self.removed: dict[int, tuple[str, ...]] = {}

    def compare(self, old: Node, new: Node) -> int | None:
        """Compare an item with its former self; return the deepest that holds every change of structure below it."""
        if old is new:
            return None
        self._compare_properties(new.id, old, new)
        return self._compare_children(new.id, old.children, new.children)

    def _compare_properties(self, identity: int, old: Node, new: Node) -> None:
        if (old.label, old.enabled, old.checked) == (new.label, new.enabled, new.checked):
            return  # the rest is part of an item's identity
        before, after = properties(old), properties(new)
        if changed := {name: value for name, value in after.items() if before.get(name) != value}:
            self.updated[identity] = changed
        if gone := tuple(name for name in before if name not in after):
            self.removed[identity] = gone

    def _compare_children(self, parent: int, old: Sequence[Node], new: Sequence[Node]) -> int | None:
        if old is new:
            return None
        if isinstance(new, BlockChildren):
            if not isinstance(old, BlockChildren) or old.first_id != new.first_id:
                return parent
            if old.block is not new.block:
                for at, pair in enumerate(zip(old.block.nodes, new.block.nodes, strict=True)):
                    self._compare_properties(new.first_id + at, *pair)
            return None
        former = {} if isinstance(old, BlockChildren) else {child.id: child for child in old}
        below = {self.compare(former[child.id], child) for child in new if child.id in former} - {None}
        if len(below) > 1 or [child.id for child in old] != [child.id for child in new]:
            return parent
        return below.pop() if below else None


class _Builder:
    """The state of one evaluation: which ids are given so far."""

    def __init__(self, previous: Tree) -> None:
        self.blocks = previous.blocks
        self.next_id = previous.next_id

    def children(self, menu: Menu | None, before: Node | None) -> Sequence[Node]:
        """Return the items of `menu`, which is the submenu of what was `before`."""
        if menu is None:
            return ()
        known = before.children if before is not None else ()
        block = None
        if isinstance(menu, ContentMenu):
            if before is not None and before.item is not None and _content(before.item) is menu.content:
                return known
            block = self.blocks.get(id(menu.content))
        steps = _steps(menu) if block is None else []
        if isinstance(menu, ContentMenu):
            if block is None and all(step[0] is not ItemKind.SUBMENU for _, step in steps):
                block = self.blocks[id(menu.content)] = _block(menu.content, steps)
            if block is not None:
                return BlockChildren(block, self._first_id(block, known), menu)
        former = {} if isinstance(known, BlockChildren) else {node.step: node for node in known}
        return tuple(self._node(item, step, former.get(step)) for item, step in steps)

    def _node(self, item: MenuItem, step: Step, before: Node | None) -> Node:
        identity = before.id if before is not None else self._ids(1)
        return _node(identity, item, step, self.children(item.submenu, before))

    def _first_id(self, block: Block, known: Sequence[Node]) -> int:
        same = isinstance(known, BlockChildren) and known.block.steps == block.steps
        return known.first_id if same and isinstance(known, BlockChildren) else self._ids(len(block.nodes))

    def _ids(self, count: int) -> int:
        """Give `count` ids, and return the first."""
        first = self.next_id
        self.next_id += count
        return first


def _node(identity: int, item: MenuItem, step: Step, children: Sequence[Node] = ()) -> Node:
    if step[0] is ItemKind.SEPARATOR:
        return Node(identity, step[0], step=step)
    return Node(
        identity,
        step[0],
        label=str(item.text),
        enabled=bool(item.enabled),
        checked=bool(item.checked),
        default=bool(item.default),
        children=children,
        item=item,
        step=step,
    )


def _block(content: object, steps: list[tuple[MenuItem, Step]]) -> Block:
    nodes = (replace(_node(at, item, step), item=None) for at, (item, step) in enumerate(steps))
    return Block(content, tuple(nodes), tuple(step for _, step in steps))


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


def _content(item: MenuItem) -> object:
    submenu = item.submenu
    return submenu.content if isinstance(submenu, ContentMenu) else None


def _first_id(children: BlockChildren) -> int:
    return children.first_id


def _outside_blocks(node: Node) -> Iterator[Node]:
    yield node
    if not isinstance(node.children, BlockChildren):
        for child in node.children:
            yield from _outside_blocks(child)

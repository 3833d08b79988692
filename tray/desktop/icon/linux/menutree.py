"""A pystray menu as an immutable tree with lasting ids, and what changed from one tree to the next.

The functions are pure and don't talk to a bus. The names of properties are com.canonical.dbusmenu's
(https://github.com/AyatanaIndicators/libdbusmenu/blob/master/libdbusmenu-glib/dbus-menu.xml).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from tray.desktop.icon.items import ContentMenu, KeyedItem, Line
from tray.desktop.icon.pystray_core import Menu, MenuItem

ROOT_ID = 0

# How many ids of items that are gone are remembered, each with its item's path: more than a menu has items.
_MOST_RETIRED = 4096

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


_CHECKABLE = (ItemKind.CHECK, ItemKind.RADIO)

# A step tells an item from its siblings: its kind, its key (a number for an item without a key, see `_steps`), and its
# number among siblings with the same kind and key.
Step = tuple[ItemKind, str | int, int]
Path = tuple[Step, ...]


# Not frozen, which would take four times as long to make: menus have thousands. Nobody changes one.
@dataclass(slots=True)
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


def evaluate(menu: Menu | None, previous: Tree = EMPTY) -> Tree:
    """Evaluate `menu`. Items that were in `previous` and have kept their place keep their ids.

    Only the common beginning and the common end of a level keep their ids. GNOME's extension carries out no moves, and
    inserts new items before it removes those that are gone, so other items would end up in another order there (seen in
    version 46, `_doLayoutUpdate` and `_onRootChildMoved` in its dbusMenu.js). An id is never given to another item,
    because hosts keep what they know of an id (nextcloud/desktop#10586).

    An exception from the menu's own functions passes through.
    """
    builder = _Builder(previous)
    root = Node(ROOT_ID, ItemKind.SUBMENU, children=builder.children(menu, previous.root, ()))
    return Tree(root, builder.next_id, builder.retired())


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
    elif node.kind in _CHECKABLE:
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


class _Builder:
    """The state of one evaluation: which ids are given so far, and which are gone."""

    def __init__(self, previous: Tree) -> None:
        self.next_id = previous.next_id
        self._before = previous.retired
        self._gone: dict[int, Path] = {}

    def children(self, menu: Menu | None, before: Node | None, path: Path) -> tuple[Node, ...]:
        """Return the items of `menu`, which is the submenu at `path`; `before` is its node in the previous tree."""
        if menu is None:
            return ()
        if isinstance(menu, ContentMenu):
            return self._of_lines(menu.lines, menu.make, before, path)
        found = _steps(menu)
        former = self._former([step for _, step in found], before, path)
        return tuple(self._node(item, step, each, path) for (item, step), each in zip(found, former, strict=True))

    def _of_lines(
        self, lines: tuple[Line, ...], make: Callable[[Any], MenuItem], before: Node | None, path: Path
    ) -> tuple[Node, ...]:
        if before is not None and _lines_of(before) is lines:
            return before.children
        found = _line_steps(lines)
        former = self._former([step for _, step in found], before, path)
        # All of it in one place, by position, and nothing asked of a line twice: menus have thousands.
        nodes = []
        for (line, step), each in zip(found, former, strict=True):
            if each is not None:
                identity = each.id
            else:
                identity, self.next_id = self.next_id, self.next_id + 1
            kind = step[0]
            if line is None:
                nodes.append(Node(identity, kind, step=step))
                continue
            children = self._of_lines(line.children, make, each, (*path, step)) if line.children else ()
            nodes.append(
                Node(identity, kind, line.label, line.enabled, bool(line.checked), False, children, line, step, make)
            )
        return tuple(nodes)

    def _former(self, steps: list[Step], before: Node | None, path: Path) -> Sequence[Node | None]:
        """Return the nodes that items with these steps had in the previous tree, and retire those of no item."""
        if before is None:
            return [None] * len(steps)
        known = before.children
        beginning = _count_same(known, steps)
        end = _count_same(known[beginning:][::-1], steps[beginning:][::-1])
        if beginning == len(known) == len(steps):
            return known
        self._retire(known[beginning : len(known) - end], path)
        middle = [None] * (len(steps) - beginning - end)
        return [*known[:beginning], *middle, *known[len(known) - end :]]

    def retired(self) -> Mapping[int, Path]:
        """Return the ids that went last, with their paths."""
        if not self._gone:
            return self._before
        everything = [*self._before.items(), *self._gone.items()]
        return dict(everything[-_MOST_RETIRED:])

    def _node(self, item: MenuItem, step: Step, before: Node | None, path: Path) -> Node:
        if before is not None:
            identity = before.id
        else:
            identity, self.next_id = self.next_id, self.next_id + 1
        kind = step[0]
        if kind is ItemKind.SEPARATOR:
            return Node(identity, kind, step=step)
        # By position, and nothing asked of an item that it can't have: menus have thousands.
        return Node(
            identity,
            kind,
            str(item.text),
            bool(item.enabled),
            kind in _CHECKABLE and bool(item.checked),
            bool(item.default),
            self.children(item.submenu, before, (*path, step)) if kind is ItemKind.SUBMENU else (),
            item,
            step,
        )

    def _retire(self, nodes: tuple[Node, ...], path: Path) -> None:
        for node in nodes:
            if node.step is not None and node.kind is not ItemKind.SEPARATOR:
                self._gone[node.id] = (*path, node.step)
                self._retire(node.children, (*path, node.step))


def _lines_of(node: Node) -> tuple[Line, ...] | None:
    """Return the lines that a node's submenu is made from; None if it isn't."""
    source = node.source
    if not isinstance(source, MenuItem):
        return source.children if source is not None else None
    return source.submenu.lines if isinstance(source.submenu, ContentMenu) else None


def _count_same(known: Sequence[Node], steps: Sequence[Step]) -> int:
    """Return how many items at the beginning of two levels are the same. All separators count as the same."""
    count = 0
    for node, step in zip(known, steps, strict=False):
        if node.step != step and not node.kind is step[0] is ItemKind.SEPARATOR:
            break
        count += 1
    return count


def _line_steps(lines: tuple[Line, ...]) -> list[tuple[Line | None, Step]]:
    """Return the lines that are shown, each with its step; None for a separator. See `_steps` and `visible_items`."""
    taken: dict[tuple[ItemKind, str | int], int] = {}
    separators = 0
    found: list[tuple[Line | None, Step]] = []
    for line in lines:
        if not line.key:
            if found and found[-1][0] is not None:
                found.append((None, (ItemKind.SEPARATOR, 0, separators)))
                separators += 1
            continue
        if line.children:
            kind = ItemKind.SUBMENU
        elif line.checked is None:
            kind = ItemKind.ACTION
        else:
            kind = ItemKind.RADIO if line.radio else ItemKind.CHECK
        occurrence = taken.get((kind, line.key), 0)
        taken[kind, line.key] = occurrence + 1
        found.append((line, (kind, line.key, occurrence)))
    if found and found[-1][0] is None:
        found.pop()
    return found


def _steps(menu: Menu) -> list[tuple[MenuItem, Step]]:
    """Return the visible items of a menu, each with its step.

    An item without a key is known by its place among all items, hidden items included. So the next item does not take
    the identity of an item that is hidden. Siblings that share a key are told apart by their order.
    """
    everything = tuple(menu.items)
    places = {
        id(item): place
        for place, item in enumerate(everything)
        if not (item is Menu.SEPARATOR or isinstance(item, KeyedItem))
    }
    taken: dict[tuple[ItemKind, str | int], int] = {}
    found = []
    for item in visible_items(everything):
        kind, key = _kind(item), _key(item, places)
        occurrence = taken.get((kind, key), 0)
        taken[kind, key] = occurrence + 1
        found.append((item, (kind, key, occurrence)))
    return found


def visible_items(items: Iterable[MenuItem]) -> list[MenuItem]:
    """Return the items that are shown, as pystray has it: no separator is the first, the last or next to another one.

    This is `Menu._visible_items` in a single pass, since a menu has thousands of items.
    """
    shown: list[MenuItem] = []
    for item in items:
        if item is Menu.SEPARATOR:
            if shown and shown[-1] is not item:
                shown.append(item)
        elif item.visible:
            shown.append(item)
    if shown and shown[-1] is Menu.SEPARATOR:
        shown.pop()
    return shown


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

"""Evaluates a menu: which items it shows, and which of them the tree before had. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tray.desktop.icon.items import ContentMenu, KeyedItem, Line
from tray.desktop.icon.menutree import CHECKABLE, EMPTY, ROOT_ID, ItemKind, Node, Path, Step, Tree
from tray.desktop.icon.pystray_core import Menu, MenuItem

# How many ids of items that are gone are remembered, each with its item's path: more than a menu has items.
_MOST_RETIRED = 4096


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
            kind in CHECKABLE and bool(item.checked),
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

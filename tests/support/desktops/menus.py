"""A tray's open menu as a user sees it, read from what GNOME's, GTK's and Qt's menus say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from tests.support.desktops.accessibility import Reference, Role, Seen, State
from tests.support.screen import Box

Label = str | re.Pattern[str]
Kind = Literal["item", "submenu", "separator"]

_ROWS = {Role.MENU_ITEM, Role.CHECK_MENU_ITEM, Role.RADIO_MENU_ITEM, Role.MENU, Role.SEPARATOR}
# GNOME Shell's PopupMenu draws them as text: Ornament.CHECK and Ornament.DOT in js/ui/popupMenu.js.
_ORNAMENTS = {"✓", "•"}
_ARROW = 26  # pixels
_THINNEST_ROW = 12  # pixels: a separator is thinner


@dataclass(frozen=True)
class Row:
    """One line of a menu. `box` is what can be seen of it, None if nothing can; `whole`: all of it is seen.

    `rows` are those of its submenu, if that is open. `current`: it is highlighted.
    """

    label: str
    kind: Kind
    enabled: bool
    checked: bool
    current: bool
    box: Box | None
    whole: bool
    reference: Reference = field(repr=False, compare=False)
    rows: tuple[Row, ...] = ()

    @property
    def open(self) -> bool:
        """Whether a submenu's rows are in sight."""
        return any(row.box for row in self.rows)


@dataclass(frozen=True)
class OpenMenu:
    """The menu that is open on the screen."""

    rows: tuple[Row, ...]

    def find(self, *labels: Label) -> Row:
        """Return the row that a path of labels leads to.

        :raises LookupError: there is none, or a submenu on the way is not open
        """
        rows = self.rows
        for depth, label in enumerate(labels):
            row = next((each for each in rows if each.kind != "separator" and _fits(label, each.label)), None)
            if row is None:
                raise LookupError(f"No {label!r} among {[each.label for each in rows]}")
            if depth == len(labels) - 1:
                return row
            rows = row.rows
        raise LookupError("No label was given")

    def shown(self) -> list[Row]:
        """Return every row of which something can be seen, from top to bottom, those of open submenus too."""
        return [row for row in self._walk(self.rows) if row.box]

    def outline(self) -> list[str | None]:
        """Return the labels of the first level, None for a line."""
        return [None if row.kind == "separator" else row.label for row in self.rows]

    def current(self) -> Row | None:
        """Return the highlighted row; of several, the one in the innermost submenu."""
        found = [row for row in self._walk(self.rows) if row.current]
        return found[-1] if found else None

    @classmethod
    def _walk(cls, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            yield row
            yield from cls._walk(row.rows)


def open_menu(trees: Iterable[Seen], screen: Box) -> OpenMenu | None:
    """Return the menu that is open, of what is on a screen."""
    found = [menu for tree in trees for menu in _menus(tree, screen)]
    # GTK tells of a submenu's window, too; its rows are in their parent's.
    known = {seen.reference for menu, _ in found for row in menu.children for seen in row.walk() if seen is not row}
    top = [(menu, clip) for menu, clip in found if menu.children[0].reference not in known]
    windows = {menu.children[0].reference: menu.box for menu, _ in found}
    return OpenMenu(tuple(_Reader(screen, windows).rows(*top[0]))) if top else None


def moved(menu: OpenMenu, down: int, screen: Box) -> OpenMenu:
    """Return a menu whose rows are all `down` pixels below where they say they are."""

    def there(row: Row) -> Row:
        box = row.box and _intersection(replace(row.box, top=row.box.top + down), screen)
        return replace(row, box=box, rows=tuple(map(there, row.rows)))

    return OpenMenu(tuple(map(there, menu.rows)))


def _menus(seen: Seen, clip: Box) -> Iterator[tuple[Seen, Box]]:
    """Give the outermost things that have rows in them, and what can be seen of their places."""
    if seen.role == Role.MENU_BAR or not (seen.has(State.SHOWING) or seen.role == Role.APPLICATION):
        return
    if any(_is_row(child, seen) and child.has(State.SHOWING) for child in seen.children):
        yield seen, clip
        return
    inside = clip if seen.box.width <= 0 else _intersection(seen.box, clip) or clip
    for child in seen.children:
        yield from _menus(child, inside)


@dataclass(frozen=True)
class _Reader:
    """Reads rows. `windows`: the places of GTK's menus, by the first row in each."""

    screen: Box
    windows: Mapping[Reference, Box]

    def rows(self, menu: Seen, clip: Box) -> list[Row]:
        # GNOME's boxes scroll in what is around them.
        inside = clip if menu.role == Role.PANEL else self._without_arrows(menu.children, menu.box)
        rows: list[Row] = []
        for child in menu.children:
            if _is_row(child, menu):
                rows.append(self._row(child, inside))
            elif rows and rows[-1].kind == "submenu" and not rows[-1].rows and child.has(State.SHOWING):
                # GNOME expands a submenu below its row, in a box that scrolls.
                below = _intersection(child.box, inside) or _NOTHING
                rows[-1] = replace(rows[-1], rows=tuple(self._within(child, below)))
        return rows

    def _within(self, seen: Seen, clip: Box) -> Iterator[Row]:
        if any(_is_row(child, seen) for child in seen.children):
            yield from self.rows(seen, clip)
            return
        for child in seen.children:
            yield from self._within(child, clip)

    def _row(self, seen: Seen, clip: Box) -> Row:
        labels = [child for child in seen.children if child.role == Role.LABEL]
        popup = next((child for child in seen.children if child.role == Role.POPUP_MENU), None)
        inner: list[Row] = []
        if popup is not None:  # Qt's, which is outside of the menu that it belongs to
            inner = self.rows(popup, self.screen) if popup.has(State.SHOWING) else []
        elif seen.role == Role.MENU and seen.children:  # GTK's
            place = self.windows.get(seen.children[0].reference, self.screen)
            window = self._without_arrows(seen.children, place)
            inner = [self._row(child, window) for child in seen.children if _is_row(child, seen)]
        box = _intersection(seen.box, clip) if seen.has(State.SHOWING) else None
        # GNOME's first label is the ornament.
        label = seen.name or next((each.name for each in labels[1:] if each.name), "")
        return Row(
            label,
            _kind(seen, label, has_submenu=popup is not None),
            seen.has(State.SENSITIVE),
            labels[0].name in _ORNAMENTS if labels else seen.has(State.CHECKED),
            seen.has(State.FOCUSED) or seen.has(State.SELECTED),
            box,
            box == seen.box,
            seen.reference,
            tuple(inner),
        )

    def _without_arrows(self, rows: Sequence[Seen], window: Box) -> Box:
        """Return where rows are seen: GTK and Qt put arrows over the ends of a menu that scrolls."""
        shown = _intersection(window, self.screen) or _NOTHING
        ends = [(row.box.top, row.box.top + row.box.height) for row in rows if row.has(State.SHOWING)]
        if all(window.top <= top and end <= window.top + window.height for top, end in ends):
            return shown
        return replace(shown, top=shown.top + _ARROW, height=shown.height - 2 * _ARROW)


def _kind(seen: Seen, label: str, *, has_submenu: bool) -> Kind:
    if seen.role == Role.SEPARATOR or (not label and seen.box.height < _THINNEST_ROW):
        return "separator"
    if has_submenu or seen.role == Role.MENU or any(each.role == Role.ARROW for each in seen.walk()):
        return "submenu"
    return "item"


def _is_row(seen: Seen, parent: Seen) -> bool:
    # A button of GNOME's panel is a menu to screen readers, and so is a row that has a submenu in GTK.
    return seen.role in _ROWS and (seen.role != Role.MENU or parent.role == Role.MENU)


_NOTHING = Box(-1, -1, 0, 0)


def _intersection(one: Box, other: Box) -> Box | None:
    left, top = max(one.left, other.left), max(one.top, other.top)
    right = min(one.left + one.width, other.left + other.width)
    bottom = min(one.top + one.height, other.top + other.height)
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _fits(wanted: Label, label: str) -> bool:
    return wanted == label if isinstance(wanted, str) else wanted.search(label) is not None

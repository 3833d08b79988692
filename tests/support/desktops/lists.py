"""The lists of a long menu, read and reached with as few looks as it takes: a look at a menu of hundreds is slow."""

from __future__ import annotations

from functools import partial

from tests.support.desktops.menus import Label, OpenMenu, Row
from tests.support.desktops.user import LEFT, User
from tests.support.waiting import wait_until

_wait_until = partial(wait_until, seconds=20.0)


def open_list(user: User, row: Row, *labels: Label) -> tuple[OpenMenu, Row]:
    """Click a row that was seen, at `labels`; return the menu and the row once its list is open."""
    point(user, row)
    user.press(LEFT)
    menu = user.wait_for_menu(*labels)
    return menu, menu.find(*labels)


def choose_seen(user: User, row: Row, *path: Label) -> None:
    """Click a row that was seen in the list at `path`, scrolled to where it must be; wait until the menu has closed."""
    if row.whole:
        point(user, row)
    else:
        user.point_at(*path, row.label)
    user.press(LEFT)
    user.wait_for_no_menu()


def point(user: User, row: Row) -> None:
    """Move the pointer to a row that was seen."""
    assert row.box, f"{row.label} is out of sight"
    user.move(*row.box.middle)


def walk(user: User, *labels: Label) -> Row:
    """Highlight a row of the open menu with the keyboard; return it as it is then.

    :raises AssertionError: the keys do not lead there
    """
    for _ in range(60):
        menu = user.menu()
        assert menu, "no menu is open"
        row, current = menu.find(*labels), menu.current()
        if row.current and current and current.reference == row.reference:
            return row
        siblings = menu.find(*labels[:-1]).rows if len(labels) > 1 else menu.rows
        keys = _way(siblings, current, row)
        user.key(*keys)
        before = current and current.reference
        _wait_until(lambda before=before: _current(user) != before, lambda: f"the highlight to move to {labels}")
    raise AssertionError(f"The keyboard does not reach {labels}")


def choose_by_keys(user: User, *labels: Label) -> None:
    """Choose a row of the open menu with the keyboard alone, each row that a key is pressed on being in sight."""
    for depth in range(1, len(labels) + 1):
        row = walk(user, *labels[:depth])
        assert row.whole, f"{row.label} is highlighted and not in sight"
        if depth < len(labels):
            user.key("Right")
            user.wait_for_menu(*labels[:depth])
    user.key("Return")
    user.wait_for_no_menu()


def _way(siblings: tuple[Row, ...], current: Row | None, row: Row) -> list[str]:
    """Return the keys from one row to another; fewer where a host stops at rows that can't be chosen."""
    places = [each.reference for each in siblings]
    if current is None or current.reference not in places:
        return ["Down"]
    at, wanted = places.index(current.reference), places.index(row.reference)
    between = siblings[min(at, wanted) : max(at, wanted)]
    steps = sum(each.enabled and each.kind != "separator" for each in between)
    return ["Down" if wanted > at else "Up"] * max(1, steps)


def _current(user: User) -> object:
    menu = user.menu()
    current = menu and menu.current()
    return current and current.reference

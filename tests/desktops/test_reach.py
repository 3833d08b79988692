"""Every running notebook instance can be opened from the menu: in how many clicks, and with the keyboard alone.

The screen has 1366 x 768 pixels. Beyond two dozen running notebook instances GNOME's list scrolls under the keyboard,
and doesn't follow its highlight: that is not asked of it here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import pytest

from tests.support.desktops.base import RealDesktop
from tests.support.desktops.lists import choose_by_keys, choose_seen, open_list
from tests.support.desktops.menus import Row
from tests.support.desktops.program_menu import ProgramMenu, open_top, shown
from tests.support.desktops.user import User
from tests.support.person import beginning
from tests.support.samples import notebook, snapshot
from tray.fleet.snapshot import LastOpened, Notebook, Snapshot
from tray.menu.groups import choose
from tray.menu.notebooks import MOST_WITH_LISTS_INLINE
from tray.model import commands
from tray.model.lengths import DEFAULT_SESSION_SECONDS, View

PROFILES = ("research", "marketing", "forecasts")
OTHER_SECONDS = 8 * 3600
# In GNOME: of so many running ones, all lists have those in sight that run.
MOST_BY_KEYS = 24
_RUNS = " — Running"
_GROUP = re.compile(r"\d+ of \d+ running$")


def fleet(count: int, profiles: int = 1) -> Snapshot:
    """Return `count` notebook instances, a third of them running, evenly among the profiles; the last was opened."""
    found = [
        notebook(f"model-{at:03}", "InService" if at % 3 == 0 else "Stopped", PROFILES[at * profiles // count])
        for at in range(count)
    ]
    last = [each for each in found if each.running][-1]
    used = dict.fromkeys(each.scope.profile for each in found)
    opened = LastOpened(last.scope.profile, last.arn)
    return snapshot(*found, aws_profiles=(*used, "sandbox"), starts_at_login=True, recent=(opened,))


@pytest.fixture(scope="module")
def program(desktop: RealDesktop) -> Iterator[ProgramMenu]:
    with shown(desktop, fleet(3)) as program:
        yield program


@pytest.mark.parametrize(("count", "which"), [(3, -1), (12, 0), (50, 1), (400, -1)], ids=["3", "12", "50", "400"])
def test_every_running_notebook_instance_is_in_reach(program: ProgramMenu, user: User, count: int, which: int) -> None:
    reach(program, user, fleet(count), which, str(count))


# GNOME has lists of actions for so few alone.
@pytest.mark.desktops("gnome-x11", "gnome-wayland")
def test_each_of_two_is_in_reach(program: ProgramMenu, user: User) -> None:
    assert MOST_WITH_LISTS_INLINE == 2
    reach(program, user, fleet(2), 0, "2")


# The others show groups in the same way.
@pytest.mark.desktops("gnome-x11", "plasma-x11")
@pytest.mark.parametrize(("count", "profiles", "which"), [(60, 3, -1), (72, 1, -1)], ids=["3-profiles", "72"])
def test_every_running_notebook_instance_of_other_fleets_is_in_reach(
    program: ProgramMenu, user: User, count: int, profiles: int, which: int
) -> None:
    reach(program, user, fleet(count, profiles), which, str(count) if profiles == 1 else "3-profiles")


def reach(program: ProgramMenu, user: User, snapshot: Snapshot, which: int, picture: str) -> None:
    """See every running notebook instance in the menu's lists; open the `which`th of the last list, also by keys."""
    program.show(snapshot)
    program.wait_until_known()
    running = {each.name: each for each in choose(program.snapshot.listing.notebooks) if each.running}
    path, found = see_all(program, user, running)
    scrolls = program.icon.inline_submenus and len(running) > MOST_BY_KEYS
    if scrolls:
        # It stays scrolled, and out of the keyboard's way: the keys come first.
        user.close_menus()
        open_by_keys(program, user, running, found[0], *path)
        path, found = see_all(program, user, running)
    row = found[which]
    lists, before = path, user.presses
    if row.kind == "submenu":
        path = (*path, row.label)
        _, opened = open_list(user, row, *path)
        assert all(each.whole for each in opened.rows)
        row = next(each for each in opened.rows if each.label.startswith("Open JupyterLab"))
    user.keep_picture(picture)
    choose_seen(user, row, *path)
    program.wait_for(opening(running[_name(found[which])]))
    assert 1 + len(lists) + user.presses - before <= 4
    if not scrolls:
        open_by_keys(program, user, running, found[which], *lists)


def open_by_keys(program: ProgramMenu, user: User, running: Mapping[str, Notebook], row: Row, *path: str) -> None:
    """Open a notebook instance with the keyboard, at the row that was seen for it in the list at `path`."""
    open_top(user, program)
    end = (beginning("Open JupyterLab"),) if row.kind == "submenu" else ()
    choose_by_keys(user, *path, row.label, *end)
    program.wait_for(opening(running[_name(row)]))


def see_all(program: ProgramMenu, user: User, running: Mapping[str, Notebook]) -> tuple[tuple[str, ...], list[Row]]:
    """Open the menu and its lists; return the path to the last list, and the rows of it that run."""
    menu = open_top(user, program)
    assert all(row.whole for row in menu.rows)
    found = _running(menu.rows)
    listed = [_name(row) for row in found]
    path: tuple[str, ...] = ()
    for group in [row.label for row in menu.rows if _GROUP.search(row.label)]:
        menu, opened = open_list(user, menu.find(group), group)
        path, found = (group,), _running(opened.rows)
        listed += [_name(row) for row in found]
        if not program.icon.inline_submenus:
            assert all(row.whole for row in opened.rows), "a list opens with all of its rows in sight"
        elif len(running) <= MOST_BY_KEYS:
            assert all(row.whole for row in found), "a list opens with all that run in sight"
    assert sorted(listed) == sorted(running)
    return path, found


def test_another_length_and_what_was_opened_last(program: ProgramMenu, user: User) -> None:
    program.show(fleet(50))
    program.wait_until_known()
    running = [each for each in program.snapshot.listing.notebooks if each.running]
    user.presses = 0
    if program.icon.inline_submenus:
        open_top(user, program)
        user.choose(beginning("Session length"), "8 h")
        program.wait_for(commands.SetSessionLength(OTHER_SECONDS))
        program.wait_until_known()
        open_top(user, program)
        user.choose(beginning("model-036 …"), beginning("model-048"))
    else:
        open_top(user, program)
        user.choose(beginning("model-030 …"), beginning("model-048"), "JupyterLab for 8 h")
    program.wait_for(opening(running[-1], OTHER_SECONDS))
    assert user.presses <= 6
    user.presses = 0
    open_top(user, program)
    user.choose(beginning("Open model-048"))
    program.wait_for(opening(running[-1], program.snapshot.listing.profiles[0].session_seconds))
    assert user.presses == 2


def opening(notebook: Notebook, seconds: int = DEFAULT_SESSION_SECONDS) -> commands.OpenNotebook:
    return commands.OpenNotebook(notebook.scope.profile, notebook.arn, View.LAB, seconds)


def _running(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of running notebook instances, all of which can be chosen."""
    found = [row for row in rows if row.label.endswith(_RUNS)]
    assert all(row.enabled for row in found)
    return found


def _name(row: Row) -> str:
    return row.label.removesuffix(_RUNS)


@pytest.mark.parametrize("count", [3, 400])
def test_the_page_of_all_is_in_reach(program: ProgramMenu, user: User, count: int) -> None:
    program.show(fleet(count))
    program.wait_until_known()
    user.presses = 0
    open_top(user, program)
    if count == 400:
        user.choose(beginning("… and 250 more: All notebooks…"))
    elif program.icon.inline_submenus:
        user.choose("Help and settings", "All notebooks…")
    else:
        user.choose("All notebooks…")
    program.wait_for(commands.ShowNotebooks())
    assert user.presses <= 3

"""Every running notebook instance can be opened from the menu: in how many clicks, and with the keyboard alone.

The screen has 1366 x 768 pixels. Beyond two dozen running notebook instances GNOME's list scrolls under the keyboard,
and doesn't follow its highlight: that is not asked of it here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest

from tests.support.desktops.base import RealDesktop
from tests.support.desktops.lists import choose_by_keys, choose_seen, open_list
from tests.support.desktops.menus import Row
from tests.support.desktops.program_menu import ProgramMenu, open_top, shown
from tests.support.desktops.user import User
from tests.support.person import beginning
from tests.support.samples import notebook, snapshot, with_listing
from tray.fleet.snapshot import LastOpened, Notebook, Snapshot
from tray.menu.groups import choose
from tray.model import commands
from tray.model.lengths import DEFAULT_SESSION_SECONDS, View

PROFILES = ("research", "marketing", "forecasts")
OTHER_SECONDS = 8 * 3600
# In GNOME: of so many running ones, all lists have those in sight that run.
MOST_BY_KEYS = 24
_GROUP = re.compile(r"\d+ of \d+ running$")


def fleet(count: int, profiles: int = 1) -> Snapshot:
    """Return `count` notebook instances, a third of them running, evenly among the profiles; the last was opened."""
    found = [
        notebook(f"model-{at:03}", "InService" if at % 3 == 0 else "Stopped", PROFILES[at * profiles // count])
        for at in range(count)
    ]
    last = [each for each in found if each.running][-1]
    made = snapshot(*found, starts_at_login=True, last_opened=LastOpened(last.scope.profile, last.arn))
    return with_listing(made, aws_profiles=(*made.listing.aws_profiles, "sandbox"))


@pytest.fixture(scope="module")
def program(desktop: RealDesktop) -> Iterator[ProgramMenu]:
    with shown(desktop, fleet(3)) as program:
        yield program


@pytest.mark.desktops("gnome-x11", "plasma-x11", "mate", "lxqt")
@pytest.mark.parametrize(("count", "which"), [(12, 0), (400, -1)], ids=["12", "400"])
def test_every_running_notebook_instance_is_in_reach(program: ProgramMenu, user: User, count: int, which: int) -> None:
    reach(program, user, fleet(count), which, str(count))


# The others show them in the same way.
@pytest.mark.desktops("gnome-x11", "plasma-x11")
@pytest.mark.parametrize(
    ("count", "profiles", "which"), [(3, 1, -1), (50, 1, 1), (60, 3, -1)], ids=["3", "50", "3-profiles"]
)
def test_every_running_notebook_instance_of_other_fleets_is_in_reach(
    program: ProgramMenu, user: User, count: int, profiles: int, which: int
) -> None:
    reach(program, user, fleet(count, profiles), which, str(count) if profiles == 1 else "3-profiles")


def reach(program: ProgramMenu, user: User, snapshot: Snapshot, which: int, picture: str) -> None:
    """See every running notebook instance in the menu's lists, and open one of the last list: the `which`th."""
    program.show(snapshot)
    program.wait_until_known()
    menu = open_top(user, program)
    assert all(row.whole for row in menu.rows)
    running = {each.name: each for each in choose(program.snapshot.listing.notebooks) if each.running}
    found = _running(menu.rows)
    listed = [row.label for row in found]
    presses = 1
    path: tuple[str, ...] = ()
    for group in [row.label for row in menu.rows if _GROUP.search(row.label)]:
        menu, opened = open_list(user, menu.find(group), group)
        presses, path = 2, (group,)
        found = _running(opened.rows)
        listed += [row.label for row in found]
        if not program.icon.inline_submenus:
            assert all(row.whole for row in opened.rows), "a list opens with all of its rows in sight"
        elif len(running) <= MOST_BY_KEYS:
            assert all(row.whole for row in found), "a list opens with all that run in sight"
    assert sorted(listed) == sorted(f"{name} — Running" for name in running)
    row = found[which]
    chosen = running[row.label.partition(" — ")[0]]
    before = user.presses
    if row.kind == "submenu":
        path = (*path, row.label)
        _, row = open_list(user, row, *path)
        assert all(each.whole for each in row.rows)
        row = next(each for each in row.rows if each.label.startswith("Open JupyterLab"))
    user.keep_picture(picture)
    choose_seen(user, row, *path)
    program.wait_for(opening(chosen))
    assert presses + user.presses - before <= 4


@pytest.mark.desktops("gnome-x11", "plasma-x11", "lxqt")
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
        user.choose(beginning("model-028 …"), beginning("model-048"), "JupyterLab for 8 h")
    program.wait_for(opening(running[-1], OTHER_SECONDS))
    assert user.presses <= 6
    user.presses = 0
    open_top(user, program)
    user.choose(beginning("Open model-048"))
    program.wait_for(opening(running[-1], program.snapshot.listing.profiles[0].session_seconds))
    assert user.presses == 2


@pytest.mark.desktops("gnome-x11", "plasma-x11", "mate", "lxqt")
def test_the_keyboard_reaches_what_is_in_sight(program: ProgramMenu, user: User) -> None:
    program.show(fleet(3 * MOST_BY_KEYS))
    program.wait_until_known()
    running = [each for each in program.snapshot.listing.notebooks if each.running]
    menu = open_top(user, program)
    group = [row.label for row in menu.rows if _GROUP.search(row.label)][-1]
    end = () if program.icon.inline_submenus else (beginning("Open JupyterLab"),)
    choose_by_keys(user, group, beginning(running[-1].name), *end)
    program.wait_for(opening(running[-1]))


def opening(notebook: Notebook, seconds: int = DEFAULT_SESSION_SECONDS) -> commands.OpenNotebook:
    return commands.OpenNotebook(notebook.scope.profile, notebook.arn, View.LAB, seconds)


def _running(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of running notebook instances, all of which can be chosen."""
    found = [row for row in rows if row.label.endswith(" — Running")]
    assert all(row.enabled for row in found)
    return found

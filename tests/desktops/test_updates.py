"""The program's menu while what it shows changes: one sees what was published, and clicks reach what was meant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.desktops.base import RealDesktop
from tests.support.desktops.lists import choose_seen, open_list
from tests.support.desktops.menus import Row
from tests.support.desktops.program_menu import ProgramMenu, open_top, outline, shown
from tests.support.desktops.user import User
from tests.support.person import beginning
from tests.support.samples import notebook, snapshot
from tests.support.waiting import wait_until
from tray.fleet.snapshot import Phase, Profile, Snapshot
from tray.menu import entries as e
from tray.model import commands

UNLISTED = snapshot(phase=Phase.LISTING, scopes=(), starts_at_login=True)


def listed(**statuses: str) -> Snapshot:
    """Return a snapshot with notebook instances of these names and statuses."""
    if not statuses:
        return snapshot(scopes=(), starts_at_login=True)
    return snapshot(*(notebook(name, status) for name, status in statuses.items()), starts_at_login=True)


RUNS, STOPPED = "InService", "Stopped"
MANY = {f"model{at:02}": RUNS if at % 4 == 0 else STOPPED for at in range(30)}
# Of what is listed first, the one that runs moves up; some come, some go, and lists come and go with them.
WHILE_OPEN = [
    listed(alpha=STOPPED, beta=STOPPED, gamma=STOPPED),
    listed(alpha=STOPPED, beta=STOPPED, gamma="Pending"),
    listed(alpha=STOPPED, beta=RUNS, gamma="Pending"),
    listed(beta=RUNS, gamma=RUNS),
    listed(beta="Stopping", gamma=RUNS, delta=RUNS),
    listed(**MANY),
]
WHILE_CLOSED = [
    listed(beta=STOPPED, gamma=RUNS),
    listed(),
    listed(alpha=RUNS, beta=STOPPED, gamma=RUNS),
    listed(**MANY),
]


@pytest.fixture(scope="module")
def program(desktop: RealDesktop) -> Iterator[ProgramMenu]:
    with shown(desktop, UNLISTED) as program:
        yield program


def test_what_is_seen_is_what_is_published(program: ProgramMenu, user: User) -> None:
    program.show(UNLISTED)
    program.wait_until_known()
    open_top(user, program)
    for each in [UNLISTED, *WHILE_OPEN]:
        program.show(each)
        wait_until_seen(program, user)
    for each in WHILE_CLOSED:
        user.close_menus()
        program.show(each)
        program.wait_until_known()
        open_top(user, program)
        wait_until_seen(program, user)


def test_a_list_stays_while_it_is_open_and_is_up_to_date_when_it_opens(
    desktop: RealDesktop, program: ProgramMenu, user: User
) -> None:
    program.show(listed(**MANY))
    program.wait_until_known()
    open_top(user, program)
    group, rows = open_last_group(program, user)
    assert rows == [entry.label for entry in group.children]
    names = [row.partition(" — ")[0] for row in rows]
    name = beginning(group.label.partition(" — ")[0])
    # One comes into the list, and its first fails: only the words change yet.
    program.show(listed(**MANY | {names[0]: "Failed"}, another=STOPPED))
    user.wait_for_row(name, beginning(f"{names[0]} — Failed"))
    opened = user.wait_for_menu().find(name)
    # These don't say that a submenu is open, and bring it up to date row by row.
    assert desktop.name in ("mate", "cinnamon") or [row.label.partition(" — ")[0] for row in opened.rows] == names
    user.close_menus()
    for others in ({}, {"model25": RUNS, "model28x": STOPPED}):
        program.show(listed(**MANY | {names[0]: "Failed"} | others, another=STOPPED))
        program.wait_until_known()
        open_top(user, program)
        group, rows = open_last_group(program, user)
        assert rows == [entry.label for entry in group.children]
        user.close_menus()


def test_a_profile_is_unchecked_and_checked_again(program: ProgramMenu, user: User) -> None:
    names = ("research", "marketing")
    profiles = tuple(Profile(name=name, aws_profile=name) for name in names)
    config = (*names, "sandbox")
    program.show(snapshot(scopes=(), profiles=profiles, aws_profiles=config, starts_at_login=True))
    for command in (
        commands.UncheckProfile("marketing"),
        commands.CheckProfile("marketing"),
        None,
    ):
        program.wait_until_known()
        menu = open_top(user, program)
        open_list(user, menu.find("Profiles"), "Profiles")
        published = next(entry for entry in program.entries() if entry.key == "profiles").children
        wanted = [(each.label, each.checked) for each in published if each.checked is not None]
        row = wait_until(
            lambda wanted=wanted: _profiles_as(user, wanted),
            lambda wanted=wanted: f"{wanted} under Profiles",
            seconds=10,
        )
        if command is not None:
            clicked = next(entry for entry in published if entry.command == command)
            choose_seen(user, next(each for each in row.rows if each.label == clicked.label), "Profiles")
            program.wait_for(command)


def open_last_group(program: ProgramMenu, user: User) -> tuple[e.Entry, list[str]]:
    """Open the last list of notebook instances; return it as it was published, and the labels that are seen in it."""
    group = [entry for entry in program.entries() if entry.key.startswith("group/")][-1]
    _, row = open_list(user, user.wait_for_row(group.label), group.label)
    return group, [each.label for each in row.rows]


def _profiles_as(user: User, wanted: list[tuple[str, bool | None]]) -> Row | None:
    menu = user.menu()
    row = menu and menu.find("Profiles")
    names = {label for label, _ in wanted}
    seen = [(each.label, each.checked) for each in row.rows if each.label in names] if row else []
    return row if row and seen == wanted else None


def wait_until_seen(program: ProgramMenu, user: User) -> None:
    """Wait until the open menu is what was published; LXQt's panel closes one whose structure changes."""
    published = outline(program.entries())

    def same() -> bool:
        menu = user.menu()
        if menu is None:
            program.wait_until_known()
            menu = open_top(user, program)
        return menu.outline() == published

    wait_until(same, lambda: f"{published}; there is {(menu := user.menu()) and menu.outline()}", seconds=10)

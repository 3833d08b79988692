"""An icon with the program's own menu of a snapshot that a test sets; what is chosen in it is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.support.desktops.base import RealDesktop
from tests.support.desktops.menus import OpenMenu
from tests.support.desktops.user import User, user_of
from tests.support.running_icon import running
from tests.support.samples import NOW
from tests.support.screen import Box
from tests.support.waiting import wait_until
from tray.desktop.icon import Menu, MenuItem
from tray.desktop.icon.artwork import Artwork
from tray.desktop.icon.linux.icon import Icon
from tray.fleet.snapshot import Profile, Snapshot
from tray.menu import entries as e
from tray.menu.layout import menu
from tray.model import commands
from tray.wiring.items import MenuItems


class ProgramMenu:
    """The icon, and what was chosen in its menu. `place` is where it is on the screen."""

    place: Box

    def __init__(self, artwork: Artwork, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.chosen: list[commands.Command] = []
        self._items = MenuItems(self._do)
        self.icon = Icon("notebook-tray", artwork, "Notebook Tray", Menu(self._evaluate))

    def show(self, snapshot: Snapshot) -> None:
        """Show the menu of another snapshot from now on."""
        self.snapshot = snapshot
        self.icon.update_menu()

    def wait_until_known(self) -> None:
        """Wait until the host has read the menu as it is now: what opens then does not change at once."""
        service = self.icon._menu_service

        def known() -> bool:
            labels = [node.label for node in service.tree.root.children]
            up_to_date = labels == [label or "" for label in outline(self.entries())]
            return up_to_date and service._read.get(0, -1) >= service._changed.get(0, 0)

        wait_until(known, "the host to read the menu")

    def wait_for(self, command: commands.Command) -> None:
        """Wait until a command has been chosen, and no other since this was last asked."""
        wait_until(lambda: self.chosen, f"the choice of {command}")
        chosen, self.chosen = self.chosen, []
        assert chosen == [command], chosen

    def entries(self) -> tuple[e.Entry, ...]:
        """Return the menu as the present host is to show it."""
        return menu(self.snapshot, NOW, inline=self.icon.inline_submenus)

    def _evaluate(self) -> Iterable[MenuItem]:
        return self._items.of(self.entries())

    def _do(self, command: commands.Command) -> None:
        """Record what was chosen, and change what the program's own actions change in the snapshot."""
        self.chosen.append(command)
        old = self.snapshot.listing
        match command:
            case commands.UncheckProfile(name):
                left = tuple(profile for profile in old.profiles if profile.name != name)
                self._change(profiles=left)
            case commands.CheckProfile(name):
                self._change(profiles=(*old.profiles, Profile(name=name, aws_profile=name)))
            case commands.SetSessionLength(seconds):
                profiles = tuple(replace(profile, session_seconds=seconds) for profile in old.profiles)
                self._change(profiles=profiles)

    def _change(self, *, profiles: tuple[Profile, ...]) -> None:
        self.snapshot = replace(self.snapshot, listing=replace(self.snapshot.listing, profiles=profiles))


def open_top(user: User, program: ProgramMenu) -> OpenMenu:
    """Click the icon; return the menu that opens, once it stands still. One click counts, also where one was lost."""
    presses = user.presses
    menu = user.open_menu(program.place)
    if not all(row.whole for row in menu.rows):
        # GTK gives a menu that is still being filled the size that it has as it opens (libdbusmenu, in Cinnamon).
        user.close_menus()
        menu = user.open_menu(program.place)
    user.presses = presses + 1
    return menu


def outline(entries: Iterable[e.Entry]) -> list[str | None]:
    """Return labels as a menu shows them, None for a line: no two after another, none at an end."""
    shown: list[str | None] = []
    for entry in entries:
        if entry is not e.SEPARATOR:
            shown.append(entry.label)
        elif shown and shown[-1] is not None:
            shown.append(None)
    return shown[:-1] if shown and shown[-1] is None else shown


@contextmanager
def shown(desktop: RealDesktop, snapshot: Snapshot) -> Iterator[ProgramMenu]:
    """Run the icon in a desktop; in the end it is gone."""
    artwork = Artwork.load("idle")
    program = ProgramMenu(artwork, snapshot)
    with user_of(desktop) as user:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.bus_address)
            with running(program.icon) as run:
                program.wait_until_known()
                program.place = user.wait_for_icon(artwork)
                yield program
        assert run.error is None
        user.wait_for_no_icon(artwork)

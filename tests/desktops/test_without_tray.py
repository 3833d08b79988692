"""GNOME Shell without the AppIndicator extension, which is then switched on, and the installed program."""

from __future__ import annotations

import pytest

from tests.support.desktop import start_keyring
from tests.support.desktops.base import RealDesktop
from tests.support.desktops.gnome import enable_extension
from tests.support.desktops.hasty import HASTY_PROGRAM
from tests.support.desktops.user import User
from tests.support.screen import Box
from tests.support.waiting import wait_until
from tray.desktop.icon.artwork import Artwork

_ONE_LINE = 25  # pixels; two lines are higher
_CLOCK = Box(670, 8, 26, 16)  # in the middle of the panel
_SAYS = "Install gnome-shell-extension-appindicator."


@pytest.mark.desktops("gnome-without-tray")
def test_the_user_is_told_what_to_do_until_the_icon_comes(desktop: RealDesktop, user: User, artwork: Artwork) -> None:
    start_keyring(desktop.stage.programs, desktop.bus_address)
    tray = desktop.start(HASTY_PROGRAM)

    def told() -> bool:
        # GNOME keeps its own banner about the screen lock up for as long as nobody is there, and no other comes.
        user.step_aside()
        return bool(user.reads("No system tray"))

    wait_until(told, "to be told that there is no tray")
    shown = user.wait_for_words(_SAYS)
    user.keep_picture("off")
    assert shown.name.startswith(_SAYS)
    assert shown.box.height < _ONE_LINE, "the banner shows more than it is known to, now"
    assert user.icon(artwork) is None

    # In the list under the clock, a notification stays until it is read or taken back.
    user.click(_CLOCK)
    user.wait_for_words("Do Not Disturb")
    assert user.reads("No system tray")
    enable_extension(desktop.stage)
    icon = user.wait_for_icon(artwork)
    user.wait_for_words("No Notifications")
    user.key("Escape")
    user.open_menu(icon)
    user.keep_picture("on")
    user.choose("Quit")
    assert tray.wait(60) == 0

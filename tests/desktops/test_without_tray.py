"""GNOME Shell without the AppIndicator extension, which is then switched on."""

from __future__ import annotations

import pytest

from tests.support.desktops.base import RealDesktop
from tests.support.desktops.gnome import enable_extension
from tests.support.desktops.user import User
from tests.support.running_icon import running
from tests.support.sample_icon import Sample
from tests.support.waiting import wait_until
from tray.desktop.icon.artwork import Artwork


@pytest.mark.desktops("gnome-without-tray")
def test_the_icon_comes_when_the_extension_is_switched_on(
    desktop: RealDesktop, sample: Sample, user: User, artwork: Artwork
) -> None:
    with running(sample.icon) as run:
        wait_until(lambda: sample.hosts, "the icon to know that there is no tray")
        assert user.icon(artwork) is None
        user.keep_picture("off")
        enable_extension(desktop.stage)
        assert user.open_menu(user.wait_for_icon(artwork)).find("Quit")
        user.keep_picture("on")
        user.choose("Quit")
        run.wait_for_end()
    assert run.error is None

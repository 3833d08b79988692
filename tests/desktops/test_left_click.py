"""The left button on the icon: it opens the menu, or the user is told which button does."""

from __future__ import annotations

import pytest

from tests.support.desktops.base import RealDesktop
from tests.support.desktops.user import LEFT, User
from tests.support.running_icon import RunningIcon
from tests.support.sample_icon import Sample
from tests.support.stub_notifications import StubNotifications
from tests.support.waiting import wait_until
from tray.desktop.icon.artwork import Artwork


@pytest.mark.desktops("gnome-x11", "gnome-wayland", "plasma-x11", "plasma-wayland", "cinnamon")
def test_it_opens_the_menu_and_nothing_is_told(run: RunningIcon, sample: Sample, user: User, artwork: Artwork) -> None:
    assert user.open_menu(user.wait_for_icon(artwork), LEFT).find("Quit")
    # Plasma has called Activate before, and was refused.
    assert sample.icon._left_clicks._timer is None, "a click is still to be answered"


@pytest.mark.desktops("mate", "lxqt")
def test_where_it_opens_none_the_user_is_told(
    run: RunningIcon, desktop: RealDesktop, user: User, artwork: Artwork
) -> None:
    with StubNotifications(desktop.bus_address) as notifications:
        user.click(user.wait_for_icon(artwork), LEFT)
        wait_until(lambda: notifications.shown, "a notification")
        assert [(each.title, each.body) for each in notifications.shown] == [
            ("Right-click for the menu", "Notebook Tray's menu opens with the right mouse button here.")
        ]

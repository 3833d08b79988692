"""The activation token that GNOME gives with each choice, and the busy pointer that it shows for it."""

from __future__ import annotations

import pytest

from tests.support.desktops.base import RealDesktop
from tests.support.desktops.overheard import overheard
from tests.support.desktops.user import LEFT, User
from tests.support.running_icon import RunningIcon
from tests.support.sample_icon import Sample
from tests.support.waiting import wait_until
from tray.desktop.icon.artwork import Artwork

# GNOME itself ends what nobody ends after 15 s.
_LONGEST_SECONDS = 10.0
_CALM = 20  # looks, a second


@pytest.mark.desktops("gnome-x11")
def test_the_pointer_is_busy_no_longer_than_what_was_chosen(
    run: RunningIcon, desktop: RealDesktop, sample: Sample, user: User, artwork: Artwork
) -> None:
    with overheard(desktop.bus_address) as heard:
        user.open_menu(user.wait_for_icon(artwork))
        user.point_at("old_model")
        looks = [user.pointer()]

        def calm() -> bool:
            looks.append(user.pointer())
            return set(looks[-_CALM:]) == {looks[0]} and len(looks) > _CALM

        user.press(LEFT)
        wait_until(lambda: heard.calls("ProvideXdgActivationToken"), "GNOME to give a token")
        wait_until(calm, "the busy pointer to go", seconds=_LONGEST_SECONDS)
    assert sample.calls == ["old_model"]

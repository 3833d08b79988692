"""What doctor says of how notifications are shown."""

from __future__ import annotations

import pytest

from tray.cli.doctor.checks import CheckState
from tray.cli.doctor.desktop import notifications_check
from tray.desktop.icon.base import HostState, Look, NotificationStyle


@pytest.mark.parametrize(
    ("style", "state", "words"),
    [
        (NotificationStyle.BUTTONS, CheckState.OK, "toasts, with buttons"),
        (NotificationStyle.BALLOONS, CheckState.OK, "balloons, without buttons"),
        (NotificationStyle.OFF, CheckState.WARNING, "turn them off"),
    ],
)
def test_the_way_in_which_windows_shows_them(style: NotificationStyle, state: CheckState, words: str) -> None:
    check = notifications_check(Look(True, HostState.PRESENT, None, style))
    assert check.state is state
    assert words in str(check.what)
    assert bool(check.remedy) is (state is CheckState.WARNING)


def test_without_a_desktop_nothing_is_said_to_be_shown() -> None:
    check = notifications_check(Look(False, HostState.NO_WATCHER, None, NotificationStyle.BUTTONS))
    assert check.state is CheckState.SKIPPED


def test_other_systems_say_nothing_of_it() -> None:
    assert notifications_check(Look(True, None, None)).state is CheckState.SKIPPED

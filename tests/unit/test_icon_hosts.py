from __future__ import annotations

import pytest

from tray.desktop.icon import HostState
from tray.desktop.icon.linux.hosts import no_host
from tray.model.problems import Kind


@pytest.mark.parametrize(
    ("desktop", "what"),
    [
        ("GNOME", "gnome-shell-extension-appindicator"),
        ("ubuntu:GNOME", "gnome-shell-extension-appindicator"),
        ("XFCE", "Status Tray"),
        ("sway", "waybar"),
        ("i3", "snixembed"),
        ("X-Cinnamon", "xapp-sn-watcher"),
        ("MATE", "Notification Area"),
        ("LXQt", "Status Notifier"),
        ("Budgie:GNOME", "panel"),
        ("", "panel"),
        ("Something:Else", "panel"),
    ],
)
def test_it_says_what_to_install_or_enable_on_this_desktop(desktop: str, what: str) -> None:
    problem = no_host(HostState.NO_WATCHER, desktop)
    assert what in problem.remedy
    assert problem.kind is Kind.DESKTOP
    # A line of a notification in GNOME's list has room for 45 letters or so.
    assert what in problem.remedy[:60]
    assert problem.remedy.index(". ") <= 60


def test_it_says_which_of_the_reasons_it_is() -> None:
    states = [state for state in HostState if state is not HostState.PRESENT]
    assert len({no_host(state, "KDE").message for state in states}) == len(states)

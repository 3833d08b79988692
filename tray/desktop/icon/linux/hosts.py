"""What to tell the user when the desktop shows no icon: pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.model.problems import Kind, Problem

if TYPE_CHECKING:
    from tray.desktop.icon.base import HostState

# The remedies, whose words are in `texts/problems/desktop.py`, by the names in XDG_CURRENT_DESKTOP, in lower case. The
# first known name counts. https://specifications.freedesktop.org/menu-spec/latest/onlyshowin-registry.html
_REMEDIES = {
    # Budgie calls itself Budgie:GNOME, but GNOME's extensions don't work in it.
    "budgie": "any",
    # https://extensions.gnome.org/extension/615/appindicator-support/. The package has this name in Debian, Ubuntu,
    # Fedora and Arch. GNOME Shell finds a new extension at its next start.
    "gnome": "gnome",
    # The next four as the panels' own lists name them: xfce4-panel 4.18, Plasma 5.27, mate-panel 1.27, lxqt-panel 1.2.
    "xfce": "xfce",
    "kde": "kde",
    "mate": "mate",
    "lxqt": "lxqt",
    # Cinnamon 5.6 has the applet in its panel, and the applet shows this program's icon (seen in Debian 12, where it is
    # in a separate package).
    "x-cinnamon": "x-cinnamon",
    "sway": "waybar",
    "hyprland": "waybar",
    # i3bar's tray takes windows only: https://i3wm.org/docs/userguide.html#_tray_output. snixembed turns tray icons
    # into windows for it: https://git.sr.ht/~steef/snixembed
    "i3": "i3",
}


def no_host(state: HostState, current_desktop: str) -> Problem:
    """Return the problem for `state`, which is not PRESENT.

    :param current_desktop: the value of XDG_CURRENT_DESKTOP
    """
    names = current_desktop.lower().split(":")
    remedy = next((_REMEDIES[name] for name in names if name in _REMEDIES), "any")
    return Problem.of("no-tray", Kind.DESKTOP, state=state.value, remedy=remedy)

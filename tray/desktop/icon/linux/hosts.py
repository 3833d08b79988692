"""What to tell the user where the desktop shows no icon: pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.model.problems import Kind, Problem

if TYPE_CHECKING:
    from tray.desktop.icon.base import HostState

# What is to be done (`texts/problems/desktop.py` says it) by the names that XDG_CURRENT_DESKTOP holds, in lower case;
# the first that is known counts. https://specifications.freedesktop.org/menu-spec/latest/onlyshowin-registry.html
_REMEDIES = {
    # It calls itself Budgie:GNOME, and GNOME's extensions are nothing to it.
    "budgie": "any",
    # https://extensions.gnome.org/extension/615/appindicator-support/. The package is called so in Debian, Ubuntu,
    # Fedora and Arch; GNOME Shell finds a new extension at its next start.
    "gnome": "gnome",
    # These as the panels' own lists name them: xfce4-panel 4.18, Plasma 5.27, mate-panel 1.27, lxqt-panel 1.2.
    "xfce": "xfce",
    "kde": "kde",
    "mate": "mate",
    "lxqt": "lxqt",
    # Cinnamon 5.6 has the applet in its panel, and shows in it what this program takes (seen in Debian 12, where it is
    # a package of its own).
    "x-cinnamon": "x-cinnamon",
    "sway": "waybar",
    "hyprland": "waybar",
    # i3bar's tray takes windows alone: https://i3wm.org/docs/userguide.html#_tray_output. What translates for it:
    # https://git.sr.ht/~steef/snixembed
    "i3": "i3",
}


def no_host(state: HostState, current_desktop: str) -> Problem:
    """Return the problem that `state` is, any but PRESENT, on a desktop whose XDG_CURRENT_DESKTOP is given."""
    names = current_desktop.lower().split(":")
    remedy = next((_REMEDIES[name] for name in names if name in _REMEDIES), "any")
    return Problem.of("no-tray", Kind.DESKTOP, state=state.value, remedy=remedy)

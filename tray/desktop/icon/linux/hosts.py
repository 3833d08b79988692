"""What to tell the user where the desktop shows no icon, or has its menu on the right button: pure functions."""

from __future__ import annotations

from typing import NamedTuple

from tray.desktop.icon.base import HostState
from tray.model.problems import Kind, Problem


class _Remedy(NamedTuple):
    """What to do: first in words so short that the one line which a notification may have shows them all."""

    do: str
    more: str = ""


_WAYBAR = _Remedy("Start a bar with a tray, such as waybar (module “tray”).")
_ANY = _Remedy(
    "Add a system tray (StatusNotifierItem) to your panel.",
    "Where it has one for X11's icons alone, as i3bar, polybar and tint2 have, start snixembed.",
)

# By the names that XDG_CURRENT_DESKTOP holds, in lower case; the first that is known counts.
# https://specifications.freedesktop.org/menu-spec/latest/onlyshowin-registry.html
_REMEDIES = {
    # It calls itself Budgie:GNOME, and GNOME's extensions are nothing to it.
    "budgie": _ANY,
    # https://extensions.gnome.org/extension/615/appindicator-support/. The package is called so in Debian, Ubuntu,
    # Fedora and Arch; GNOME Shell finds a new extension at its next start.
    "gnome": _Remedy(
        "Install gnome-shell-extension-appindicator.",
        "Then log in to the desktop again, and switch on the extension “AppIndicator and KStatusNotifierItem Support”.",
    ),
    # These as the panels' own lists name them: xfce4-panel 4.18, Plasma 5.27, mate-panel 1.27, lxqt-panel 1.2.
    "xfce": _Remedy("Add the item “Status Tray Plugin” to the panel."),
    "kde": _Remedy("Add the widget “System Tray” to a panel."),
    "mate": _Remedy("Add the applet “Notification Area” to the panel."),
    "lxqt": _Remedy("Add the plugin “Status Notifier” to the panel."),
    # Cinnamon 5.6 has the applet in its panel, and shows in it what this program takes (seen in Debian 12, where it is
    # a package of its own).
    "x-cinnamon": _Remedy(
        "Install xapp-sn-watcher.", "Then log in to the desktop again. The panel needs its applet “XApp Status Applet”."
    ),
    "sway": _WAYBAR,
    "hyprland": _WAYBAR,
    # i3bar's tray takes windows alone: https://i3wm.org/docs/userguide.html#_tray_output. What translates for it:
    # https://git.sr.ht/~steef/snixembed
    "i3": _Remedy("Start snixembed.", "It shows StatusNotifierItem icons in i3bar's tray, polybar's and tint2's."),
}

_MESSAGES = {
    HostState.NO_WATCHER: "Nothing on this desktop takes tray icons.",
    HostState.NO_HOST: "This desktop takes tray icons, but nothing shows them.",
    HostState.REFUSED: "This desktop's tray refused the icon.",
}

RIGHT_CLICK_TITLE = "Right-click for the menu"


def no_host(state: HostState, current_desktop: str) -> Problem:
    """Return the problem that `state` is, any but PRESENT, on a desktop whose XDG_CURRENT_DESKTOP is given."""
    names = current_desktop.lower().split(":")
    remedy = next((_REMEDIES[name] for name in names if name in _REMEDIES), _ANY)
    return Problem(
        "No system tray",
        f"{_MESSAGES[state]} Notebook Tray is running and waits for a tray.",
        " ".join(part for part in (*remedy, "The icon then appears by itself.") if part),
        Kind.DESKTOP,
    )


def right_click(program: str) -> str:
    """Return what to say to a left click that opened no menu."""
    return f"{program}'s menu opens with the right mouse button here."

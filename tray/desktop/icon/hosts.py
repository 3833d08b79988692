"""What to tell a person whose desktop does not show the icon: a pure function."""

from __future__ import annotations

from tray.desktop.icon.base import HostState
from tray.errors import Kind, Problem

# By the names that XDG_CURRENT_DESKTOP holds, in lower case.
# https://specifications.freedesktop.org/menu-spec/latest/onlyshowin-registry.html
_REMEDIES = {
    # https://extensions.gnome.org/extension/615/appindicator-support/
    "gnome": "Install and enable the GNOME extension “AppIndicator and KStatusNotifierItem Support” "
    "(package gnome-shell-extension-appindicator).",
    "xfce": "Add the item “Status Tray Plugin” to the panel.",
    "kde": "Add the widget “System Tray” to a panel.",
    "mate": "Add the applet “Notification Area” to the panel.",
    "x-cinnamon": "Add the applet “XApp Status Applet” to the panel.",
    "lxqt": "Add the plugin “Status Notifier” to the panel.",
    "sway": "Start a bar that has a tray, such as waybar with its module “tray”.",
    "hyprland": "Start a bar that has a tray, such as waybar with its module “tray”.",
}
_ANY_REMEDY = "Add a system tray (StatusNotifierItem) to your panel."

_MESSAGES = {
    HostState.NO_WATCHER: "Nothing on this desktop takes tray icons.",
    HostState.NO_HOST: "This desktop takes tray icons, but nothing shows them.",
    HostState.REFUSED: "This desktop's tray refused the icon.",
}


def no_host(state: HostState, current_desktop: str) -> Problem:
    """Return the problem that `state` is, any but PRESENT, on a desktop whose XDG_CURRENT_DESKTOP is given."""
    names = current_desktop.lower().split(":")
    remedy = next((_REMEDIES[name] for name in names if name in _REMEDIES), _ANY_REMEDY)
    return Problem(
        "No system tray",
        f"{_MESSAGES[state]} Notebook Tray is running and waits for a tray.",
        f"{remedy} The icon then appears by itself.",
        Kind.DESKTOP,
    )

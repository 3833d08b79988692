"""How known hosts show a menu, where the protocol does not say it: one table, with the source of each row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HostKind:
    """How a host shows a menu.

    `inline_submenus`: the host opens a submenu inside the list that holds it, and the list is never higher than the
    screen. `first_mark_alone`: the host removes only the first of the underscores that mark mnemonics in a label.
    `busy_until_answered`: the host shows a busy pointer for an activation token until the call that brings the token is
    answered with an error; see `activations.py`.
    """

    name: str
    inline_submenus: bool = False
    first_mark_alone: bool = False
    busy_until_answered: bool = False


# Seen in Plasma 5.27, xfce4-panel 4.18, MATE 1.27, LXQt 1.2, Cinnamon 5.6 and waybar 0.9.
ANY = HostKind("a host that shows submenus beside the menu")

# By the second bus name of the watcher's owner, which identifies the program and not only the desktop.
KINDS = {
    # With the AppIndicator extension, GNOME Shell itself is the watcher and the host. Seen in version 46 of the
    # extension, and read in its dbusMenu.js: PopupSubMenuMenuItem, `_updateLabel`.
    "org.gnome.Shell": HostKind("GNOME Shell", inline_submenus=True, first_mark_alone=True, busy_until_answered=True),
    # COSMIC opens no submenu below a submenu (read in its applet, `layout_view` in
    # https://github.com/pop-os/cosmic-applets/blob/033ffe95/cosmic-applet-status-area/src/components/status_menu.rs;
    # the name on the bus is in status_notifier_watcher.rs).
    "com.system76.CosmicStatusNotifierWatcher": HostKind("COSMIC", inline_submenus=True),
}

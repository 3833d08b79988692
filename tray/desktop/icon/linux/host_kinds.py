"""What is known of how hosts show a menu, beyond what the protocol says: one table, each row with its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HostKind:
    """How a host shows a menu.

    `inline_submenus`: it opens a submenu inside the list that holds it, which gets no more height for that than the
    screen has. `first_mark_alone`: of the marks of mnemonics in a label, it takes away the first alone.
    `busy_until_answered`: it shows a busy pointer for an activation token until its call is answered with an error; see
    `activations.py`.
    """

    name: str
    inline_submenus: bool = False
    first_mark_alone: bool = False
    busy_until_answered: bool = False


# Seen in Plasma 5.27, xfce4-panel 4.18, MATE 1.27, LXQt 1.2, Cinnamon 5.6 and waybar 0.9.
ANY = HostKind("a host that shows submenus beside the menu")

# By the name on the bus that the watcher's owner has as well: it tells the program, and not only the desktop's name.
KINDS = {
    # The AppIndicator extension, which makes GNOME Shell itself the watcher and the host. Seen in version 46 of it, and
    # read in its dbusMenu.js: PopupSubMenuMenuItem, `_updateLabel`.
    "org.gnome.Shell": HostKind("GNOME Shell", inline_submenus=True, first_mark_alone=True, busy_until_answered=True),
    # It opens no submenu below a submenu (read in its applet, `layout_view` in
    # https://github.com/pop-os/cosmic-applets/blob/033ffe95/cosmic-applet-status-area/src/components/status_menu.rs;
    # the name on the bus is in status_notifier_watcher.rs).
    "com.system76.CosmicStatusNotifierWatcher": HostKind("COSMIC", inline_submenus=True),
}

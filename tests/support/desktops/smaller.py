"""The panels of LXQt and MATE under Openbox, and Cinnamon."""

from __future__ import annotations

import subprocess
from typing import ClassVar

from tests.support.desktops.base import Kind, Stage, wait_for_tray

# Cinnamon's session starts it (/etc/xdg/autostart/xapp-sn-watcher.desktop).
_WATCHER = "/usr/libexec/xapps/sn-watcher/xapp-sn-watcher"

# One bar along the top edge. https://github.com/lxqt/lxqt-panel: the file is what its own dialog writes.
_LXQT_PANEL = """[General]
panels=panel1
[panel1]
alignment=-1
position=Top
panelSize=32
plugins=mainmenu, taskbar, statusnotifier, worldclock
width=100
width-percent=true
[mainmenu]
type=mainmenu
[taskbar]
type=taskbar
[statusnotifier]
type=statusnotifier
[worldclock]
type=worldclock
"""


class Lxqt(Kind):
    """lxqt-panel under Openbox."""

    name = "lxqt"
    programs = ("openbox", "lxqt-panel")
    environment: ClassVar = {"XDG_CURRENT_DESKTOP": "LXQt", "QT_QPA_PLATFORM": "xcb"}

    def prepare(self, stage: Stage) -> None:
        stage.write_config("lxqt/panel.conf", _LXQT_PANEL)
        stage.start(["openbox"])

    def start_shell(self, stage: Stage) -> subprocess.Popen[bytes]:
        shell = stage.start(["lxqt-panel"])
        wait_for_tray(stage)
        return shell


class Mate(Kind):
    """mate-panel under Openbox."""

    name = "mate"
    programs = ("openbox", "mate-panel")
    services = (
        "org.mate.panel.applet.ClockAppletFactory",
        "org.mate.panel.applet.NotificationAreaAppletFactory",
        "org.mate.panel.applet.WnckletFactory",
    )
    environment: ClassVar = {"XDG_CURRENT_DESKTOP": "MATE"}

    def prepare(self, stage: Stage) -> None:
        stage.write_settings({"org/gnome/desktop/interface": {"toolkit-accessibility": "true"}})
        stage.start(["openbox"])

    def start_shell(self, stage: Stage) -> subprocess.Popen[bytes]:
        shell = stage.start(["mate-panel"])
        wait_for_tray(stage)
        return shell


class Cinnamon(Kind):
    """Cinnamon, whose tray icons are shown by a program of its own, xapp-sn-watcher."""

    name = "cinnamon"
    programs = ("cinnamon",)
    services = ("org.cinnamon.CalendarServer",)
    dims_icons = True
    # It has a menu of its own on the right one.
    menu_button = 1
    environment: ClassVar = {"XDG_CURRENT_DESKTOP": "X-Cinnamon"}

    def prepare(self, stage: Stage) -> None:
        stage.write_settings({"org/cinnamon/desktop/interface": {"toolkit-accessibility": "true"}})

    def start_shell(self, stage: Stage) -> subprocess.Popen[bytes]:
        shell = stage.start(["cinnamon"])
        stage.start([_WATCHER])
        wait_for_tray(stage)
        return shell

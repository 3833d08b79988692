"""GNOME Shell with the AppIndicator extension, on X11 and as a Wayland session in a window that fills the screen."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import ClassVar

from jeepney.wrappers import DBusErrorResponse

from tests.support.desktops.base import Kind, Stage, wait_for_tray
from tests.support.session import wait_for_name
from tests.support.waiting import wait_until

EXTENSION = "ubuntu-appindicators@ubuntu.com"
_WAYLAND = "wayland-gnome"
_SHELL = ("org.gnome.Shell", "/org/gnome/Shell")


class Gnome(Kind):
    """`wayland`: a nested Wayland session; `extension`: with the AppIndicator extension from the start."""

    programs = ("gnome-shell", "gjs")
    # What shows notifications is a process of its own, in JavaScript (gjs).
    services = ("org.gnome.Shell.Notifications",)
    # The extension's setting icon-opacity.
    icon_opacity = 240
    environment: ClassVar = {"XDG_CURRENT_DESKTOP": "GNOME", "XDG_SESSION_DESKTOP": "gnome", "DESKTOP_SESSION": "gnome"}

    def __init__(self, *, wayland: bool = False, extension: bool = True) -> None:
        self.name = "gnome-wayland" if wayland else "gnome-x11" if extension else "gnome-without-tray"
        self._wayland = wayland
        self._extension = extension

    def prepare(self, stage: Stage) -> None:
        stage.write_settings(
            {
                "org/gnome/shell": {
                    "enabled-extensions": f"['{EXTENSION}']" if self._extension else "@as []",
                    "welcome-dialog-last-shown-version": "'999'",
                },
                "org/gnome/desktop/interface": {"enable-animations": "false", "toolkit-accessibility": "true"},
                "org/gnome/desktop/session": {"idle-delay": "uint32 0"},
                "org/gnome/desktop/lockdown": {"disable-lock-screen": "true"},
            }
        )
        if self._wayland:
            stage.env["XDG_SESSION_TYPE"] = "wayland"

    def start_shell(self, stage: Stage) -> subprocess.Popen[bytes]:
        if self._wayland:
            said_before = len(stage.said("gnome-shell"))
            shell = stage.start(
                ["gnome-shell", "--nested", "--wayland", f"--wayland-display={_WAYLAND}"],
                {
                    "DISPLAY": stage.outer["DISPLAY"],
                    "WAYLAND_DISPLAY": "",
                    "MUTTER_DEBUG_DUMMY_MODE_SPECS": "{}x{}".format(*stage.size),
                },
            )
            # It has an Xwayland of its own for programs of the session.
            found = wait_until(
                lambda: re.search(r"public X11 display (:\d+)", stage.said("gnome-shell")[said_before:]),
                lambda: f"Xwayland: {stage.said('gnome-shell')}",
            )
            # The key to that; a shell that was killed has left one, too.
            keys = Path(stage.env["XDG_RUNTIME_DIR"]).glob(".mutter-Xwaylandauth.*")
            key = max(keys, key=lambda path: path.stat().st_mtime)
            stage.env |= {"DISPLAY": found[1], "XAUTHORITY": str(key), "WAYLAND_DISPLAY": _WAYLAND}
        else:
            shell = stage.start(["gnome-shell", "--x11"])
        wait_for_name(stage.bus_address, _SHELL[0])
        _leave_overview(stage)
        if self._extension:
            wait_for_tray(stage)
        return shell


def enable_extension(stage: Stage) -> None:
    """Switch the AppIndicator extension on, as the user does in GNOME's Extensions, and wait for its tray."""
    stage.call("org.gnome.Shell", "/org/gnome/Shell", "org.gnome.Shell.Extensions", "EnableExtension", "s", EXTENSION)
    wait_for_tray(stage)


def _leave_overview(stage: Stage) -> None:
    """GNOME starts in its overview, where no window can be seen."""
    properties = "org.freedesktop.DBus.Properties"

    def shown() -> bool | None:
        try:
            ((_signature, value),) = stage.call(*_SHELL, properties, "Get", "ss", _SHELL[0], "OverviewActive")
        except DBusErrorResponse:
            return None
        return bool(value)

    def left() -> bool:
        stage.call(*_SHELL, properties, "Set", "ssv", _SHELL[0], "OverviewActive", ("b", False))
        return shown() is False

    wait_until(shown, "GNOME's overview")
    wait_until(left, "GNOME's overview to close")

"""KDE Plasma 5 on X11, and as a Wayland session in a window that fills the screen."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from tests.support.desktops.base import NOTIFICATIONS, TRAY_HOST, Kind, Stage, wait_for_tray
from tests.support.processes import pids
from tests.support.session import wait_for_name
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from tests.support.desktops.menus import OpenMenu
    from tests.support.screen import Box

_WAYLAND = "wayland-kde"
# As Plasma 5.27's own panel and style have them, in pixels.
_PANEL_HEIGHT = 44
_MENU_MARGIN = 4
_MODULES = Path("/usr/lib")


class Plasma(Kind):
    """`wayland`: a Wayland session."""

    programs = ("kwin_x11", "kwin_wayland", "kded5", "plasmashell", "Xwayland")
    services = (
        *("org.kde.ActivityManager", "org.kde.kglobalaccel", "org.kde.kiod5", "org.kde.kwalletd5"),
        # Asks for a password for gnome-keyring.
        "org.gnome.keyring.SystemPrompter",
    )
    environment: ClassVar = {
        "XDG_CURRENT_DESKTOP": "KDE",
        "XDG_SESSION_DESKTOP": "KDE",
        "XDG_MENU_PREFIX": "plasma-",
        "KDE_FULL_SESSION": "true",
        "KDE_SESSION_VERSION": "5",
        "QT_QUICK_BACKEND": "software",
        "KWIN_COMPOSE": "N",
        # No crash dialogs.
        "KDE_DEBUG": "1",
    }

    def __init__(self, *, wayland: bool = False) -> None:
        self.name = "plasma-wayland" if wayland else "plasma-x11"
        self._wayland = wayland

    def prepare(self, stage: Stage) -> None:
        modules = [path.stem for path in _MODULES.glob("*/qt5/plugins/kf5/kded/*.so")]
        stage.write_config(
            "kded5rc",
            "".join(f"[Module-{name}]\nautoload=false\n" for name in modules if name != "statusnotifierwatcher"),
        )
        stage.write_config("kdeglobals", "[KDE]\nAnimationDurationFactor=0\n")
        if self._wayland:
            self._start_wayland(stage)
        else:
            stage.start(["kwin_x11"])
        stage.start(["kded5"])
        wait_for_name(stage.bus_address, TRAY_HOST)

    def start_shell(self, stage: Stage) -> subprocess.Popen[bytes]:
        shell = stage.start(["plasmashell", "--no-respawn"])
        wait_for_name(stage.bus_address, "org.kde.plasmashell")
        wait_for_name(stage.bus_address, NOTIFICATIONS)
        wait_for_tray(stage)
        return shell

    def menu_offset(self, menu: OpenMenu, screen: Box) -> int:
        # KWin slides a Wayland menu up until it does not cover the panel, and Qt does not hear of it.
        bottom = max((row.box.top + row.box.height for row in menu.rows if row.box), default=0) + _MENU_MARGIN
        return min(0, screen.height - _PANEL_HEIGHT - bottom) if self._wayland else 0

    @staticmethod
    def _start_wayland(stage: Stage) -> None:
        # A copy has none of the file's capabilities, which containers may not give (cap_sys_resource).
        program = shutil.which("kwin_wayland")
        assert program
        copy = stage.folder / "kwin_wayland"
        shutil.copyfile(program, copy)
        copy.chmod(0o700)
        width, height = map(str, stage.size)
        kwin = stage.start(
            [
                *(copy, "--x11-display", stage.env["DISPLAY"], "--width", width, "--height", height),
                *("--socket", _WAYLAND, "--xwayland", "--no-lockscreen", "--no-global-shortcuts"),
            ],
            {"KWIN_COMPOSE": "Q"},
        )
        runtime = Path(stage.env["XDG_RUNTIME_DIR"])
        wait_until((runtime / _WAYLAND).is_socket, "kwin_wayland")
        display = wait_until(lambda: _xwayland_of(kwin.pid), "Xwayland")
        stage.env |= {
            "DISPLAY": display,
            "XDG_SESSION_TYPE": "wayland",
            "WAYLAND_DISPLAY": _WAYLAND,
            "QT_QPA_PLATFORM": "wayland",
        }


def _xwayland_of(parent: int) -> str | None:
    """Return the display of the Xwayland that `parent` started: KWin tells its children alone."""
    for pid in pids():
        try:
            status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            args = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
        except OSError:
            continue
        if int(status.rpartition(")")[2].split()[1]) == parent and args[0].endswith("Xwayland"):
            return next((arg for arg in args if arg.startswith(":")), None)
    return None

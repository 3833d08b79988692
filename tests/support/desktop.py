"""A Linux desktop without a screen: for tests, and for `make run` on a machine that has no desktop.

X server, session bus, window manager, panel with a status tray, keyring, notification server and default browser are
the real ones (the notification server is a recorder). They are private: nothing of the person's is seen or touched.
"""

from __future__ import annotations

import configparser
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import secretstorage
from jeepney.io.blocking import open_dbus_connection
from Xlib.display import Display

from tests.support.browser import DefaultBrowser, chromium, install_default_browser
from tests.support.panel import write_panel_settings
from tests.support.private_bus import private_bus
from tests.support.processes import Programs, end_all_with, pids_with
from tests.support.session import Session, check_length, private_environment, wait_for_name
from tests.support.stub_notifications import StubNotifications
from tests.support.waiting import wait_until

WIDTH, HEIGHT = 1280, 800
_BACKDROP = 0x4A6274  # behind all windows, as 0xRRGGBB: pictures of the desktop go into documents
KEYRING_PASSWORD = b"a password for this desktop alone"

# The command under test, as it is installed beside the interpreter that runs this.
PROGRAM = Path(sys.executable).with_name("notebook-tray")

_XFCONF_SERVICE = Path("/usr/share/dbus-1/services/org.xfce.Xfconf.service")
_TRAY_HOST = "org.kde.StatusNotifierWatcher"


class DesktopUnavailableError(Exception):
    """This machine lacks something that the virtual desktop is made of; the message says what."""


@dataclass(frozen=True)
class Desktop(Session):
    """A running desktop, and what stands in it for the rest of the world."""

    notifications: StubNotifications
    _browser: DefaultBrowser | None = None

    @property
    def browser(self) -> DefaultBrowser:
        """The default browser, which need not have been started yet."""
        assert self._browser, "this desktop was made without a browser"
        return self._browser

    @property
    def secret_roots(self) -> tuple[Path, ...]:
        """Where a secret that leaked to disk would be: HOME, the temporary folder, XDG folders and all logs."""
        return (self.folder,)

    @property
    def browser_profiles(self) -> tuple[Path, ...]:
        """The folders that know what was opened because they are the browser's own."""
        return (self._browser.profile,) if self._browser else ()


@contextmanager
def virtual_desktop(
    folder: Path, *, panel: bool = True, keyring: bool = True, browser: bool = True
) -> Iterator[Desktop]:
    """Run a desktop whose every file is in `folder`, and end all that was started in it, last one first.

    :raises DesktopUnavailableError: a program that it needs is not installed
    :raises TimeoutError: a part of it did not come up; its log is in `folder`/logs
    """
    _check_programs(panel=panel, keyring=keyring, browser=browser)
    check_length(folder)
    with ExitStack() as stack:
        bus_address = stack.enter_context(private_bus(folder / "bus"))
        notifications = stack.enter_context(StubNotifications(bus_address))
        env = _environment(folder, bus_address)
        system = Programs(env, folder / "logs", folder / "home")
        stack.callback(system.end)
        env["DISPLAY"] = _start_x_server(system)
        _paint_backdrop(env["DISPLAY"])
        if keyring:
            start_keyring(system, bus_address)
        if panel:
            _start_panel(system, env, bus_address)
        default_browser = install_default_browser(folder / "browser", env) if browser else None
        # What programs left behind, such as a browser that xdg-open started, ends before the desktop does.
        stack.callback(end_all_with, *_marks(env, default_browser), keep=frozenset(pids_with(*_marks(env))))
        programs = Programs(env, folder / "logs", folder / "home")
        stack.callback(programs.end)
        yield Desktop(folder, env, bus_address, programs, notifications, default_browser)


def missing_programs(*, panel: bool = True, keyring: bool = True, browser: bool = True) -> list[str]:
    """Return what the desktop needs and this machine does not have, by the programs' names."""
    needed = ["Xvfb", "dbus-daemon", "xdotool"]
    needed += ["openbox", "xfce4-panel"] if panel else []
    needed += ["gnome-keyring-daemon"] if keyring else []
    needed += ["xdg-open", "update-desktop-database"] if browser else []
    missing = [name for name in needed if not shutil.which(name)]
    if panel and not _XFCONF_SERVICE.exists():
        missing.append("xfconfd")
    if browser and not chromium():
        missing.append("chromium")
    return missing


def _check_programs(*, panel: bool, keyring: bool, browser: bool) -> None:
    if sys.platform != "linux":
        raise DesktopUnavailableError("the virtual desktop runs on Linux only")
    if missing := missing_programs(panel=panel, keyring=keyring, browser=browser):
        raise DesktopUnavailableError(f"not installed: {', '.join(missing)}")


def _marks(env: Mapping[str, str], browser: DefaultBrowser | None = None) -> list[str]:
    """Return what the processes of this desktop, and no others, have in their environment or arguments."""
    # Chromium overwrites the place of its environment with its title.
    return [f"XDG_RUNTIME_DIR={env['XDG_RUNTIME_DIR']}", *([str(browser.profile)] if browser else [])]


def _environment(folder: Path, bus_address: str) -> dict[str, str]:
    return private_environment(folder) | {
        # xdg-utils' own name for a desktop without helpers of its own: xdg-open then goes by mimeapps.list.
        "XDG_CURRENT_DESKTOP": "X-Generic",
        "XDG_SESSION_TYPE": "x11",
        "DBUS_SESSION_BUS_ADDRESS": bus_address,
        "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus",
        # GTK starts neither the accessibility bus nor portals: this bus activates nothing.
        "NO_AT_BRIDGE": "1",
        "GTK_USE_PORTAL": "0",
        "GDK_BACKEND": "x11",
    }


def _start_x_server(system: Programs) -> str:
    reader, writer = os.pipe()
    args = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-noreset"]
    process = system.start(args, pass_fds=[writer])
    os.close(writer)
    with os.fdopen(reader) as pipe:
        number = pipe.readline().strip()  # ends with the server, if it does not come up
    if not number:
        raise TimeoutError(f"Xvfb ended with status {process.wait()}; see {system.log_of(args)}")
    return f":{number}"


def _paint_backdrop(display_name: str) -> None:
    with closing(Display(display_name)) as display:
        root = display.screen().root
        root.change_attributes(background_pixel=_BACKDROP)
        root.clear_area()
        display.sync()


def start_keyring(system: Programs, bus_address: str) -> None:
    """Start a Secret Service on a bus, and wait until it is unlocked."""
    system.start(["gnome-keyring-daemon", "--components=secrets", "--unlock", "--foreground"], stdin=KEYRING_PASSWORD)
    with closing(open_dbus_connection(bus=bus_address)) as connection:

        def unlocked() -> bool:
            try:
                # Not get_default_collection: it asks a person to make one that is only late.
                return not secretstorage.Collection(connection).is_locked()
            except secretstorage.ItemNotFoundException:
                return False

        wait_until(lambda: secretstorage.check_service_availability(connection), "the Secret Service")
        wait_until(unlocked, "the keyring to be unlocked")


def _start_panel(system: Programs, env: Mapping[str, str], bus_address: str) -> None:
    write_panel_settings(Path(env["XDG_CONFIG_HOME"]))
    service = configparser.ConfigParser(interpolation=None)
    service.read(_XFCONF_SERVICE, encoding="utf-8")
    system.start([service["D-BUS Service"]["Exec"]])
    wait_for_name(bus_address, "org.xfce.Xfconf")
    system.start(["openbox"])
    system.start(["xfce4-panel", "--disable-wm-check"])
    wait_for_name(bus_address, _TRAY_HOST)

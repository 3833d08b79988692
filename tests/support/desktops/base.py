"""What the real desktops have in common: Xvfb, private buses, the accessibility bus, settings, and how they end.

They run without a GPU, logind and systemd, as root or as anybody.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import DBusErrorResponse, unwrap_msg

from tests.support.private_bus import private_bus
from tests.support.processes import Programs, end_all_with
from tests.support.session import Session, check_length, private_environment, wait_for_name
from tests.support.waiting import PATIENCE_SECONDS, wait_until
from tests.support.xvfb import xvfb

if TYPE_CHECKING:
    from tests.support.desktops.menus import OpenMenu
    from tests.support.screen import Box

TRAY_HOST = "org.kde.StatusNotifierWatcher"
NOTIFICATIONS = "org.freedesktop.Notifications"
_SERVICES = Path("/usr/share/dbus-1/services")
_ACCESSIBILITY = Path("/usr/libexec/at-spi-bus-launcher")


@dataclass
class Stage:
    """What a desktop is started on. `env` is the session's; a desktop that is a Wayland server changes it.

    `outer` leads to the screen itself, which pointer, keys and pictures go through.
    """

    folder: Path
    size: tuple[int, int]
    env: dict[str, str]
    outer: Mapping[str, str]
    programs: Programs = field(repr=False)

    @property
    def bus_address(self) -> str:
        """The session bus."""
        return self.env["DBUS_SESSION_BUS_ADDRESS"]

    def start(self, args: Sequence[str | Path], env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a part of the desktop."""
        return self.programs.start(args, env={**self.env, **(env or {})})

    def said(self, program: str) -> str:
        """Return what a part of the desktop has printed."""
        log = self.programs.log_of([program])
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

    def call(self, service: str, path: str, interface: str, member: str, signature: str = "", *values: Any) -> Any:
        """Call a method on the session bus; return the answer's body.

        :raises jeepney.wrappers.DBusErrorResponse: it was refused
        """
        with closing(open_dbus_connection(bus=self.bus_address)) as connection:
            message = new_method_call(DBusAddress(path, service, interface), member, signature or None, values)
            return unwrap_msg(connection.send_and_get_reply(message, timeout=PATIENCE_SECONDS))

    def write_settings(self, settings: Mapping[str, Mapping[str, str]]) -> None:
        """Write what GSettings read: keys by the path of their schema, values as GVariant text."""
        path = Path(self.env["XDG_CONFIG_HOME"]) / "glib-2.0" / "settings" / "keyfile"
        path.parent.mkdir(parents=True, exist_ok=True)
        groups = (
            f"[{group}]\n" + "".join(f"{key}={value}\n" for key, value in keys.items())
            for group, keys in settings.items()
        )
        path.write_text("\n".join(groups), encoding="utf-8")

    def write_config(self, name: str, text: str) -> None:
        """Write a file in the configuration folder."""
        path = Path(self.env["XDG_CONFIG_HOME"]) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


class Kind(ABC):
    """One desktop: what it needs, how it starts, and how its shell starts anew."""

    name: ClassVar[str]
    programs: ClassVar[tuple[str, ...]]
    # Of /usr/share/dbus-1/services, what the session bus may start: of this desktop's own alone.
    services: ClassVar[tuple[str, ...]] = ()
    environment: ClassVar[Mapping[str, str]] = {}
    # Which button of the mouse opens an icon's menu: the right one, by X's count.
    menu_button: ClassVar[int] = 3
    # How it shows icons on its panel, of 255.
    icon_opacity: ClassVar[int] = 255
    # It draws icons darker, and between the pixels: they can only be compared on the whole.
    dims_icons: ClassVar[bool] = False

    def missing(self) -> list[str]:
        """Return what this machine lacks for it, by the programs' names."""
        needed = ["Xvfb", "dbus-daemon", "xdotool", *self.programs]
        missing = [name for name in needed if not shutil.which(name)]
        return missing if _ACCESSIBILITY.exists() else [*missing, _ACCESSIBILITY.name]

    def menu_offset(self, menu: OpenMenu, screen: Box) -> int:  # noqa: ARG002 - for those that need it
        """Return by how many pixels the menu is below where it says it is."""
        return 0

    @abstractmethod
    def prepare(self, stage: Stage) -> None:
        """Write settings, and start what is to be there before the shell."""

    @abstractmethod
    def start_shell(self, stage: Stage) -> subprocess.Popen[bytes]:
        """Start what shows the tray, and wait until it does."""


@dataclass(frozen=True)
class RealDesktop(Session):
    """A running desktop whose screen has `size` pixels."""

    kind: Kind
    stage: Stage = field(repr=False)
    _shell: list[subprocess.Popen[bytes]] = field(repr=False)

    @property
    def name(self) -> str:
        """The desktop's name, such as `gnome-x11`."""
        return self.kind.name

    @property
    def display(self) -> str:
        """The X display that shows it, also where the session is a Wayland one."""
        return self.stage.outer["DISPLAY"]

    @property
    def on_wayland(self) -> bool:
        """Whether programs in it draw on Wayland."""
        return "WAYLAND_DISPLAY" in self.env

    def kill_shell(self) -> None:
        """End what shows the tray without giving it time to say goodbye."""
        self._shell[0].send_signal(signal.SIGKILL)
        self._shell[0].wait()

    def start_shell(self) -> None:
        """Start the shell that was killed anew, and wait until it has a tray."""
        self._shell[:] = [self.kind.start_shell(self.stage)]


@contextmanager
def real_desktop(kind: Kind, folder: Path, size: tuple[int, int] = (1366, 768)) -> Iterator[RealDesktop]:
    """Run a desktop whose every file is in `folder`, and end all that was started in it, last one first.

    :raises TimeoutError: a part of it did not come up; its log is in `folder`/logs
    """
    if sys.platform != "linux":
        raise NotImplementedError("these desktops are Linux'")
    check_length(folder)
    with ExitStack() as stack:
        env = private_environment(folder)
        env["DISPLAY"] = stack.enter_context(xvfb(f"{size[0]}x{size[1]}"))
        env["DBUS_SYSTEM_BUS_ADDRESS"] = stack.enter_context(private_bus(folder / "system"))
        env |= {**_COMMON, **kind.environment}
        services = [path for name in kind.services if (path := _SERVICES / f"{name}.service").exists()]
        env["DBUS_SESSION_BUS_ADDRESS"] = stack.enter_context(private_bus(folder / "bus", services=services, env=env))
        stack.callback(end_all_with, f"XDG_RUNTIME_DIR={env['XDG_RUNTIME_DIR']}")
        programs = Programs(env, folder / "logs", folder / "home")
        stack.callback(programs.end)
        stage = Stage(folder, size, env, dict(env), programs)
        programs.start([_ACCESSIBILITY, "--launch-immediately", "--a11y=1"])
        wait_for_name(stage.bus_address, "org.a11y.Bus")
        kind.prepare(stage)
        shell = [kind.start_shell(stage)]
        own = Programs(stage.env, folder / "logs", folder / "home")
        stack.callback(own.end)
        yield RealDesktop(folder, stage.env, stage.bus_address, own, kind, stage, shell)


def wait_for_tray(stage: Stage) -> None:
    """Wait until icons can register, and there is something that shows them."""
    wait_for_name(stage.bus_address, TRAY_HOST)

    def shown() -> bool:
        place = (TRAY_HOST, "/StatusNotifierWatcher", "org.freedesktop.DBus.Properties")
        try:
            ((_signature, value),) = stage.call(*place, "Get", "ss", TRAY_HOST, "IsStatusNotifierHostRegistered")
        except DBusErrorResponse:
            return False  # the shell before has just gone
        return bool(value)

    wait_until(shown, "a host of tray icons")


_COMMON = {
    "XDG_SESSION_TYPE": "x11",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    # Settings in a file: no dconf service is needed.
    "GSETTINGS_BACKEND": "keyfile",
    "GTK_USE_PORTAL": "0",
    # Qt asks the accessibility bus only if it is told to.
    "QT_ACCESSIBILITY": "1",
    "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
}

"""A real KeePassXC of a test's own: in an Xvfb, with a database that other programs may use, and its own defaults."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from jeepney import DBus, DBusAddress, DBusErrorResponse, new_method_call
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection
from jeepney.wrappers import unwrap_msg
from PIL import ImageGrab
from Xlib import X
from Xlib.display import Display
from Xlib.protocol import event as xevent

from tests.support.private_bus import private_bus
from tests.support.processes import Programs
from tests.support.waiting import wait_until
from tests.support.xvfb import xvfb

PASSWORD = "secret"
# A window that is drawn changes sooner again.
_STILL_SECONDS = 0.4
_NAME = "org.freedesktop.secrets"
_PATH = "/org/freedesktop/secrets"

# What KeePassXC sets in a database that the user shares with other programs: the group of which they see the entries.
_DATABASE = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<KeePassFile><Meta><Generator>test</Generator><DatabaseName>{name}</DatabaseName>
<RecycleBinEnabled>False</RecycleBinEnabled><CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key>
<Value>{{00112233-4455-6677-8899-aabbccddeeff}}</Value></Item></CustomData></Meta>
<Root><Group><UUID>ABEiM0RVZneImaq7zN3u/w==</UUID><Name>Root</Name></Group></Root></KeePassFile>
"""
# The Secret Service is off until the user switches it on; all else is as it comes.
_CONFIGURATION = "[General]\nConfigVersion=2\nUpdateCheckMessageShown=true\n[FdoSecrets]\nEnabled=true\n"


@dataclass(frozen=True)
class KeePassXC:
    """A virtual desktop for KeePassXC: `start` and `stop` it, and do what its user does."""

    address: str
    folder: Path
    programs: Programs
    environment: Mapping[str, str]

    def start(self, *databases: str) -> subprocess.Popen[bytes]:
        """Start it with databases open, the first of them unlocked, and wait for its Secret Service."""
        files = [self.folder / f"{name}.kdbx" for name in databases]
        for name, file in zip(databases, files, strict=True):
            if not file.exists():
                self._make(name, file)
        configuration = self.folder / "keepassxc.ini"
        configuration.write_text(_CONFIGURATION, encoding="utf-8")
        options: list[str | Path] = [
            "--config",
            configuration,
            "--localconfig",
            self.folder / "local.ini",
            "--pw-stdin",
        ]
        process = self.programs.start(["keepassxc", *options, *files], stdin=f"{PASSWORD}\n".encode())
        wait_until(self._serves, "KeePassXC's Secret Service")
        wait_until(lambda: not databases or self._is_open(), "the database to be open")
        return process

    def _is_open(self) -> bool:
        return any(not self._is_locked(collection) for collection in self.collections())

    def open(self, name: str) -> None:
        """Open one more database, in front of those that are open, and unlock it."""
        file = self.folder / f"{name}.kdbx"
        self._make(name, file)
        before = self.collections()
        self.programs.start(["keepassxc", file])
        (new,) = wait_until(lambda: set(self.collections()) - set(before), "the other database")
        self._xdotool("search", "--sync", "--onlyvisible", "--name", f"{name}.kdbx")
        self._xdotool("type", PASSWORD)
        self._xdotool("key", "Return")
        wait_until(lambda: not self._is_locked(new), "the other database to be unlocked")

    def default(self) -> str:
        """Return the default collection: the database in front."""
        return str(self._call(_PATH, "org.freedesktop.Secret.Service", "ReadAlias", "s", "default")[0])

    def _make(self, name: str, file: Path) -> None:
        text = self.folder / f"{name}.xml"
        text.write_text(_DATABASE.format(name=name), encoding="utf-8")
        subprocess.run(
            ["keepassxc-cli", "import", "--set-password", "--decryption-time", "100", text, file],
            input=f"{PASSWORD}\n{PASSWORD}\n",
            text=True,
            check=True,
            capture_output=True,
            env={**self.environment, "QT_QPA_PLATFORM": "offscreen"},
        )

    def _serves(self) -> bool:
        with self.connection() as connection:
            return bool(Proxy(DBus(), connection).NameHasOwner(_NAME)[0])

    def connection(self) -> closing[DBusConnection]:
        """Open a connection to its bus, for `with`."""
        return closing(open_dbus_connection(bus=self.address))

    def collections(self) -> list[str]:
        """Return the databases that other programs see."""
        ((_kind, paths),) = self._call(
            _PATH, "org.freedesktop.DBus.Properties", "Get", "ss", "org.freedesktop.Secret.Service", "Collections"
        )
        return list(paths)

    def lock(self, collection: str) -> None:
        """Lock a database."""
        _locked, prompt = self._call(_PATH, "org.freedesktop.Secret.Service", "Lock", "ao", [collection])
        if len(prompt) > 1:
            self._call(prompt, "org.freedesktop.Secret.Prompt", "Prompt", "s", "")
        wait_until(lambda: self._is_locked(collection), "the database to be locked")

    def close(self, collection: str) -> None:
        """Close a database's tab. On a busy machine, KeePassXC now and then leaves it open when it is first asked."""

        def is_closed() -> bool:
            return collection not in self.collections()

        for seconds in (10, 10, 60):
            (prompt,) = self._call(collection, "org.freedesktop.Secret.Collection", "Delete", None)
            if len(prompt) > 1:
                self._call(prompt, "org.freedesktop.Secret.Prompt", "Prompt", "s", "")
            with suppress(TimeoutError):
                wait_until(is_closed, "the database to be closed", seconds=seconds)
            if is_closed():
                return
        raise TimeoutError("KeePassXC didn't close the database")

    def _is_locked(self, collection: str) -> bool:
        try:
            ((_kind, locked),) = self._call(
                collection,
                "org.freedesktop.DBus.Properties",
                "Get",
                "ss",
                "org.freedesktop.Secret.Collection",
                "Locked",
            )
        except DBusErrorResponse:
            return False  # while KeePassXC locks a database, now and then there is none for a moment
        return bool(locked)

    def _call(self, path: str, interface: str, member: str, signature: str | None, *values: object) -> tuple:  # type: ignore[type-arg]
        call = new_method_call(DBusAddress(path, _NAME, interface), member, signature, values)
        with self.connection() as connection:
            return tuple(unwrap_msg(connection.send_and_get_reply(call, timeout=20)))

    def windows(self) -> list[str]:
        """Return the titles of the windows that are seen, the topmost last."""
        found = self._xdotool("search", "--onlyvisible", "--name", ".", check=False).split()
        return [self._xdotool("getwindowname", window, check=False).strip() for window in found]

    def answer(self, title: str, *keys: str, text: str = "") -> None:
        """Wait for a window by a part of its title, type `text`, press `keys`, and wait until it has gone.

        Before a key, the window has to have the focus, and the screen to be still; after it, the screen has to look
        different, or the window to be gone. A window that has just appeared loses keys: then the same one is pressed
        again, as a person would.
        """
        window = self._wait_for_window(title)
        wait_until(lambda: self._has_focus(window), f"the focus to be on {title}")
        if text:
            self._xdotool("type", text)
        for key in keys:
            self._press(key, lambda: self._window(title) != window)
        wait_until(lambda: self._window(title) != window, f"{title} to go")

    def _has_focus(self, window: str) -> bool:
        if self._xdotool("getwindowfocus", check=False).strip() == window:
            return True
        self._xdotool("windowactivate", window, check=False)
        return False

    def _press(self, key: str, has_gone: Callable[[], bool]) -> None:
        """Press a key until something is to be seen of it, three times at most."""
        before = wait_until(self._still_picture, "the screen to be still")
        for _ in range(3):
            self._xdotool("key", key)
            with suppress(TimeoutError):
                wait_until(lambda: has_gone() or self._picture() != before, f"an effect of {key}", seconds=5)
                return
        raise TimeoutError(f"{key} had no effect on {self.windows()}")

    def _still_picture(self) -> bytes | None:
        """Return what the screen shows, if it hasn't changed for a moment."""
        picture = self._picture()
        time.sleep(_STILL_SECONDS)
        return picture if self._picture() == picture else None

    def _picture(self) -> bytes:
        return ImageGrab.grab(xdisplay=self.environment["DISPLAY"]).tobytes()

    def close_window(self, title: str) -> None:
        """Wait for a window by a part of its title, close it as its close button does, and wait until it has gone.

        The window manager is asked by message: the first key of all makes it grab its keys anew, so that one of them
        that is pressed just then, such as Alt+F4, is lost.
        Source: https://specifications.freedesktop.org/wm-spec/latest/ar01s03.html (_NET_CLOSE_WINDOW)
        """
        window = self._wait_for_window(title)
        with closing(Display(self.environment["DISPLAY"])) as display:
            root = display.screen().root
            by_the_user = 2
            asked = xevent.ClientMessage(
                window=display.create_resource_object("window", int(window)),
                client_type=display.intern_atom("_NET_CLOSE_WINDOW"),
                data=(32, [X.CurrentTime, by_the_user, 0, 0, 0]),
            )
            root.send_event(asked, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
            display.sync()
        wait_until(lambda: self._window(title) != window, f"{title} to go")

    def _wait_for_window(self, title: str) -> str:
        return wait_until(lambda: self._window(title), lambda: f"{title}, but there were {self.windows()}")

    def _window(self, title: str) -> str:
        found = self._xdotool("search", "--onlyvisible", "--name", title, check=False).split()
        return found[-1] if found else ""

    def _xdotool(self, *arguments: str, check: bool = True) -> str:
        ended = subprocess.run(
            ["xdotool", *arguments], env=dict(self.environment), capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0 or not check, ended.stderr
        return ended.stdout


@contextmanager
def keepassxc(
    folder: Path, missing: Sequence[str] = ("keepassxc", "keepassxc-cli", "openbox", "xdotool")
) -> Iterator[KeePassXC]:
    """Give a virtual desktop with a bus, on which KeePassXC is not running yet."""
    for program in missing:
        if shutil.which(program) is None:
            pytest.skip(reason=f"{program} is not installed")
    for name in ("home", "run", "tmp"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    with private_bus(folder / "bus") as address, xvfb("1024x768") as display:
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "DISPLAY": display,
            "HOME": str(folder / "home"),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "TMPDIR": str(folder / "tmp"),  # where it sees that it runs already
            "DBUS_SESSION_BUS_ADDRESS": address,
            "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus",
        }
        programs = Programs(environment, folder / "logs", folder)
        try:
            programs.start(["openbox"])
            yield KeePassXC(address, folder, programs, environment)
        finally:
            programs.end()

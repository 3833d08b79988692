"""A logout by Cinnamon's own session manager, which is GNOME's with another name: the program is its client.

Of the session there is the manager alone: it asks its clients, tells them of the end, waits for them, and ends itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection

from tests.contract.leaving_contract import Watched
from tests.support.private_bus import private_bus
from tests.support.waiting import wait_until
from tests.support.xvfb import xvfb
from tray.desktop.leaving import LeavingWatch, leaving_watch

_MANAGER = DBusAddress("/org/gnome/SessionManager", "org.gnome.SessionManager", "org.gnome.SessionManager")
_WITHOUT_ASKING_THE_USER = 1

_SESSION = """[Cinnamon Session]
Name=Test
RequiredComponents=waits;
"""
_COMPONENT = """[Desktop Entry]
Type=Application
Name=Waits
Exec=sleep 600
"""


class CinnamonSession:
    """A session of Cinnamon's manager."""

    asks = True

    def __init__(self, address: str, process: subprocess.Popen[bytes]) -> None:
        self._address = address
        self._process = process

    def call(self, member: str, signature: str | None = None, *values: object) -> tuple[object, ...]:
        with open_dbus_connection(bus=self._address) as connection:
            answer = connection.send_and_get_reply(new_method_call(_MANAGER, member, signature, values), timeout=30)
            return tuple(answer.body)

    def watch(self, on_asked: object, on_leaving: object) -> LeavingWatch:
        return leaving_watch(on_asked, on_leaving)  # type: ignore[arg-type]

    def wait_up(self) -> None:
        wait_until(self._is_up, "the session")

    def _is_up(self) -> bool:
        try:
            return self.call("IsSessionRunning") == (True,)
        except Exception:  # noqa: BLE001 - it isn't on the bus yet
            return False

    def clients(self) -> int:
        (paths,) = self.call("GetClients")
        assert isinstance(paths, list)
        return len(paths)

    def wait_let_go(self) -> None:
        """The manager is gone by then, or knows of no other client than before."""

    def log_out(self) -> threading.Event:
        """Log out; the event comes when the manager has ended itself."""
        is_over = threading.Event()
        self.call("Logout", "u", _WITHOUT_ASKING_THE_USER)

        def wait() -> None:
            self._process.wait()
            is_over.set()

        threading.Thread(target=wait, daemon=True).start()
        return is_over


@pytest.fixture
def session(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[CinnamonSession]:
    program = shutil.which("cinnamon-session")
    if program is None:
        pytest.skip(reason="cinnamon-session is not installed")
    folder = tmp_path_factory.mktemp("c")
    (folder / "cinnamon-session" / "sessions").mkdir(parents=True)
    (folder / "cinnamon-session" / "sessions" / "test.session").write_text(_SESSION)
    (folder / "applications").mkdir()
    (folder / "applications" / "waits.desktop").write_text(_COMPONENT)
    for name in ("home", "run", "autostart"):
        (folder / name).mkdir(mode=0o700)
    with xvfb() as display, private_bus(folder) as address:
        environment = {
            "PATH": os.environ["PATH"],
            "DISPLAY": display,
            "DBUS_SESSION_BUS_ADDRESS": address,
            "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nowhere",
            "HOME": str(folder / "home"),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "XDG_DATA_DIRS": f"{folder}:/usr/share",
            "GSETTINGS_BACKEND": "memory",
            "NO_AT_BRIDGE": "1",
        }
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere")
        with Path(folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [program, "--session=test", f"--autostart={folder / 'autostart'}", "--debug"],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            found = CinnamonSession(address, process)
            found.wait_up()
            yield found
        finally:
            process.terminate()
            process.wait(30)


def test_a_logout_waits_until_what_is_to_be_stopped_is_stopped(session: CinnamonSession) -> None:
    seen = Watched(session)  # type: ignore[arg-type]
    before = session.clients()
    seen.watch.hold("Stopping")
    wait_until(lambda: session.clients() > before, "the program to be a client")
    is_over = session.log_out()
    wait_until(lambda: seen.left, "the news")
    assert seen.asked == 1, "before it ends, its programs are asked"
    assert not is_over.is_set()
    assert seen.watch.is_ending()
    seen.watch.release()
    assert is_over.wait(30)


def test_who_has_nothing_to_stop_is_not_waited_for(session: CinnamonSession) -> None:
    seen = Watched(session)  # type: ignore[arg-type]
    before = session.clients()
    seen.watch.hold("Stopping")
    wait_until(lambda: session.clients() > before, "the program to be a client")
    seen.watch.release()
    wait_until(lambda: session.clients() == before, "it to be none any more")
    assert session.log_out().wait(30)
    assert seen.left == 0

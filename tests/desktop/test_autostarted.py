"""Started by a login: the entry that the program wrote, started as desktops start it, before anything else is there."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.cloud import SampleCloud, sample_cloud
from tests.support.desktop_files import gio_launch
from tests.support.installed import installed
from tests.support.menu_client import menu_client
from tests.support.secret_service import SecretService, secret_service
from tests.support.stub_notifications import StubNotifications
from tests.support.stub_watcher import StubWatcher
from tests.support.waiting import wait_until

pytestmark = pytest.mark.only_on("linux")


@dataclass
class Session:
    """A person's session: their keyring, their AWS files, a browser that notes what it is asked for."""

    folder: Path
    cloud: SampleCloud
    keyring: SecretService
    program: Path

    @property
    def log(self) -> Path:
        return Path(os.environ["XDG_STATE_HOME"]) / "notebook-tray" / "log" / "notebook-tray.log"

    @property
    def opened(self) -> Path:
        """Written by the stand-in for a browser."""
        return self.folder / "opened"

    def logged(self, words: str) -> None:
        wait_until(lambda: self.log.exists() and words in self.log.read_text(encoding="utf-8"), f"“{words}” in the log")

    def cli(self, *args: str) -> None:
        subprocess.run([self.program, *args], check=True, timeout=120, capture_output=True)

    @contextmanager
    def login(self) -> Iterator[None]:
        """Start what the autostart folder says, and end it."""
        gio_launch(Path(os.environ["XDG_CONFIG_HOME"]) / "autostart" / "notebook-tray.desktop")
        pid = wait_until(self._pid, "the program to be started")
        try:
            yield
            assert self._pid() == pid, "it is still there"
        finally:
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda: self._pid() is None, "it to end")

    def _pid(self) -> int | None:
        for folder in Path("/proc").iterdir():
            try:
                arguments = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if os.fsencode(self.program) in arguments and b"--autostarted" in arguments:
                return int(folder.name)
        return None


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    with sample_cloud(tmp_path) as cloud, secret_service(tmp_path / "keyring") as keyring:
        cloud.into(monkeypatch)
        monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))  # the test's own folder is to pass for one that lasts
        (tmp_path / "tmp").mkdir()
        monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "etc"))
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", keyring.address)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        browser = tmp_path / "browser"
        browser.write_text(f'#!/bin/sh\necho "$1" >> "{tmp_path}/opened"\n')
        browser.chmod(0o755)
        monkeypatch.setenv("BROWSER", f"{browser} %s")
        session = Session(tmp_path, cloud, keyring, installed(tmp_path / "my programs"))
        session.cli("profiles", "import", "research", "--region", "eu-west-1")
        session.cli("autostart", "on")
        yield session


def test_a_tray_that_comes_later_is_waited_for_without_a_word(session: Session) -> None:
    with StubNotifications(session.keyring.address) as notifications, session.login():
        session.logged("No system tray")
        with StubWatcher(session.keyring.address) as watcher, menu_client(session.keyring.address) as menu:
            watcher.wait_for_item()
            menu.wait_for_entry("churn-model — Running", "Open JupyterLab (4 h)")
        assert notifications.shown == []
    assert not session.opened.exists()


def test_the_same_is_said_to_somebody_who_starts_it_by_hand_until_there_is_a_tray(session: Session) -> None:
    """What the test above looks for would be seen."""
    with StubNotifications(session.keyring.address) as notifications:
        process = subprocess.Popen([session.program], stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: notifications.shown, "a notification")
            assert notifications.shown[0].title == "Notebook Tray: No system tray"
            assert notifications.shown[0].body.startswith(("Install ", "Add ", "Start ")), "what to do comes first"
            with StubWatcher(session.keyring.address) as watcher:
                watcher.wait_for_item()
                wait_until(lambda: notifications.closed == [1], "it to be taken back")
        finally:
            process.terminate()
            process.wait(30)


def test_the_menu_shows_what_was_changed_elsewhere_and_changes_it(session: Session) -> None:
    entry = Path(os.environ["XDG_CONFIG_HOME"]) / "autostart" / "notebook-tray.desktop"
    with (
        StubWatcher(session.keyring.address),
        session.login(),
        menu_client(session.keyring.address) as menu,
    ):
        menu.wait_for_entry("Start at login")
        assert menu.layout().find("Start at login").checked
        menu.click("Start at login")
        menu.wait_for(lambda root: not root.find("Start at login").checked)
        assert not entry.exists()
        session.cli("autostart", "on")
        menu.open()
        menu.wait_for(lambda root: root.find("Start at login").checked)

"""A hand-off to a real Chromium."""

from __future__ import annotations

import contextlib
import importlib
import os
import shlex
import shutil
import signal
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.secrets_scan import scan_for
from tests.support.target_page import Visit, target_page
from tests.support.waiting import wait_until
from tray.desktop.browser.handoff import hand_off

pytestmark = pytest.mark.only_on("linux")

OPTIONS = (
    "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --disable-quic --password-store=basic"
)


@pytest.fixture
def chromium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make Chromium the browser; give the file that its process id will be in."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip(reason="chromium is not installed")
    pid = tmp_path / "pid"
    browser = tmp_path / "browser"
    profile = shlex.quote(f"--user-data-dir={tmp_path / 'profile'}")
    browser.write_text(f'#!/bin/sh\necho $$ >{pid}\nexec {program} {OPTIONS} {profile} "$1"\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    importlib.reload(webbrowser)
    yield pid
    if pid.exists():
        with contextlib.suppress(ProcessLookupError):  # the group is named after its first process
            os.killpg(int(pid.read_text()), signal.SIGKILL)
    monkeypatch.undo()
    importlib.reload(webbrowser)


def test_it_lands_on_the_page_and_names_no_referrer(chromium: Path) -> None:
    token = f"secret-{os.urandom(16).hex()}"
    with target_page() as page:
        hand_off(page.url(token))
        wait_until(lambda: page.visits_with(token), "Chromium to follow the redirect")
        assert scan_for(token, []) == []
        assert page.visits_with(token) == [Visit(f"/?authToken={token}", referer=None)]
    assert chromium.exists()

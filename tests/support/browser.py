"""Chromium as the default browser of a virtual desktop, found the way every program finds it: by xdg-open."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.devtools import Browser
from tests.support.waiting import wait_until

_DESKTOP_FILE = "notebook-tray-test-browser.desktop"
_CANDIDATES = ("chromium", "chromium-browser", "google-chrome")

FLAGS = (
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-search-engine-choice-screen",
    # Chromium would ask the Secret Service for a key of its own: the keyring belongs to the program under test.
    "--password-store=basic",
    # 0: any free port; Chromium writes it to DevToolsActivePort in its profile.
    "--remote-debugging-port=0",
    # No bar on top of the page about the sandbox that root cannot have.
    "--test-type",
    "--window-position=40,60",
    "--window-size=1200,720",
)


@dataclass(frozen=True)
class DefaultBrowser:
    """Where the default browser keeps its profile, and where each of its starts is written down."""

    profile: Path
    starts: Path

    def devtools(self) -> Browser:
        """Return the running browser's DevTools, waiting for it to start.

        :raises TimeoutError: no browser was started, or it did not come up
        """
        port_file = self.profile / "DevToolsActivePort"
        text = wait_until(
            lambda: port_file.read_text("ascii") if port_file.exists() else None,
            lambda: f"the browser; it was started {'before' if self.starts.exists() else 'never'}",
        )
        return Browser(int(text.split()[0]))


def chromium() -> str | None:
    """Return the path of an installed Chromium, or of Chrome."""
    return next((path for name in _CANDIDATES if (path := shutil.which(name))), None)


def install_default_browser(folder: Path, env: Mapping[str, str], more_flags: Sequence[str] = ()) -> DefaultBrowser:
    """Make Chromium the default browser of the HOME that `env` names, with its profile in `folder`.

    It is started with `more_flags` besides its own.

    Each start writes its arguments and environment to `starts`, so that a secret handed to the browser as an
    argument stays to be found even when the process that carried it is gone.
    """
    if sys.platform == "win32":
        raise NotImplementedError("xdg-open is not Windows'")
    program = chromium()
    assert program, "check chromium() first"
    folder.mkdir()
    browser = DefaultBrowser(folder / "profile", folder / "starts.log")
    # Chromium refuses its sandbox to root, which containers run as.
    flags = [*FLAGS, *more_flags, f"--user-data-dir={browser.profile}", *(["--no-sandbox"] if os.getuid() == 0 else [])]
    wrapper = folder / "test-browser"
    command = shlex.join([program, *flags])
    starts, log = (shlex.quote(str(path)) for path in (browser.starts, folder / "chromium.log"))
    wrapper.write_text(
        f'#!/bin/sh\n{{ printf "%s\\n" "$@"; env; }} >>{starts}\nexec {command} "$@" 2>>{log}\n', encoding="utf-8"
    )
    wrapper.chmod(0o700)

    applications = Path(env["XDG_DATA_HOME"]) / "applications"
    applications.mkdir(parents=True, exist_ok=True)
    types = "text/html;x-scheme-handler/http;x-scheme-handler/https;"
    (applications / _DESKTOP_FILE).write_text(
        f"[Desktop Entry]\nType=Application\nName=Test browser\nExec={wrapper} %U\nMimeType={types}\n",
        encoding="utf-8",
    )
    subprocess.run(["update-desktop-database", applications], env=dict(env), check=True)
    defaults = "".join(f"{kind}={_DESKTOP_FILE}\n" for kind in types.rstrip(";").split(";"))
    (Path(env["XDG_CONFIG_HOME"]) / "mimeapps.list").write_text(f"[Default Applications]\n{defaults}", encoding="utf-8")
    return browser

"""Checks of the desktop: tray host, notifications, default browser, start at login, the running copy."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from tray.cli.doctor.checks import Check, CheckState
from tray.model.problems import TrayError
from tray.runtime.environment import for_children
from tray.texts import commands
from tray.texts import doctor as texts
from tray.texts import doctor_desktop as desktop_texts

if TYPE_CHECKING:
    from tray.desktop.autostart import AutostartStatus
    from tray.desktop.browser.browsers import Browser
    from tray.desktop.icon.base import Look

_XDG_SECONDS = 5
_MOST_LETTERS = 100
# As much as the smallest file takes on most disks: less may go into what is left of a full one.
_PAGE = 4096


def tray_and_notifications() -> list[Check]:
    """Check whether the desktop shows icons and notifications."""
    from tray.desktop.icon.look import look

    try:
        found = look()
    except TrayError as error:
        return [
            Check.of(texts.tray_host(), error.problem, CheckState.WARNING),
            Check(texts.notifications(), CheckState.SKIPPED, desktop_texts.needs_desktop()),
        ]
    return [tray_check(found, os.environ.get("XDG_CURRENT_DESKTOP", "")), notifications_check(found)]


def tray_check(found: Look, current_desktop: str) -> Check:
    """Return whether the icon would be shown."""
    from tray.desktop.icon.base import HostState
    from tray.desktop.icon.linux.hosts import no_host

    match found.host:
        case None | HostState.PRESENT:
            return Check(texts.tray_host(), CheckState.OK, desktop_texts.tray(HostState.PRESENT.value))
        case _ if not found.graphical:
            return Check(texts.tray_host(), CheckState.WARNING, *desktop_texts.no_graphical_session())
        case host:
            return Check(
                texts.tray_host(),
                CheckState.FAILED,
                desktop_texts.tray(host.value),
                no_host(host, current_desktop).remedy,
            )


def notifications_check(found: Look) -> Check:
    """Return whether notifications would be shown, and how."""
    from tray.desktop.icon.base import NotificationStyle

    if found.style is NotificationStyle.OFF:
        return Check(texts.notifications(), CheckState.WARNING, *desktop_texts.notifications_turned_off())
    if found.style is not None and found.graphical:
        return Check(texts.notifications(), CheckState.OK, desktop_texts.notifications_as(found.style.value))
    match found.notifications:
        case None:
            return Check(texts.notifications(), CheckState.SKIPPED, desktop_texts.notifications_shown())
        case "" if not found.graphical:
            return Check(texts.notifications(), CheckState.SKIPPED, desktop_texts.needs_desktop())
        case "":
            return Check(texts.notifications(), CheckState.WARNING, *desktop_texts.no_notifications())
        case name:
            return Check(texts.notifications(), CheckState.OK, desktop_texts.notifications_by(name))


def browser() -> list[Check]:
    """Find the browser that notebook instances would open in, without starting it."""
    from tray.desktop.browser.browsers import find_browsers

    return [browser_check(list(find_browsers()), os.environ.get("BROWSER", ""))]


def browser_check(browsers: Sequence[Browser], browser_variable: str) -> Check:
    """Return whether one of these can be started."""
    from tray.desktop.browser.browsers import Command, passed_over

    missing: list[str] = []
    unusable = passed_over(browser_variable)
    for each in browsers:
        if isinstance(each, Command) and shutil.which(each.name) is None:
            missing.append(each.name)
            continue
        if missing and browser_variable:
            return Check(
                texts.default_browser(), CheckState.WARNING, *desktop_texts.browser_instead(missing[0], each.name)
            )
        if unusable:
            words = desktop_texts.browser_passed_over(_short(unusable), each.name)
            return Check(texts.default_browser(), CheckState.WARNING, *words)
        chosen = _chosen_in_desktop() if each.name == "xdg-open" else None
        if chosen == "":
            return Check(texts.default_browser(), CheckState.WARNING, *desktop_texts.no_browser_chosen())
        return Check(texts.default_browser(), CheckState.OK, desktop_texts.browser(each.name, chosen or ""))
    screen = sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    words = desktop_texts.no_browser(missing[0] if missing and browser_variable else "", screen)
    return Check(texts.default_browser(), CheckState.FAILED if screen else CheckState.WARNING, *words)


def _short(command: str) -> str:
    return command if len(command) <= _MOST_LETTERS else f"{command[: _MOST_LETTERS - 1]}…"


def way_back() -> list[Check]:
    """Check that a browser's request to one of our pages can be told from one of another user's program."""
    import socket

    from tray.web.peer import is_wsl, owner_of_peer

    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as browser:
        browser.settimeout(_XDG_SECONDS)
        there, _ = server.accept()
        with there:
            return [way_back_check(known=owner_of_peer(there).is_this_user, wsl=is_wsl())]


def way_back_check(*, known: bool, wsl: bool) -> Check:
    """Return whether our own pages are served, and only to this user."""
    if wsl:
        return Check(texts.own_pages(), CheckState.WARNING, *desktop_texts.pages_on_wsl())
    if not known:
        return Check(texts.own_pages(), CheckState.FAILED, *desktop_texts.pages_refused())
    return Check(texts.own_pages(), CheckState.OK, desktop_texts.pages_served())


def _chosen_in_desktop() -> str | None:
    """Return the program that the desktop has chosen for https; "" for none, None if that can't be found out."""
    try:
        asked = subprocess.run(  # nosec B603, B607 # the desktop's tool, from the user's PATH as in a terminal
            ["xdg-mime", "query", "default", "x-scheme-handler/https"],  # noqa: S607 - from the user's PATH
            env=for_children(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_XDG_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    name = asked.stdout.strip().removesuffix(".desktop")
    return name if name or asked.returncode == 0 else None


def autostart() -> list[Check]:
    """Check what the system starts at login."""
    from tray.desktop.autostart import get_autostart

    return [autostart_check(get_autostart().status())]


def autostart_check(status: AutostartStatus) -> Check:
    """Return whether the program that is to start at login can start. Off is the user's choice, and no problem."""
    from tray.desktop.autostart import AutostartState as Entry

    well = {
        Entry.ON: CheckState.OK,
        Entry.OFF: CheckState.OK,
        Entry.DISABLED: CheckState.OK,
        Entry.OTHER: CheckState.WARNING,
    }
    program = status.command[0] if status.command else ""
    by = commands.switched_off_by(*status.disabled_by) if status.disabled_by else ""
    words = desktop_texts.autostart(status.state.value, program, status.place, by)
    return Check(texts.start_at_login(), well.get(status.state, CheckState.FAILED), *words)


def running() -> list[Check]:
    """Check whether a copy of the program runs, without sending a message to it."""
    from tray.desktop.single_instance import system
    from tray.desktop.single_instance.claim import LOCK, is_held

    # Not with `lock_paths`, which would make the folder.
    folder = system.folder()
    count = sum(is_held(path) for path in folder.glob(f"*{LOCK}")) if folder.is_dir() else 0
    return [Check(texts.running_copy(), CheckState.OK, desktop_texts.running(count))]


def own_folders() -> list[Check]:
    """Check that the folders for the log, the state and the lock can be written to, by a file that is removed again."""
    from platformdirs import PlatformDirs

    # As `running` does, which is on another thread: two ways into one package at a time can meet half-way in it.
    from tray.desktop.single_instance import system

    own = PlatformDirs("notebook-tray", appauthor=False)
    failed = []
    for path in dict.fromkeys((own.user_log_path, own.user_state_path, system.folder())):
        try:
            # Of a folder that is not made yet, the nearest one that is there.
            there = next(each for each in (path, *path.parents) if each.exists())
            if there != path and not os.access(there, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            with NamedTemporaryFile(dir=there, prefix="doctor-") as file:
                file.write(b"x" * _PAGE)
                file.flush()
        except OSError as error:
            told = desktop_texts.folder_not_writable(str(path), error.strerror or type(error).__name__)
            failed.append(Check(texts.own_folders(), CheckState.WARNING, *told))
    return failed or [Check(texts.own_folders(), CheckState.OK, desktop_texts.folders_writable())]

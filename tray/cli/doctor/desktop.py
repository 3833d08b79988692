"""Checks of the desktop: tray host, notifications, default browser, start at login, the running copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tray.cli.doctor.checks import Check, CheckState
from tray.model.problems import TrayError
from tray.runtime.environment import for_children

if TYPE_CHECKING:
    from tray.desktop.autostart import AutostartStatus
    from tray.desktop.browser.browsers import Browser
    from tray.desktop.icon.look import Look

TRAY, NOTIFICATIONS, BROWSER = "tray host", "notifications", "default browser"
AUTOSTART, RUNNING = "start at login", "running copy"

_XDG_SECONDS = 5


def tray_and_notifications() -> list[Check]:
    """Look whether icons and notifications are shown here."""
    from tray.desktop.icon.look import look

    try:
        found = look()
    except TrayError as error:
        problem = error.problem
        return [
            Check(TRAY, CheckState.WARNING, f"{problem.title}: {problem.message}", problem.remedy),
            Check(NOTIFICATIONS, CheckState.SKIPPED, "Needs a desktop session."),
        ]
    return [tray_check(found, os.environ.get("XDG_CURRENT_DESKTOP", "")), notifications_check(found)]


def tray_check(found: Look, current_desktop: str) -> Check:
    """Return whether the icon would be shown."""
    from tray.desktop.icon.base import HostState
    from tray.desktop.icon.linux.hosts import no_host

    match found.host:
        case None | HostState.PRESENT:
            return Check(TRAY, CheckState.OK, "This desktop shows tray icons.")
        case _ if not found.graphical:
            return Check(
                TRAY,
                CheckState.WARNING,
                "No graphical session: nothing shows tray icons here, as in a login over the network.",
                "Run this in a terminal on the desktop. The commands “list” and “open” work without one.",
            )
        case HostState.NO_HOST:
            what = "This desktop takes tray icons, but nothing shows them."
        case HostState.REFUSED:
            what = "What takes tray icons on this desktop does not answer."
        case _:
            what = "Nothing on this desktop takes tray icons."
    return Check(TRAY, CheckState.FAILED, what, no_host(found.host, current_desktop).remedy)


def notifications_check(found: Look) -> Check:
    """Return whether notifications would be shown."""
    match found.notifications:
        case None:
            return Check(NOTIFICATIONS, CheckState.SKIPPED, "This system shows them unless its settings say otherwise.")
        case "" if not found.graphical:
            return Check(NOTIFICATIONS, CheckState.SKIPPED, "Needs a desktop session.")
        case "":
            return Check(
                NOTIFICATIONS,
                CheckState.WARNING,
                "Nothing on this desktop shows notifications: what goes wrong is told by the menu alone.",
                "Install a notification server, such as dunst, mako or xfce4-notifyd.",
            )
        case name:
            return Check(NOTIFICATIONS, CheckState.OK, f"Shown by {name}.")


def browser() -> list[Check]:
    """Find the browser that notebooks would be opened in. None is started."""
    from tray.desktop.browser.browsers import find_browsers

    return [browser_check(list(find_browsers()), os.environ.get("BROWSER", ""))]


def browser_check(browsers: Sequence[Browser], browser_variable: str) -> Check:
    """Return whether one of these can be started."""
    from tray.desktop.browser.browsers import Command

    missing: list[str] = []
    for each in browsers:
        if isinstance(each, Command) and shutil.which(each.name) is None:
            missing.append(each.name)
            continue
        if missing and browser_variable:
            return Check(
                BROWSER,
                CheckState.WARNING,
                f"BROWSER names {missing[0]}, which is not there; {each.name} is used instead.",
                "Correct BROWSER, or unset it.",
            )
        chosen = _chosen_in_desktop() if each.name == "xdg-open" else None
        if chosen == "":
            return Check(
                BROWSER,
                CheckState.WARNING,
                "xdg-open is there, and no browser is chosen for it.",
                "Choose a default browser in the desktop's settings.",
            )
        return Check(BROWSER, CheckState.OK, f"{each.name} opens notebooks{f' in {chosen}' if chosen else ''}.")
    what = (
        f"BROWSER names {missing[0]}, which is not there." if missing and browser_variable else "No browser is found."
    )
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")) and sys.platform == "linux":
        return Check(
            BROWSER,
            CheckState.WARNING,
            f"{what} There is no screen here for one.",
            "Run this in a terminal on the desktop, or print a link with: notebook-tray open NAME --print-url",
        )
    return Check(
        BROWSER, CheckState.FAILED, what, "Install a browser, or name one in the environment variable BROWSER."
    )


def _chosen_in_desktop() -> str | None:
    """Return the program that is chosen for https, "" for none; None if that can't be told."""
    try:
        asked = subprocess.run(
            ["xdg-mime", "query", "default", "x-scheme-handler/https"],
            env=for_children(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_XDG_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    name = asked.stdout.strip().removesuffix(".desktop")
    return name if name or asked.returncode == 0 else None


def autostart() -> list[Check]:
    """Ask the system what it starts at login."""
    from tray.desktop.autostart import get_autostart

    return [autostart_check(get_autostart().status())]


def autostart_check(status: AutostartStatus) -> Check:
    """Return whether what is to be started at login can be. Off is a choice, and well."""
    from tray.desktop.autostart import AutostartState as Entry

    on = "Have this copy started with: notebook-tray autostart on"
    program = status.command[0] if status.command else "nothing"
    match status.state:
        case Entry.ON:
            return Check(AUTOSTART, CheckState.OK, f"On: {program}")
        case Entry.OFF:
            return Check(AUTOSTART, CheckState.OK, "Off.")
        case Entry.DISABLED:
            return Check(AUTOSTART, CheckState.OK, f"Switched off by {status.disabled_by}.")
        case Entry.OTHER:
            return Check(AUTOSTART, CheckState.WARNING, f"Another copy is started: {program}", on)
        case _:
            return Check(
                AUTOSTART,
                CheckState.FAILED,
                f"{status.place} starts what is no longer there: {program}",
                f"{on}, or nothing with: notebook-tray autostart off",
            )


def running() -> list[Check]:
    """Look whether a copy runs. It is not spoken to."""
    from tray.desktop.single_instance import system
    from tray.desktop.single_instance.claim import LOCK, is_held

    # Looked for here and not with `lock_paths`, which makes the folder.
    folder = system.folder()
    count = sum(is_held(path) for path in folder.glob(f"*{LOCK}")) if folder.is_dir() else 0
    if count:
        return [
            Check(
                RUNNING, CheckState.OK, "Notebook Tray is running." if count == 1 else f"Running on {count} desktops."
            )
        ]
    return [Check(RUNNING, CheckState.OK, "Notebook Tray is not running.")]
